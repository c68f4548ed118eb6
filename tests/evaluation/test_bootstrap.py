"""Intervals over texts against scipy's bootstrap, and each way to a score against the scorer."""

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import accuracy_score, fbeta_score, get_scorer, make_scorer

from sk_textnn.evaluation import _bootstrap
from sk_textnn.evaluation._bootstrap import bootstrap_differences, repetitions_of
from sk_textnn.evaluation._folds import Fold, KeptAnswers

RNG = np.random.RandomState(0)
N = 300
Y = RNG.choice(["a", "b", "c"], size=N, p=[0.6, 0.3, 0.1])
TESTS = np.array_split(RNG.permutation(N), 3)
CLASSES = np.array(["a", "b", "c"])


def make_folds(skill, seed, name, scorer, tests=TESTS):
    """Folds of a model that knows that share of the labels and else guesses."""
    rng, folds = np.random.RandomState(seed), []
    for test in tests:
        answer = np.where(
            rng.uniform(size=len(test)) < skill, Y[test], rng.choice(CLASSES, len(test))
        )
        proba = 0.1 + 0.7 * (answer[:, None] == CLASSES) * rng.uniform(0.5, 1, size=(len(test), 1))
        answers = {"predict": answer, "predict_proba": proba / proba.sum(axis=1, keepdims=True)}
        score = scorer(KeptAnswers(answers, CLASSES), np.arange(len(test)), Y[test])
        folds.append(Fold({name: score}, 1.0, 0.1, answers, CLASSES, np.nan))
    return folds


def intervals(name, scorer, tests=TESTS, n_resamples=1000, seed=0):
    folds = {
        "cnn": make_folds(0.7, 1, name, scorer, tests),
        "tfidf": make_folds(0.6, 2, name, scorer, tests),
    }
    found = bootstrap_differences(
        folds, "tfidf", Y, tests, scorer,
        metric=name, n_resamples=n_resamples, alpha=0.1, rng=np.random.RandomState(seed),
    )  # fmt: skip
    return found, folds


def joined(folds):
    """What each model said of each row, one repetition."""
    order = np.argsort(np.concatenate(TESTS))
    return {n: np.concatenate([f.answers["predict"] for f in of])[order] for n, of in folds.items()}


@pytest.mark.parametrize("name", ["accuracy", "f1_macro", "balanced_accuracy", "f1_weighted"])
def test_is_the_paired_percentile_bootstrap(name):
    scorer = get_scorer(name)
    found, folds = intervals(name, scorer)
    assert set(found) == {"cnn"}
    said = joined(folds)

    def difference(rows):
        mine, theirs = (
            scorer(KeptAnswers({"predict": said[n]}, CLASSES), rows, Y[rows])
            for n in ("cnn", "tfidf")
        )
        return mine - theirs

    expected = stats.bootstrap(
        (np.arange(N),), difference, n_resamples=400, vectorized=False, method="percentile",
        confidence_level=0.9, rng=np.random.default_rng(0),
    ).confidence_interval  # fmt: skip
    width = expected.high - expected.low
    assert found["cnn"] == pytest.approx((expected.low, expected.high), abs=0.15 * width)


@pytest.mark.parametrize(
    ("way", "name"),
    [
        ("_from_table", "accuracy"),
        ("_from_table", "f1_macro"),
        ("_from_table", "balanced_accuracy"),
        ("_from_counts", "f1_weighted"),
        ("_from_counts", "recall_micro"),
        ("_from_labels", "matthews_corrcoef"),
        ("_from_probabilities", "neg_log_loss"),
        ("_from_answers", "neg_log_loss"),
        ("_from_answers", "roc_auc_ovr"),
    ],
)
def test_each_way_gives_what_the_scorer_gives_for_the_drawn_texts(way, name):
    scorer = get_scorer(name)
    fold = make_folds(0.6, 3, name, scorer)[0]
    labels = Y[TESTS[0]]
    score = getattr(_bootstrap, way)(fold, labels, scorer)
    rng = np.random.RandomState(4)
    for _ in range(5):
        drawn = rng.randint(len(labels), size=len(labels))
        expected = scorer(KeptAnswers(fold.answers, CLASSES), drawn, labels[drawn])
        times = np.bincount(drawn, minlength=len(labels))
        assert score(times) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["neg_log_loss", "roc_auc_ovr"])
def test_scores_of_probabilities(name):
    found, folds = intervals(name, get_scorer(name), n_resamples=40)
    scores = {n: np.mean([fold.scores[name] for fold in of]) for n, of in folds.items()}
    low, high = found["cnn"]
    assert low < scores["cnn"] - scores["tfidf"] < high


def test_other_scores_go_the_general_way():
    name, scorer = "mine", make_scorer(fbeta_score, beta=2, average="macro")
    found, _ = intervals(name, scorer, n_resamples=50)
    assert found["cnn"][0] < found["cnn"][1]


def test_repetitions_are_no_new_texts():
    """The same predictions in five repetitions: the interval must not shrink."""
    scorer = get_scorer("accuracy")
    _, folds = intervals("accuracy", scorer)
    once, five = (
        bootstrap_differences(
            {name: of * times for name, of in folds.items()}, "tfidf", Y, list(TESTS) * times,
            scorer,
            metric="accuracy", n_resamples=300, alpha=0.1, rng=np.random.RandomState(0),
        )["cnn"]
        for times in (1, 5)
    )  # fmt: skip
    assert once == pytest.approx(five)


def test_repetitions():
    tests = [np.array([0, 1]), np.array([2]), np.array([2, 0]), np.array([1]), np.array([1])]
    assert repetitions_of(tests) == [[0, 1], [2, 3], [4]]


def test_a_score_that_cannot_be_found_again_has_no_interval():
    scorer = get_scorer("accuracy")
    found, folds = intervals("accuracy", scorer, n_resamples=10)
    assert found
    for name, message in (
        ("tfidf", "no intervals over texts: of 'tfidf', its accuracy does not follow from its ans"),
        ("cnn", "no interval over texts for 'cnn': its accuracy does not follow from its answers"),
    ):
        for fold in folds[name]:
            fold.scores["accuracy"] += 0.1  # as if it had looked at more than the answers
        with pytest.warns(UserWarning, match=message):
            assert again(folds, "accuracy", scorer) == {}
        for fold in folds[name]:
            fold.scores["accuracy"] -= 0.1


def again(folds, name, scorer, n_resamples=10):
    return bootstrap_differences(
        folds, "tfidf", Y, TESTS, scorer,
        metric=name, n_resamples=n_resamples, alpha=0.1, rng=np.random.RandomState(0),
    )  # fmt: skip


def test_a_class_that_a_training_part_lacked_costs_the_interval_and_no_more():
    name, scorer = "neg_log_loss", get_scorer("neg_log_loss")
    _, folds = intervals(name, scorer, n_resamples=2)
    short = folds["cnn"][1]
    short.answers["predict_proba"] = short.answers["predict_proba"][:, :2]
    short.classes = CLASSES[:2]
    message = "for 'cnn': there is no predict_proba that its folds have in common"
    with pytest.warns(UserWarning, match=message):
        assert again(folds, name, scorer) == {}


def picky(model, rows, labels):
    if len(np.unique(labels)) < 3:
        raise KeyError("c")
    return float((model.predict(rows) == labels).mean())


def test_a_draw_without_a_class_is_left_out_and_counted():
    rare = [
        TESTS[0][np.r_[np.flatnonzero(Y[TESTS[0]] != "c"), np.flatnonzero(Y[TESTS[0]] == "c")[:1]]]
    ]
    with pytest.warns(UserWarning, match=r"of 60 resamples .* no picky \(KeyError: 'c'\)") as told:
        found, _ = intervals("picky", picky, tests=rare, n_resamples=60)
    assert np.isfinite(found["cnn"]).all()
    # Of so many texts, one is left out of 1 / e of the draws.
    share = int(str(told[0].message).split()[0]) / 60
    assert abs(share - (1 - np.exp(-1))) < 0.2


def test_without_a_draw_that_can_be_scored_there_is_no_interval():
    class Once:
        """Can be scored on all texts of the first fold and no others."""

        def __call__(self, model, rows, labels):
            if not np.array_equal(rows, np.arange(len(TESTS[0]))):
                raise RuntimeError("never again")
            return float((model.predict(rows) == labels).mean())

    scorer = Once()
    folds = {
        name: make_folds(skill, seed, "once", scorer, tests=TESTS[:1])
        for name, skill, seed in (("cnn", 0.7, 1), ("tfidf", 0.6, 2))
    }
    with pytest.warns(UserWarning, match="0 of 10 resamples .* never again"):
        found = bootstrap_differences(
            folds, "tfidf", Y, TESTS[:1], scorer,
            metric="once", n_resamples=10, alpha=0.1, rng=np.random.RandomState(0),
        )  # fmt: skip
    assert found == {}


def test_a_mistake_in_this_package_is_not_taken_for_a_score_that_fails(monkeypatch):
    def wrong(table):
        raise ZeroDivisionError("ours")

    monkeypatch.setitem(_bootstrap._FORMULAS, (accuracy_score, None), wrong)
    with pytest.raises(ZeroDivisionError, match="ours"):
        intervals("accuracy", get_scorer("accuracy"))


def test_labels_in_a_column_are_scored_as_a_row_is():
    scorer = get_scorer("accuracy")
    expected, folds = intervals("accuracy", scorer, n_resamples=200)
    for fold in folds["cnn"] + folds["tfidf"]:
        fold.answers["predict"] = fold.answers["predict"][:, None]
    assert again(folds, "accuracy", scorer, n_resamples=200) == expected
