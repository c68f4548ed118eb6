import copy
import pickle

import joblib
import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone

from sk_textnn.losses import CrossEntropyLoss, FocalLoss, TopKLoss, _base, make_loss

keras, tf = _base.keras, _base.tf
rng = np.random.default_rng(0)
N, N_CLASSES = 10, 4
Y = rng.integers(N_CLASSES, size=N)
ONE_HOT = np.eye(N_CLASSES)[Y]
LABELS = rng.integers(2, size=(N, N_CLASSES)).astype(float)
P = rng.dirichlet(np.ones(N_CLASSES), size=N)
WEIGHTS = rng.uniform(size=N)
PLAIN = -np.log(P[np.arange(N), Y])  # the cross-entropy of each example
OURS = [CrossEntropyLoss, TopKLoss, FocalLoss]
EXACT = {"float32": 1e-5, "float64": 1e-12}

every_loss = pytest.mark.parametrize("kind", OURS)
every_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])


def worst(losses, k):
    """The definition: the k greatest times n/k, in their places; the others zero."""
    kept = np.zeros(len(losses))
    chosen = np.argsort(-losses, kind="stable")[:k]
    kept[chosen] = losses[chosen] * len(losses) / len(chosen)
    return kept


def small_model(loss, head="softmax", **kwargs):
    """One dense layer behind the identity, or with other weights."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((N_CLASSES,))
    outputs = keras.layers.Dense(N_CLASSES, activation=head)(inputs)
    model = keras.Model(inputs, outputs)
    model.compile(keras.optimizers.SGD(0.1), loss, jit_compile=False, **kwargs)
    return model


# What all of them share.


@every_dtype
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("y_true", [Y, Y[:, None], ONE_HOT, Y.astype("float32")])
def test_cross_entropy_is_that_of_keras(y_true, smoothing, dtype):
    ours = CrossEntropyLoss(smoothing, dtype=dtype)
    params = {"reduction": "mean_with_sample_weight", "dtype": dtype}
    theirs = keras.losses.CategoricalCrossentropy(label_smoothing=smoothing, **params)
    for weights in (None, WEIGHTS):
        found = ours(y_true, P, weights)
        assert found.dtype == dtype
        np.testing.assert_allclose(found, theirs(ONE_HOT, P, weights), rtol=EXACT[dtype])
    sigmoids = 1 / (1 + np.exp(-P))  # rows that do not sum to 1
    np.testing.assert_allclose(ours(y_true, sigmoids), theirs(ONE_HOT, sigmoids), rtol=EXACT[dtype])
    assert ours.call(y_true, tf.constant(P, dtype)).shape == (N,)


@every_dtype
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_multilabel_cross_entropy_is_that_of_keras(smoothing, dtype):
    params = {"label_smoothing": smoothing, "dtype": dtype, "reduction": "mean_with_sample_weight"}
    ours = CrossEntropyLoss(multilabel=True, **params)
    theirs = keras.losses.BinaryCrossentropy(**params)
    for weights in (None, WEIGHTS):
        np.testing.assert_allclose(
            ours(LABELS, P, weights), theirs(LABELS, P, weights), rtol=EXACT[dtype]
        )


@pytest.mark.parametrize(
    ("multilabel", "theirs", "head", "y"),
    [
        (False, "sparse_categorical_crossentropy", "softmax", Y),
        (True, "binary_crossentropy", "sigmoid", LABELS),
    ],
)
def test_it_trains_as_keras_does(multilabel, theirs, head, y):
    """From what goes into the last activation, so that the hopeless examples train too."""
    x = P * 500  # many probabilities are 0 in float32
    ours = CrossEntropyLoss(multilabel=multilabel, reduction="sum_over_batch_size")
    trained = []
    for loss in (ours, theirs):
        model = small_model(loss, head)
        history = model.fit(x, y, batch_size=4, shuffle=False, verbose=0).history
        trained.append([history["loss"], *model.get_weights()])
    assert history["loss"][0] > -np.log(keras.config.epsilon())
    for our, their in zip(*trained, strict=True):
        np.testing.assert_allclose(our, their, rtol=1e-5, atol=1e-6)


@every_loss
def test_a_sigmoid_behind_a_softmax_costs_what_it_does(kind):
    """Keras takes its input for that of a softmax, and reports 1.165 for 7 classes."""
    loss = kind()

    @tf.function
    def cost(inputs):
        return loss(range(7), keras.activations.sigmoid(keras.activations.softmax(inputs)))

    right = np.exp(1) / (np.exp(1) + 1)
    p = right / (right + 6 * 0.5)
    expected = -np.log(p) * ((1 - p) ** 2 if kind is FocalLoss else 1)
    assert float(cost(50 * tf.eye(7))) == pytest.approx(expected, rel=1e-5)


@every_loss
@every_dtype
@pytest.mark.parametrize("multilabel", [False, True])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_certain_probabilities_give_finite_gradients(kind, dtype, multilabel, smoothing):
    y_pred = tf.constant([[0.0, 1.0], [1.0, 0.0], [0.0, 1.0]], dtype)
    y_true = [[0, 1], [0, 1], [1, 0]] if multilabel else [1, 1, 0]
    for gamma in (0.5, 1, 2) if kind is FocalLoss else [None]:
        params = {} if gamma is None else {"gamma": gamma}
        loss = kind(label_smoothing=smoothing, multilabel=multilabel, dtype=dtype, **params)
        with tf.GradientTape() as tape:
            tape.watch(y_pred)
            value = loss(y_true, y_pred)
        assert value.dtype == dtype
        assert np.isfinite(value)
        assert np.isfinite(tape.gradient(value, y_pred)).all()


@every_loss
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("wrong", [-1, N_CLASSES])
def test_classes_that_are_not_there_are_refused(kind, smoothing, wrong):
    with pytest.raises(tf.errors.InvalidArgumentError, match=f"label value of {wrong}"):
        kind(label_smoothing=smoothing)([0, wrong], P[:2])


@every_loss
@pytest.mark.parametrize(
    ("y_true", "y_pred", "multilabel"),
    [
        (Y, P, True),
        (Y[:, None], P, True),
        (LABELS[:, :2], P, True),
        (LABELS[0], P[0], True),
        (ONE_HOT[:, :2], P, False),
        (Y[:3], P, False),
        (Y, P[:, 0], False),
        (Y % 2, P[:, :1], False),
        (Y[:, None] % 2, P[:, :1], False),
        (ONE_HOT[None], P[None], False),
    ],
)
def test_shapes_that_do_not_fit_are_refused(kind, y_true, y_pred, multilabel):
    with pytest.raises(ValueError, match=r"y_true has the shape .* expected .* Pass"):
        kind(multilabel=multilabel)(y_true, y_pred)


@every_loss
def test_one_trace_serves_every_batch(kind):
    loss, n_traces = kind(), []

    def traced(y_true, y_pred):
        n_traces.append(1)
        return loss(y_true, y_pred)

    signature = [tf.TensorSpec([None], "int64"), tf.TensorSpec([None, N_CLASSES], "float32")]
    compiled = tf.function(traced, input_signature=signature)
    for n in (N, 3, 1):
        y_pred = P[:n].astype("float32")
        np.testing.assert_allclose(compiled(Y[:n], y_pred), loss(Y[:n], y_pred), rtol=1e-6)
    assert len(n_traces) == 1


def test_xla_compiles_it():
    loss = TopKLoss(0.3, warmup_epochs=1)
    compiled = tf.function(loss, jit_compile=True)
    for epoch, expected in enumerate([PLAIN.mean(), np.sort(PLAIN)[-3:].mean()]):
        loss.set_epoch(epoch)
        assert float(compiled(Y, P)) == pytest.approx(expected, rel=1e-5)


# The worst k.


@every_dtype
@pytest.mark.parametrize(
    ("k", "n_kept"), [(1, 1), (3, 3), (N, N), (16, N), (0.3, 3), (0.31, 4), (1e-9, 1), (1.0, N)]
)
def test_the_worst_are_kept(k, n_kept, dtype):
    loss = TopKLoss(k, dtype=dtype)
    found = loss.call(Y, tf.constant(P, dtype))
    np.testing.assert_allclose(found, worst(PLAIN, n_kept), rtol=EXACT[dtype])
    assert np.count_nonzero(found) == n_kept
    assert float(loss(ONE_HOT, P)) == pytest.approx(np.sort(PLAIN)[-n_kept:].mean(), rel=1e-5)


def test_a_share_is_rounded_up_as_on_paper():
    """In floating point, 0.07 * 100 is more than 7."""
    y_true, y_pred = np.zeros(100, int), rng.dirichlet([1, 1], size=100)
    for k, n_kept in ((0.07, 7), (0.071, 8)):
        assert np.count_nonzero(TopKLoss(k).call(y_true, y_pred)) == n_kept


def test_ties_keep_exactly_k():
    found = TopKLoss(3).call(np.zeros(8, int), np.full((8, 2), 0.5)).numpy()
    assert np.count_nonzero(found) == 3
    np.testing.assert_allclose(found[found > 0], np.log(2) * 8 / 3, rtol=1e-5)


def test_the_worst_of_several_labels_are_examples():
    plain = -np.log(np.where(LABELS, P, 1 - P)).mean(axis=1)
    found = TopKLoss(3, multilabel=True).call(LABELS, P)
    np.testing.assert_allclose(found, worst(plain, 3), rtol=1e-5)


def test_weights_act_on_the_worst():
    """They do not choose: a kept example of weight 0 leaves its place empty."""
    weights = WEIGHTS.copy()
    weights[PLAIN.argmax()] = 0
    expected = (worst(PLAIN, 3) * weights).sum() / weights.sum()
    assert float(TopKLoss(3)(Y, P, weights)) == pytest.approx(expected, rel=1e-5)
    assert float(TopKLoss(1)(Y, P, weights)) == 0


def test_only_the_worst_have_a_gradient():
    y_pred = tf.constant(P)
    with tf.GradientTape() as tape:
        tape.watch(y_pred)
        value = TopKLoss(3, dtype="float64")(Y, y_pred)
    changed = np.flatnonzero(np.abs(tape.gradient(value, y_pred)).sum(axis=1))
    assert set(changed) == set(np.argsort(PLAIN)[-3:])


def test_a_loss_that_is_no_number_is_not_dropped():
    for row in range(3):
        y_pred = P.copy()
        y_pred[row] = np.nan
        assert np.isnan(TopKLoss(1)(Y, y_pred))


def test_warm_up_ends_without_a_new_trace():
    loss, n_traces = TopKLoss(2, warmup_epochs=2), []

    @tf.function
    def traced(y_true, y_pred):
        n_traces.append(1)
        return loss(y_true, y_pred)

    plain, of_worst = PLAIN.mean(), np.sort(PLAIN)[-2:].mean()
    y_true, y_pred = tf.constant(Y), tf.constant(P)
    assert float(traced(y_true, y_pred)) == pytest.approx(plain, rel=1e-5)  # before the first
    n_traces.clear()
    for epoch, expected in enumerate([plain, plain, of_worst, of_worst]):
        loss.set_epoch(epoch)
        assert float(traced(y_true, y_pred)) == pytest.approx(expected, rel=1e-5)
    assert not n_traces


def test_fit_with_class_weight_warm_up_and_a_smaller_last_batch():
    loss = TopKLoss(3, warmup_epochs=1)
    model = small_model(loss, weighted_metrics=[CrossEntropyLoss(name="plain", reduction=None)])
    model.optimizer.learning_rate = 0  # so that numbers stay comparable
    y_pred = np.asarray(model(P))
    plain = -np.log(y_pred[np.arange(N), Y])
    by_class = {0: 3.0, 1: 0.5, 2: 1.0, 3: 0.0}
    weights = np.vectorize(by_class.get)(Y)
    history = model.fit(
        P,
        Y,
        batch_size=4,  # 4, 4 and 2: one less than k
        epochs=2,
        shuffle=False,
        class_weight=by_class,
        callbacks=[loss.callback()],
        verbose=0,
    ).history

    def epoch_mean(k):
        batches = [slice(0, 4), slice(4, 8), slice(8, 10)]
        means = [(worst(plain[b], k) * weights[b]).sum() / weights[b].sum() for b in batches]
        return np.average(means, weights=[4, 4, 2])

    np.testing.assert_allclose(history["loss"], [epoch_mean(4), epoch_mean(3)], rtol=1e-5)
    np.testing.assert_allclose(history["plain"], np.average(plain, weights=weights), rtol=1e-5)


# The focal loss.


@every_dtype
@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.0, 5.0])
def test_focal_loss_is_that_of_keras(gamma, dtype):
    params = {"gamma": gamma, "dtype": dtype, "reduction": "none"}
    theirs = keras.losses.CategoricalFocalCrossentropy(alpha=1, **params)(ONE_HOT, P)
    for y_true in (Y, ONE_HOT):
        ours = FocalLoss(**params)(y_true, P)
        np.testing.assert_allclose(ours, theirs, rtol=EXACT[dtype], atol=1e-7)


@every_dtype
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("gamma", [0.5, 2.0])
def test_multilabel_focal_loss_is_that_of_keras(gamma, smoothing, dtype):
    params = {"gamma": gamma, "label_smoothing": smoothing, "dtype": dtype, "reduction": "none"}
    ours = FocalLoss(multilabel=True, **params)(LABELS, P)
    theirs = keras.losses.BinaryFocalCrossentropy(**params)(LABELS, P)
    np.testing.assert_allclose(ours, theirs, rtol=EXACT[dtype], atol=1e-7)


@pytest.mark.parametrize("y_true", [Y, ONE_HOT])
def test_smoothing_keeps_a_focal_loss_from_certainty(y_true):
    """The mean probability of the smoothed target is below 1, however sure the network is."""
    target = 0.9 * ONE_HOT + 0.1 / N_CLASSES
    p = (target * P).sum(axis=1)
    expected = (1 - p) ** 2 * -(target * np.log(P)).sum(axis=1)
    found = FocalLoss(label_smoothing=0.1, dtype="float64").call(y_true, tf.constant(P))
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("multilabel", [False, True])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_gamma_0_is_the_cross_entropy(multilabel, smoothing):
    y_true = LABELS if multilabel else Y
    params = {"label_smoothing": smoothing, "multilabel": multilabel, "reduction": "none"}
    focal, plain = FocalLoss(0, **params), CrossEntropyLoss(**params)
    np.testing.assert_array_equal(focal(y_true, P), plain(y_true, P))


# Kept, copied, shown.


class Holder(BaseEstimator):
    def __init__(self, loss=None):
        self.loss = loss


LOSSES = [
    CrossEntropyLoss(0.1, reduction="sum", dtype="float64"),
    TopKLoss(0.5, warmup_epochs=1, label_smoothing=0.1),
    TopKLoss(np.int64(3), multilabel=True, name="worst"),
    FocalLoss(np.float32(0.5), multilabel=True),
    make_loss(keras.losses.Poisson(), label_smoothing=0, multilabel=False, dtype="float64"),
]
_COPIES = {
    "pickle": lambda loss: pickle.loads(pickle.dumps(loss)),
    "deepcopy": copy.deepcopy,
    "config": lambda loss: type(loss).from_config(loss.get_config()),
    "keras": lambda loss: keras.losses.deserialize(keras.losses.serialize(loss)),
    "clone": lambda loss: clone(Holder(loss)).loss,
}


@pytest.mark.parametrize("copied", _COPIES.values(), ids=list(_COPIES))
@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_copies_are_built_from_the_parameters(loss, copied):
    y_true = LABELS if getattr(loss, "multilabel", False) else Y
    before = joblib.hash(loss)
    value = loss(y_true, P)
    if isinstance(loss, TopKLoss):
        loss.set_epoch(5)
        assert (float(loss(y_true, P)) != float(value)) == bool(loss.warmup_epochs)
    for one in (copied(loss), copied(copied(loss))):
        assert type(one) is type(loss)
        assert one is not loss
        assert one.get_config() == loss.get_config()
        np.testing.assert_array_equal(one(y_true, P), value)  # a new one: in its first epoch
        assert joblib.hash(one) == joblib.hash(loss) == before
    if isinstance(loss, TopKLoss):
        loss.set_epoch(0)


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_saved_models_load_with_it(loss, tmp_path):
    y = LABELS if getattr(loss, "multilabel", False) else Y
    model = small_model(loss)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded.loss) is type(loss)
    assert loaded.loss.get_config() == loss.get_config()
    assert float(loaded.loss(y, P)) == float(loss(y, P))


@pytest.mark.parametrize(
    ("loss", "text"),
    [
        (CrossEntropyLoss(), "CrossEntropyLoss()"),
        (
            CrossEntropyLoss(0.1, name="plain"),
            "CrossEntropyLoss(label_smoothing=0.1, name='plain')",
        ),
        (TopKLoss(k=16), "TopKLoss()"),
        (TopKLoss(k=8), "TopKLoss(k=8)"),
        (TopKLoss(1.0, 2, dtype="float32"), "TopKLoss(k=1.0, warmup_epochs=2)"),
        (FocalLoss(1, dtype="float64"), "FocalLoss(gamma=1.0, dtype='float64')"),
        (FocalLoss(reduction=None), "FocalLoss(reduction=None)"),
    ],
)
def test_repr_shows_what_is_not_the_default(loss, text):
    assert repr(loss) == text
    assert repr(Holder(loss)) == f"Holder(loss={text})"


@pytest.mark.parametrize(
    ("kind", "params", "error", "message"),
    [
        (TopKLoss, {"k": 0}, ValueError, r"k=0 came; expected was an int of 1 or more"),
        (TopKLoss, {"k": 0.0}, ValueError, "k=0.0 came"),
        (TopKLoss, {"k": 2.0}, ValueError, "k=2.0 came"),
        (TopKLoss, {"k": float("nan")}, ValueError, "k=nan came"),
        (TopKLoss, {"k": True}, TypeError, "k is bool True; .* pass 16 or 0.1"),
        (TopKLoss, {"k": "16"}, TypeError, "k is str"),
        (TopKLoss, {"k": None}, TypeError, "k is None"),
        (TopKLoss, {"warmup_epochs": -1}, ValueError, "warmup_epochs=-1 came"),
        (TopKLoss, {"warmup_epochs": 1.5}, TypeError, "warmup_epochs is float 1.5"),
        (FocalLoss, {"gamma": -1}, ValueError, "gamma=-1 came; expected was a finite number"),
        (FocalLoss, {"gamma": float("inf")}, ValueError, "gamma=inf came"),
        (FocalLoss, {"gamma": "2"}, TypeError, "gamma is str"),
        *((kind, {"label_smoothing": 1}, ValueError, "label_smoothing=1 came") for kind in OURS),
        *((kind, {"label_smoothing": "0"}, TypeError, "label_smoothing is str") for kind in OURS),
        *((kind, {"multilabel": 1}, TypeError, "multilabel is int 1") for kind in OURS),
        *((kind, {"reduction": "median"}, ValueError, "reduction") for kind in OURS),
    ],
)
def test_wrong_parameters_are_refused(kind, params, error, message):
    with pytest.raises(error, match=message):
        kind(**params)


# For the classifiers.


def made(loss, label_smoothing=0.0, multilabel=False, dtype="float32"):
    return make_loss(loss, label_smoothing=label_smoothing, multilabel=multilabel, dtype=dtype)


def test_losses_are_made_by_name():
    config = {"label_smoothing": 0.1, "multilabel": True, "dtype": "float64"}
    names = {"cross_entropy": CrossEntropyLoss, "top_k": TopKLoss, "focal": FocalLoss}
    for name, kind in names.items():
        assert type(made(name)) is kind
        assert made(name).get_config() == kind().get_config()
        assert made(name, **config).get_config() == kind(**config).get_config()


def test_a_loss_of_ours_is_made_anew():
    given = TopKLoss(3, 1, label_smoothing=0.2, multilabel=True, reduction="sum", dtype="float64")
    before = given.get_config()
    loss = made(given)
    loss.set_epoch(3)
    assert loss.get_config() == TopKLoss(3, 1, label_smoothing=0.2).get_config()
    assert made(given, label_smoothing=0.1).label_smoothing == 0.1
    assert given.get_config() == before
    given.multilabel = False
    assert float(given(Y, P)) == pytest.approx(N * float(made(given)(Y, P)))  # in warm-up


@pytest.mark.parametrize(
    "given",
    [
        keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
        keras.losses.CategoricalFocalCrossentropy(gamma=1.0, reduction="sum"),
        keras.losses.SparseCategoricalCrossentropy(),
        keras.losses.SparseCategoricalCrossentropy(ignore_class=2),
        keras.losses.MeanSquaredError(),
    ],
    ids=lambda loss: type(loss).__name__,
)
@every_dtype
def test_losses_of_keras_get_the_targets_that_they_want(given, dtype):
    before = given.get_config()
    loss = made(given, dtype=dtype)
    targets = Y if type(given).__name__.startswith("Sparse") else ONE_HOT
    oracle = {**before, "reduction": "mean_with_sample_weight", "dtype": dtype}
    expected = type(given).from_config(oracle)(targets, P, WEIGHTS)
    for y_true in (Y, Y[:, None]):
        found = loss(y_true, P, WEIGHTS)
        assert found.dtype == dtype
        np.testing.assert_allclose(found, expected, rtol=EXACT[dtype])
    assert loss.loss is not given
    assert given.get_config() == before


def test_a_loss_of_keras_trains_as_with_one_hot_targets():
    given = keras.losses.CategoricalCrossentropy(reduction="mean_with_sample_weight")
    trained = []
    for loss, y in ((made(given), Y), (given, ONE_HOT)):
        model = small_model(loss)
        model.fit(P, y, batch_size=N, class_weight={0: 3.0}, shuffle=False, verbose=0)
        trained.append(model.get_weights())
    for our, their in zip(*trained, strict=True):
        np.testing.assert_allclose(our, their, rtol=1e-5)


def test_losses_of_keras_get_several_labels_as_they_are():
    given = keras.losses.BinaryFocalCrossentropy(gamma=1.0)
    np.testing.assert_allclose(made(given, multilabel=True)(LABELS, P), given(LABELS, P), rtol=1e-6)
    with pytest.raises(ValueError, match=r"Sparse.* takes one class a text, but y has a column"):
        made(keras.losses.SparseCategoricalCrossentropy(), multilabel=True)


@keras.saving.register_keras_serializable()
class OneNumber(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return keras.ops.mean((y_true - y_pred) ** 2)


@keras.saving.register_keras_serializable()
class Forgetful(keras.losses.Loss):
    def __init__(self, power, name=None, reduction="sum_over_batch_size"):
        super().__init__(name, reduction)
        self.power = power


@pytest.mark.parametrize("name", ["top-k", "topk", "top_k_loss"])
def test_a_misspelt_name_has_a_hint(name):
    known = "Pass one of 'cross_entropy', 'focal', 'top_k', or a keras.losses.Loss"
    with pytest.raises(ValueError, match=f"no loss '{name}'. Did you mean 'top_k'. {known}"):
        made(name)
    with pytest.raises(ValueError, match=f"no loss 'mse'. {known}"):
        made("mse")


def test_what_is_no_loss_is_refused():
    for wrong, came in ((TopKLoss, "the class TopKLoss"), (None, "None"), (3, "int 3")):
        with pytest.raises(
            TypeError, match=rf"loss is {came}; .* instance, such as TopKLoss\(k=16"
        ):
            made(wrong)
    with pytest.raises(TypeError, match=r"Forgetful cannot be built anew .*'power'.* get_config"):
        made(Forgetful(2))
    with pytest.raises(ValueError, match=r"0.1 came beside Poisson.* Set it in the loss itself"):
        made(keras.losses.Poisson(), label_smoothing=0.1)
    with pytest.raises(ValueError, match=r"label_smoothing=-0\.1 came"):
        made("focal", label_smoothing=-0.1)


@pytest.mark.parametrize("loss", [OneNumber(), keras.losses.Dice()])
def test_one_number_a_batch_is_refused(loss):
    with pytest.raises(ValueError, match=r"gives losses of shape \(\); expected was one number"):
        made(loss)(Y, P)
