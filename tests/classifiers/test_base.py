"""The contract that both classifiers share, and the design's invariants."""

import concurrent.futures
import gc
import pickle
import subprocess
import sys
import weakref

import numpy as np
import pytest
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import StratifiedKFold, check_cv, cross_val_score, train_test_split

from sk_textnn import CNNClassifier, LSTMClassifier, TokenSequences
from sk_textnn._optional import import_heavy
from sk_textnn.classifiers import _base
from sk_textnn.training import LengthBatches

keras = import_heavy("keras")


def _corpus(n_samples=120, seed=0):
    """Class 0 says 2 before 3, class 1 says 3 before 2, among other words."""
    rng = np.random.default_rng(seed)
    rows, labels = [], []
    for number in range(n_samples):
        row = list(rng.integers(4, 12, size=rng.integers(3, 15)))
        at = rng.integers(len(row))
        row[at:at] = [2, 3] if number % 2 else [3, 2]
        rows.append(row)
        labels.append("first" if number % 2 else "second")
    return TokenSequences.from_lists(rows), np.array(labels)


X, Y = _corpus()
SMALL = {"embedding_dim": 8, "epochs": 4, "learning_rate": 0.02, "random_state": 0}
CLASSIFIERS = [
    LSTMClassifier(units=8, n_buckets=64, ngram_dropout=0, **SMALL),
    LSTMClassifier(units=8, max_ngram=1, pooling="last", bidirectional=True, **SMALL),
    CNNClassifier(filters=8, kernel_sizes=(2, 3), **SMALL),
]
IDS = ["lstm", "bilstm", "cnn"]
both = pytest.mark.parametrize("classifier", CLASSIFIERS, ids=IDS)


@pytest.fixture(scope="module", params=CLASSIFIERS, ids=IDS)
def fitted(request):
    return clone(request.param).fit(X, Y)


@pytest.mark.parametrize("classifier", [CLASSIFIERS[0], CLASSIFIERS[2]], ids=["lstm", "cnn"])
def test_learns_word_order(classifier):
    clf = clone(classifier).set_params(epochs=25, patience=10).fit(X, Y)
    X_test, y_test = _corpus(seed=1)
    assert clf.score(X_test, y_test) > 0.9


def test_is_a_classifier(fitted):
    assert is_classifier(fitted)
    assert isinstance(check_cv(3, Y, classifier=is_classifier(fitted)), StratifiedKFold)
    assert list(fitted.classes_) == ["first", "second"]


def test_probabilities(fitted):
    proba = fitted.predict_proba(X)
    assert proba.shape == (len(X), 2)
    np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-5)
    assert fitted.predict_proba(X[:1]).shape == (1, 2)
    np.testing.assert_array_equal(fitted.predict(X), fitted.classes_[proba.argmax(axis=1)])


def test_padding_does_not_matter(fitted):
    expected = fitted.predict_proba(X)
    for maxlen, padding in [(20, "pre"), (20, "post"), (50, "pre"), (50, "post")]:
        padded = X.pad(maxlen, padding=padding)
        np.testing.assert_array_equal(fitted.predict_proba(padded), expected)
        dense = TokenSequences.from_padded(np.asarray(padded))
        np.testing.assert_array_equal(fitted.predict_proba(dense), expected)


def test_company_and_order_do_not_matter(fitted):
    expected = fitted.predict_proba(X)
    order = np.random.default_rng(0).permutation(len(X))
    np.testing.assert_array_equal(fitted.predict_proba(X[order]), expected[order])
    np.testing.assert_array_equal(fitted.predict_proba(X[7:8]), expected[7:8])


@both
def test_padding_and_batching_do_not_matter_in_training(classifier):
    """One batch an epoch, so that its order is all that changes: rounding only."""
    clf = clone(classifier).set_params(batch_size=200, dropout=0, spatial_dropout=0, epochs=2)
    expected = clf.fit(X, Y).predict_proba(X)
    np.testing.assert_array_equal(clf.fit(X.pad(40, padding="post"), Y).predict_proba(X), expected)
    clf.set_params(batch_by_length=False).fit(X, Y)
    np.testing.assert_allclose(clf.predict_proba(X), expected, atol=1e-5)


def test_pickle_and_clone_lose_nothing(fitted):
    expected = fitted.predict_proba(X)
    copy = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(copy.predict_proba(X), expected)
    assert copy.history_ == fitted.history_
    assert clone(fitted).get_params() == fitted.get_params()
    np.testing.assert_array_equal(clone(fitted).fit(X, Y).predict_proba(X), expected)


def test_another_process_predicts_and_trains_the_same(fitted, tmp_path):
    path = tmp_path / "case.pickle"
    path.write_bytes(pickle.dumps((fitted, X, Y, fitted.predict_proba(X))))
    code = f"""
import pickle
import numpy as np
clf, X, y, expected = pickle.load(open({str(path)!r}, "rb"))
np.testing.assert_array_equal(clf.predict_proba(X), expected)
np.testing.assert_array_equal(clf.fit(X, y).predict_proba(X), expected)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")


@both
def test_random_state_decides(classifier):
    first, again, other = (
        clone(classifier).set_params(random_state=seed, epochs=1).fit(X, Y).predict_proba(X)
        for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


def test_fits_in_threads_do_not_disturb_each_other():
    clf = CNNClassifier(filters=4, **SMALL)
    alone = [clone(clf).set_params(random_state=s).fit(X, Y).predict_proba(X) for s in (0, 1)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(clone(clf).set_params(random_state=s).fit, X, Y) for s in (0, 1)]
    for job, expected in zip(jobs, alone, strict=True):
        np.testing.assert_allclose(job.result().predict_proba(X), expected, atol=1e-5)


def test_early_stopping_keeps_the_best_epoch():
    clf = CNNClassifier(filters=32, **{**SMALL, "epochs": 60, "learning_rate": 0.05, "patience": 2})
    labels = np.random.default_rng(0).permutation(Y)  # nothing to learn: it must stop
    clf.fit(X, labels)
    n_epochs = len(clf.history_["val_loss"])
    assert n_epochs < 60
    assert clf.best_epoch_ == np.argmin(clf.history_["val_loss"]) == n_epochs - 3
    assert set(clf.history_) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    shorter = clone(clf).set_params(epochs=clf.best_epoch_ + 1, patience=99).fit(X, labels)
    np.testing.assert_allclose(shorter.predict_proba(X), clf.predict_proba(X), atol=1e-6)


def test_the_training_after_early_stopping_is_on_all_rows_with_a_falling_rate():
    clf = clone(CLASSIFIERS[2]).set_params(patience=2).fit(X, Y)
    n_epochs = 2 * (clf.best_epoch_ + 1)
    rate = float(np.float32(0.02))  # in which precision Keras holds it
    falling = keras.callbacks.LearningRateScheduler(lambda epoch: rate * (1 - epoch / n_epochs))
    alone = clone(clf).set_params(early_stopping=False, epochs=n_epochs, callbacks=falling)
    np.testing.assert_array_equal(clf.predict_proba(X), alone.fit(X, Y).predict_proba(X))
    once = clone(clf).set_params(refit=False).fit(X, Y)
    assert once.history_ == clf.history_  # which is that of early stopping
    assert np.abs(once.predict_proba(X) - clf.predict_proba(X)).max() > 1e-3


def test_without_early_stopping_all_rows_and_epochs_are_used():
    clf = CNNClassifier(filters=4, early_stopping=False, **SMALL).fit(X, Y)
    assert set(clf.history_) == {"loss", "accuracy"}
    assert (len(clf.history_["loss"]), clf.best_epoch_) == (4, 3)


def test_weights_count_and_are_left_alone():
    weights = np.where(Y == "first", 1.0, 0.0)
    weights[:6] = 1e-3
    kept = weights.copy()
    clf = CNNClassifier(filters=4, **SMALL).fit(X, Y, sample_weight=weights)
    np.testing.assert_array_equal(weights, kept)
    assert (clf.predict(X) == "first").mean() > 0.9
    clf = CNNClassifier(filters=4, class_weight={"first": 1e-3, "second": 1}, **SMALL).fit(X, Y)
    assert (clf.predict(X) == "second").mean() > 0.9


@pytest.mark.parametrize(
    ("y", "weights", "message"),
    [
        (None, None, "requires y"),
        (Y[:-1], None, "inconsistent numbers of samples"),
        (np.full(len(Y), "only"), None, r"only one class.*\['only'\]"),
        (np.linspace(0, 1, len(Y)), None, "Unknown label type"),
        (Y, np.zeros(len(Y)), "at least one non-zero|No row has a weight above 0"),
        (Y, np.full(len(Y), -1.0), "give a row the weight -1.0"),
        (Y, (Y == "first").astype(float), r"only one class.*\['first'\]"),
    ],
)
def test_wrong_targets_and_weights(y, weights, message):
    with pytest.raises(ValueError, match=message):
        CNNClassifier(filters=4, **SMALL).fit(X, y, sample_weight=weights)


@pytest.mark.parametrize(
    ("class_weight", "message"),
    [
        ({"first": -1, "second": 1}, "give a row the weight -1"),
        ({"first": 0, "second": 0}, "No row has a weight above 0"),
        ({"first": 0, "second": 1}, r"only one class.*\['second'\]"),
    ],
)
def test_wrong_class_weights(class_weight, message):
    with pytest.raises(ValueError, match=message):
        CNNClassifier(class_weight=class_weight, **SMALL).fit(X, Y)


def test_diverged_training_is_told():
    clf = CNNClassifier(filters=4, **{**SMALL, "optimizer": "sgd", "learning_rate": 1e30})
    with pytest.raises(ValueError, match=r"Training diverged.*Lower learning_rate"):
        clf.fit(X, Y)


def test_unknown_optimizer():
    message = r"optimizer must be .*sgd, not 'adamm'. Did you mean 'adam'\?$"
    with pytest.raises(ValueError, match=message):
        CNNClassifier(optimizer="adamm").fit(X, Y)


def test_not_fitted():
    for method in ("predict", "predict_proba"):
        with pytest.raises(NotFittedError):
            getattr(CNNClassifier(), method)(X)
    with pytest.raises(NotFittedError):
        _ = CNNClassifier().model_


def test_a_failed_fit_leaves_the_last_one(monkeypatch):
    clf = CNNClassifier(filters=4, **SMALL).fit(X, Y)
    expected = clf.predict_proba(X)

    def fail(*args, **kwargs):
        raise MemoryError

    monkeypatch.setattr(_base.Trainer, "run", fail)
    with pytest.raises(MemoryError):
        clf.fit(np.asarray(X), np.where(Y == "first", 0, 1))
    np.testing.assert_array_equal(clf.predict_proba(X), expected)
    assert not hasattr(clf, "n_features_in_")
    with pytest.raises(NotFittedError):
        clone(clf).predict(X)


def test_a_second_fit_forgets_the_first():
    clf = CNNClassifier(filters=4, **SMALL).fit(np.asarray(X), Y)
    clf.fit(X[:60], np.where(Y[:60] == "first", 10, 20))
    assert list(clf.classes_) == [10, 20]
    fresh = CNNClassifier(filters=4, **SMALL).fit(X[:60], np.where(Y[:60] == "first", 10, 20))
    np.testing.assert_array_equal(clf.predict_proba(X), fresh.predict_proba(X))
    assert not hasattr(clf, "n_features_in_")


def test_splits_and_scores_on_the_container():
    X_train, X_test, y_train, _ = train_test_split(X, Y, stratify=Y, random_state=0)
    assert isinstance(X_train, TokenSequences)
    assert len(X_train) == len(y_train)
    assert len(X_test) == 30
    scores = cross_val_score(CNNClassifier(filters=4, **SMALL), X, Y, cv=2)
    assert scores.shape == (2,)
    assert np.isfinite(scores).all()


def test_nothing_is_made_dense(monkeypatch):
    def dense(self, dtype=None, copy=None):
        raise AssertionError("the whole array was asked for")

    monkeypatch.setattr(TokenSequences, "__array__", dense)
    clf = CNNClassifier(filters=4, **SMALL).fit(X, Y)
    assert cross_val_score(clf, X, Y, cv=2, error_score="raise").shape == (2,)


def test_a_fit_lets_go_of_the_texts():
    """TensorFlow keeps what its datasets are made from until the process ends."""
    alive = []

    class Watched(LengthBatches):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            alive.append(weakref.ref(self))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_base, "LengthBatches", Watched)
        clf = CNNClassifier(filters=4, **SMALL).fit(X, Y).partial_fit(X, Y)
    gc.collect()
    assert len(alive) == 4  # training, validation, all texts; the part
    assert [batches() for batches in alive] == [None] * 4
    assert clf.predict(X).shape == Y.shape
