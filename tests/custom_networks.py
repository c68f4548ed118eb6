"""A network and a loss as of a user, in a module, so that classifiers with them can be pickled."""

from sk_textnn._optional import import_heavy

keras = import_heavy("keras")


class _FirstAndMean:
    """The first word of a text and the mean of all its words, through a hidden layer.

    Padding is skipped, and all weights come from the seed. Quickly built and trained.
    """

    def __call__(self, spec, *, n_classes, multilabel, seed, dtype, units=8):
        layers, ops = keras.layers, keras.ops

        def start(number):
            return keras.initializers.GlorotUniform(seed + number)

        if spec.n_ids is None:
            inputs = vectors = keras.Input((None, spec.vector_size), dtype=dtype)
            is_word = ops.any(inputs != 0, axis=-1, keepdims=True)
        else:
            inputs = keras.Input((None,), dtype="int32")
            table = layers.Embedding(spec.n_ids, spec.vector_size, start(0), dtype=dtype)
            vectors, is_word = table(inputs), ops.expand_dims(inputs != 0, -1)
        if not spec.masked:
            is_word = ops.ones_like(is_word)
        words = ops.cast(is_word, dtype)
        mean = ops.sum(vectors * words, axis=1) / ops.maximum(ops.sum(words, axis=1), 1)
        x = layers.Concatenate(dtype=dtype)([vectors[:, 0], mean])
        x = layers.Dense(units, "relu", kernel_initializer=start(1), dtype=dtype)(x)
        end = "sigmoid" if multilabel else "softmax"
        outputs = layers.Dense(n_classes, end, kernel_initializer=start(2), dtype=dtype)(x)
        return keras.Model(inputs, outputs)

    # Pickled and copied by its name, as a function is, but shown without an address: the names of
    # the tests hold what is shown, and must be the same in every process.

    def __reduce__(self):
        return "first_and_mean"

    def __repr__(self):
        return "first_and_mean"


first_and_mean = _FirstAndMean()


@keras.saving.register_keras_serializable("tests")
class Backwards(keras.losses.Loss):
    """Trains a network to be wrong: its cross-entropy rises as this falls."""

    def call(self, y_true, y_pred):
        return -keras.losses.categorical_crossentropy(y_true, y_pred)
