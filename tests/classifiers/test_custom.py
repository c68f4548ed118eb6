"""Networks of users in the classifier; tests/networks has those that do not fit."""

import pickle
from collections import Counter

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from sk_textnn import NetworkClassifier, TokenSequences
from sk_textnn._optional import import_heavy
from tests.custom_networks import first_and_mean

keras, tf = import_heavy("keras"), import_heavy("tensorflow")
layers = keras.layers
ROWS, Y = [[2, 3, 4], [5, 3], [2], [5, 4, 4, 2, 3]] * 5, np.array(["low", "high"] * 10)
X = TokenSequences.from_lists(ROWS)
FAST = {"embedding_dim": 4, "early_stopping": False, "epochs": 1, "random_state": 0}
SEEN = []


class Watch(layers.Layer):
    """Passes ids on, and keeps each batch."""

    def call(self, ids):
        def keep(batch):
            SEEN.append(batch)
            return batch

        kept = tf.numpy_function(keep, [ids], ids.dtype)
        kept.set_shape(ids.shape)
        return kept


def watched(spec, *, n_classes, seed):
    """The mean of the vectors of all words and, unless masked, of the padding."""
    uniform = keras.initializers.RandomUniform(seed=seed)
    inputs = keras.Input((None,), dtype="int32")
    x = layers.Embedding(spec.n_ids, spec.vector_size, uniform, mask_zero=spec.masked)(inputs)
    # Beside the rest: what keeps nothing but batches would lose the mask.
    seen = layers.Lambda(lambda ids: keras.ops.cast(ids[:, :1] * 0, "float32"))(Watch()(inputs))
    x = layers.GlobalAveragePooling1D()(x) + seen
    return keras.Model(inputs, layers.Dense(n_classes, "softmax", kernel_initializer=uniform)(x))


def softmax_then_sigmoid(spec, *, n_classes, multilabel, seed, units=None):
    """The end of some published networks: no row sums to 1."""
    uniform = keras.initializers.RandomUniform(seed=seed)
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(spec.n_ids, spec.vector_size, uniform, mask_zero=True),
            layers.GlobalAveragePooling1D(),
            layers.Dense(units or n_classes, "softmax", kernel_initializer=uniform),
            layers.Dense(n_classes, "sigmoid", kernel_initializer=uniform, bias_initializer="ones"),
        ]
    )


def side_by_side(spec, *, n_classes, seed, steps):
    """Reads exactly so many steps."""
    uniform = keras.initializers.RandomUniform(seed=seed)
    return keras.Sequential(
        [
            keras.Input((steps,), dtype="int32"),
            layers.Embedding(spec.n_ids, spec.vector_size, uniform),
            layers.Flatten(),
            layers.Dense(n_classes, "softmax", kernel_initializer=uniform),
        ]
    )


def _forget(logs=None):
    SEEN.clear()


def _fresh_eyes():
    return keras.callbacks.LambdaCallback(on_train_begin=_forget)


def _count(rows):
    """How often each row is there; those of padding alone only fill batches up."""
    return Counter(tuple(map(int, row)) for row in rows if any(row))


def test_a_network_of_ids():
    clf = NetworkClassifier(first_and_mean, **{**FAST, "epochs": 10, "learning_rate": 0.1}).fit(
        X, Y
    )
    assert clf.score(X, Y) == 1
    assert list(clf.classes_) == ["high", "low"]
    proba = clf.predict_proba(X)
    np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-6)
    copy = pickle.loads(pickle.dumps(clf))
    np.testing.assert_array_equal(copy.predict_proba(X), proba)
    assert clone(clf).get_params() == clf.get_params()


def test_a_network_of_vectors_in_double_precision():
    clf = NetworkClassifier(first_and_mean, build_params={"units": 3}, dtype="float64", **FAST)
    vectors = np.random.default_rng(0).normal(size=(20, 3, 2))
    proba = clf.fit(vectors, Y).predict_proba(vectors)
    assert clf.model_.input_shape == (None, None, 2)
    assert clf.model_.layers[-2].units == 3
    assert proba.dtype == "float64"
    wider = np.pad(vectors, ((0, 0), (1, 2), (0, 0)))
    np.testing.assert_allclose(clf.predict_proba(wider), proba, atol=1e-12)


def test_a_network_of_several_labels():
    table = np.column_stack([Y == "low", Y == "high", np.ones(20)]).astype(int)
    clf = NetworkClassifier(softmax_then_sigmoid, **FAST).fit(X, table)
    assert clf.predict(X).shape == (20, 3)
    outputs = clf.model_(np.asarray(X.pad(5, padding="post")))
    np.testing.assert_allclose(clf.predict_proba(X), outputs, atol=1e-6)  # as they are


def test_rows_are_scaled_to_a_sum_of_1():
    clf = NetworkClassifier(softmax_then_sigmoid, **FAST).fit(X, Y)
    outputs = clf.model_(np.asarray(X.pad(5, padding="post"))).numpy()
    assert np.abs(outputs.sum(axis=1) - 1).min() > 0.1
    proba = clf.predict_proba(X)
    np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(proba, outputs / outputs.sum(axis=1, keepdims=True), atol=1e-6)


def test_tables_of_words_begin_with_vectors_that_came_and_have_their_rate():
    vectors = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")
    clf = NetworkClassifier(softmax_then_sigmoid, **FAST)
    steps = [
        clf.set_params(**params).fit(X.with_vectors(vectors), Y).model_.layers[0].get_weights()[0]
        - vectors
        for params in ({}, {"embedding_learning_rate": 0.02}, {"frozen_epochs": 1})
    ]
    np.testing.assert_array_equal(np.flatnonzero(steps[0].any(axis=1)), [2, 3, 4, 5])
    np.testing.assert_allclose(steps[1], 10 * steps[0], atol=1e-5)
    assert not steps[2].any()


def test_a_search_over_build_params():
    several = [None, {"units": 5}]
    clf = NetworkClassifier(softmax_then_sigmoid, **FAST)
    search = GridSearchCV(clf, {"build_params": several}, cv=2, error_score="raise").fit(X, Y)
    assert list(search.cv_results_["param_build_params"]) == several
    units = (search.best_params_["build_params"] or {"units": 2})["units"]
    assert search.best_estimator_.model_.layers[2].units == units


def test_each_of_build_params_can_be_set_and_searched():
    given = {"units": 5}
    clf = NetworkClassifier(softmax_then_sigmoid, build_params=given, **FAST)
    assert clf.get_params()["build_params__units"] == 5
    assert "build_params__units" not in clf.get_params(deep=False)
    clf.set_params(build_params__units=4, epochs=1)
    assert (clf.build_params, given, clf.epochs) == ({"units": 4}, {"units": 5}, 1)
    assert clone(clf).build_params == {"units": 4}
    clf = NetworkClassifier(softmax_then_sigmoid, **FAST)
    space = {"build_params__units": [2, 5]}
    search = GridSearchCV(clf, space, cv=2, error_score="raise").fit(X, Y)
    units = search.best_params_["build_params__units"]
    assert search.best_estimator_.model_.layers[2].units == units
    assert clf.build_params is None
    with pytest.raises(ValueError, match="Invalid parameter 'unit'"):
        clf.set_params(unit=3)


def test_training_goes_on_with_the_same_function_only():
    clf = NetworkClassifier(softmax_then_sigmoid, warm_start=True, **FAST).fit(X, Y)
    with pytest.raises(ValueError, match=r"built with build_params=\{\}, but now came build_p"):
        clf.set_params(build_params={"units": 2}).fit(X, Y)
    assert len(clf.set_params(build_params={}).fit(X, Y).history_["loss"]) == 2


# With the padding and without.


def test_masked_batches_are_cut_to_their_longest_text_with_zeros_behind():
    clf = NetworkClassifier(watched, batch_size=4, callbacks=_fresh_eyes, **FAST)
    clf.fit(X.pad(9), Y)
    ragged = [[word for word in row if word] for batch in SEEN for row in batch.tolist()]
    assert sorted(ragged) == sorted(ROWS)
    for batch in SEEN:
        assert batch[:, -1].any()
        assert ((batch != 0) == (np.cumsum(batch[:, ::-1] != 0, axis=1)[:, ::-1] > 0)).all()


@pytest.mark.parametrize("as_array", [False, True], ids=["sequences", "array"])
@pytest.mark.parametrize("padding", ["pre", "post"])
@pytest.mark.parametrize("maxlen", [4, 7])
def test_without_a_mask_a_network_reads_the_texts_as_they_were_padded(maxlen, padding, as_array):
    given = X.pad(maxlen, padding=padding)
    padded = np.asarray(given)
    given = padded if as_array else given
    clf = NetworkClassifier(watched, masked=False, batch_size=8, callbacks=_fresh_eyes, **FAST)
    clf.fit(given, Y)
    assert {batch.shape[1] for batch in SEEN} == {maxlen}
    assert _count(np.concatenate(SEEN)) == _count(padded)
    SEEN.clear()
    proba = clf.predict_proba(given)
    assert {batch.shape[1] for batch in SEEN} == {maxlen}
    assert _count(np.concatenate(SEEN)) == _count(padded)
    np.testing.assert_allclose(proba, clf.model_(padded), atol=1e-6)


def test_an_empty_text_does_not_tell_the_side_of_the_padding():
    padded = np.array([[2, 3, 0], [0, 0, 0], [4, 0, 0], [5, 4, 3]] * 5)
    clf = NetworkClassifier(watched, masked=False, callbacks=_fresh_eyes, **FAST).fit(padded, Y)
    assert _count(np.concatenate(SEEN)) == _count(padded)
    np.testing.assert_allclose(clf.predict_proba(padded), clf.model_(padded), atol=1e-6)


def test_without_a_mask_unknown_ids_leave_the_padding_on_its_side():
    clf = NetworkClassifier(watched, masked=False, **FAST).fit(X.pad(4, padding="post"), Y)
    SEEN.clear()
    clf.predict(TokenSequences.from_lists([[99, 2], [3]]).pad(4, padding="post"))
    assert _count(np.concatenate(SEEN)) == _count([[1, 2, 0, 0], [3, 0, 0, 0]])


def test_masked_waits_for_the_next_fit():
    vectors = np.random.default_rng(0).normal(size=(20, 3, 2))
    for given in (X.pad(7), vectors):
        clf = NetworkClassifier(first_and_mean, **FAST).fit(given, Y)
        expected = clf.predict_proba(given)
        np.testing.assert_array_equal(clf.set_params(masked=False).predict_proba(given), expected)


def test_without_a_mask_vectors_are_read_as_they_were_padded():
    vectors = np.random.default_rng(0).normal(size=(20, 3, 2)).astype("float32")
    padded = np.pad(vectors, ((0, 0), (1, 2), (0, 0)))
    clf = NetworkClassifier(first_and_mean, masked=False, **FAST).fit(padded, Y)
    np.testing.assert_allclose(clf.predict_proba(padded), clf.model_(padded), atol=1e-6)
    assert np.abs(clf.predict_proba(padded) - clf.model_(vectors)).max() > 1e-3


def test_a_network_may_read_one_width_only():
    clf = NetworkClassifier(side_by_side, build_params={"steps": 6}, masked=False, **FAST)
    padded = X.pad(6, padding="post")
    clf.fit(padded, Y)
    np.testing.assert_allclose(clf.predict_proba(padded), clf.model_(np.asarray(padded)), atol=1e-6)
    for method in (clf.predict, clf.predict_proba):
        with pytest.raises(ValueError, match=r"7 .*6"):
            method(X.pad(7))
    with pytest.raises(ValueError, match=r"7 .*6"):
        clone(clf).fit(X.pad(7), Y)


def test_numbers_are_never_masked():
    """Not even zeros: a row of numbers has no padding."""
    numbers = np.random.default_rng(0).normal(size=(20, 3))
    numbers[::2, 2] = 0
    clf = NetworkClassifier(first_and_mean, **FAST).fit(numbers, Y)
    expected = clf.model_(numbers[:, :, None].astype("float32"))
    np.testing.assert_allclose(clf.predict_proba(numbers), expected, atol=1e-6)


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ({"build_fn": 3}, ValueError, "The 'build_fn' parameter of NetworkClassifier"),
        ({"build_params": [3]}, ValueError, "The 'build_params' parameter"),
        ({"masked": "yes"}, ValueError, "The 'masked' parameter"),
        ({"build_fn": lambda spec: None}, TypeError, "returned None; expected was a keras.Model"),
        ({"build_params": {"depth": 2}}, TypeError, "unexpected keyword argument 'depth'"),
        ({"build_fn": side_by_side, "build_params": {"steps": 6}}, ValueError, "set masked=False"),
    ],
    ids=lambda value: "",
)
def test_wrong_parameters(params, error, message):
    clf = NetworkClassifier(**{"build_fn": first_and_mean, **params})
    with pytest.raises(error, match=message):
        clf.fit(X, Y)
    assert not hasattr(clf, "classes_")
