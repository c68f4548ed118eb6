import keras
import numpy as np
import pytest
import tensorflow as tf

from sk_textnn import TokenSequences
from sk_textnn.training import Feeder, LengthBatches

RNG = np.random.default_rng(0)
X = TokenSequences.from_lists([RNG.integers(1, 9, size=n) for n in RNG.integers(1, 30, size=90)])
Y = RNG.integers(3, size=90).astype(np.int32)
W = RNG.uniform(0.5, 1.5, size=90).astype(np.float32)


def _batches(rows, seed=None):
    return LengthBatches(X, Y, W, np.asarray(rows), batch_size=16, seed=seed)


def _model():
    keras.utils.set_random_seed(0)
    layers = [
        keras.Input((None,), dtype="int32"),
        keras.layers.Embedding(9, 5),
        keras.layers.GlobalAveragePooling1D(),
        keras.layers.Dropout(0.3, seed=1),
        keras.layers.Dense(3, activation="softmax"),
    ]
    model = keras.Sequential(layers)
    accuracy = keras.metrics.SparseCategoricalAccuracy("accuracy")
    model.compile("adam", "sparse_categorical_crossentropy", weighted_metrics=[accuracy])
    model.optimizer.build(model.trainable_variables)
    return model


def _pipeline(batches):
    """What Keras would take them from."""
    dataset = tf.data.Dataset.from_generator(batches.epoch, output_signature=batches.signature())
    return dataset.apply(tf.data.experimental.assert_cardinality(len(batches)))


@pytest.mark.parametrize("validated", [True, False])
def test_it_trains_as_from_a_pipeline(validated):
    fed, plain = _model(), _model()
    feeder = Feeder(fed)
    train, held_out = range(70), range(70, 90)
    for _ in range(2):  # the second time on what the first has traced
        with feeder.feeding(_batches(train, seed=3), _batches(held_out) if validated else None) as (
            x,
            validation_data,
        ):
            found = fed.fit(x, validation_data=validation_data, epochs=3, verbose=0)
        pipeline = _pipeline(_batches(held_out)) if validated else None
        expected = plain.fit(
            _pipeline(_batches(train, seed=3)), validation_data=pipeline, epochs=3, verbose=0
        )
        assert found.history == expected.history
        assert ("val_loss" in found.history) == validated
        for a, b in zip(fed.get_weights(), plain.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)


def test_steps_are_traced_once():
    model, traced = _model(), []
    step = model.train_step
    model.train_step = lambda batch: traced.append(0) or step(batch)
    feeder = Feeder(model)
    for rows in range(50), range(90):
        with feeder.feeding(_batches(rows, seed=0), None) as (x, _):
            model.fit(x, epochs=2, verbose=0)
    assert len(traced) == 1


def test_a_callback_may_evaluate_other_data():
    found = []
    ids = X.dense(range(20), width=30)

    class Evaluation(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            found.append(self.model.evaluate(ids, Y[:20], verbose=0, return_dict=True)["accuracy"])

    model = _model()
    with Feeder(model).feeding(_batches(range(90), seed=0), _batches(range(50))) as (x, validation):
        model.fit(x, validation_data=validation, epochs=1, verbose=0, callbacks=[Evaluation()])
    assert found == [pytest.approx((model(ids).numpy().argmax(axis=1) == Y[:20]).mean())]


def test_the_model_is_keras_s_own_again_even_after_an_error():
    model = _model()
    with (
        pytest.raises(KeyboardInterrupt),
        Feeder(model).feeding(_batches(range(90)), _batches(range(9))),
    ):
        raise KeyboardInterrupt
    assert model.train_function is model.test_function is None
    ids = X.dense(width=30)
    model.fit(ids, Y, epochs=1, verbose=0)  # on all of it, not on what was fed
    assert len(model.history.history["loss"]) == 1
