"""Comparing models: the same folds for all, nothing fitted from outside, failures named."""

import pickle

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    RepeatedStratifiedKFold,
    StratifiedKFold,
    StratifiedShuffleSplit,
    cross_val_predict,
    cross_val_score,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC
from sklearn.utils.validation import check_is_fitted

from sk_textnn import compare
from sk_textnn.baselines import make_tfidf_baselines
from sk_textnn.datasets import make_text_classification
from sk_textnn.exceptions import TextInputError


def skip_grams(text):
    words = text.split()
    return [f"{a} {d} {b}" for d in (2, 3) for a, b in zip(words, words[d:], strict=False)]


def order_model():
    return make_pipeline(CountVectorizer(analyzer=skip_grams), LogisticRegression())


def word_model():
    return make_pipeline(CountVectorizer(), LogisticRegression())


class FailingClassifier(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        raise ZeroDivisionError("no luck")


@pytest.fixture(scope="module")
def data():
    return make_text_classification(600, random_state=0, return_X_y=True)


def test_a_model_that_reads_order_wins_and_one_that_counts_words_does_not(data):
    wins = compare({"order": order_model()}, *data, random_state=0)
    assert wins.outcome_ == "wins"
    assert wins.scores.shape == (5, 5)
    assert set(wins.table_["role"]) == {"candidate", "baseline"}
    assert (wins.table_["fit_seconds"] > 0).all()
    assert (wins.table_["predict_seconds"] > 0).all()
    not_wins = compare({"words": word_model()}, *data, random_state=0)
    assert not_wins.outcome_ != "wins"


def test_scores_are_those_of_cross_val_score_on_the_same_folds(data):
    texts, labels = data
    cv = StratifiedKFold(4, shuffle=True, random_state=3)
    result = compare(
        {"a": word_model(), "b": word_model()},
        *data,
        baselines={"majority": DummyClassifier()},
        cv=cv,
        scoring="f1_macro",
    )
    expected = cross_val_score(word_model(), texts, labels, cv=cv, scoring="f1_macro")
    np.testing.assert_allclose(result.scores["a"], expected)
    np.testing.assert_allclose(result.scores["b"], expected)
    assert "f1_macro" in result.verdict_


@pytest.mark.parametrize(
    "cv",
    [
        StratifiedKFold(3, shuffle=True),  # draws other folds whenever it is asked
        RepeatedStratifiedKFold(n_splits=3, n_repeats=2),
        iter([(np.arange(300), np.arange(300, 600)), (np.arange(300, 600), np.arange(300))]),
    ],
)
def test_folds_are_drawn_once(data, cv):
    result = compare({"a": word_model(), "b": word_model()}, *data, baselines=None, cv=cv)
    np.testing.assert_allclose(result.scores["a"], result.scores["b"])


def test_a_splitter_sees_the_texts(data):
    class ShortAndLong:
        def split(self, X, y=None, groups=None):
            short = np.array([len(text) for text in X]) < np.median([len(text) for text in X])
            yield np.flatnonzero(short), np.flatnonzero(~short)

        def get_n_splits(self, X=None, y=None, groups=None):
            return 1

    result = compare(word_model(), *data, baselines=None, cv=ShortAndLong())
    tested = [len(data[0][row]) for row in result.predictions.index.get_level_values("row")]
    assert min(tested) >= np.median([len(text) for text in data[0]])


def test_test_to_train_ratio_comes_from_the_folds(data):
    models = {"order": order_model()}
    base = {"words": word_model()}
    five = compare(models, *data, baselines=base, cv=5, random_state=0)
    difference = five.scores["order"] - five.scores["words"]
    half = 2.776445 * np.sqrt((1 / 5 + 1 / 4) * difference.var(ddof=1))
    assert five.row("order")["ci_low"] == pytest.approx(difference.mean() - half, rel=1e-4)


def test_repeatable_and_n_jobs(data):
    texts, labels = data
    runs = [
        compare(word_model(), texts, labels, cv=3, random_state=1, n_jobs=n_jobs)
        for n_jobs in (None, 2)
    ]
    assert runs[0].scores.equals(runs[1].scores)
    other = compare(word_model(), texts, labels, cv=3, random_state=2)
    assert not runs[0].scores.equals(other.scores)


def test_a_single_estimator_is_named_and_not_fitted(data):
    model = word_model()
    result = compare(model, *data, baselines=None, cv=3)
    assert result.best_candidate_ == "LogisticRegression"
    with pytest.raises(NotFittedError):
        check_is_fitted(model[-1])


def test_a_failing_model_is_left_out_and_named(data):
    models = {"bad": FailingClassifier(), "good": word_model()}
    result = compare(models, *data, baselines={"ill": FailingClassifier(), "b": word_model()}, cv=3)
    assert result.errors == dict.fromkeys(["bad", "ill"], "ZeroDivisionError: no luck")
    assert result.best_candidate_ == "good"
    assert result.best_baseline_ == "b"
    assert result.scores["bad"].isna().all()
    assert result.scores[["good", "b"]].notna().all(axis=None)
    assert result.row("bad")[["mean", "fit_seconds", "p_value"]].isna().all()
    for name in ("bad", "ill"):
        assert f"{name} is left out: ZeroDivisionError: no luck." in str(result)


def test_models_without_predict_proba_are_left_out_where_the_score_needs_it(data):
    result = compare(word_model(), *data, cv=3, scoring="neg_log_loss", n_resamples=5)
    assert result.errors == dict.fromkeys(["tfidf_linear_svm", "nb_svm"], "no predict_proba")
    assert result.best_baseline_ in {"majority", "tfidf_logistic_regression"}
    assert result.outcome_ != "untested"
    assert "tfidf_linear_svm is left out: no predict_proba." in result.verdict_


def test_another_error_that_names_predict_proba_is_told_as_it_is(data):
    class Broken(LinearSVC):
        def fit(self, X, y):
            raise ValueError("predict_proba costs extra")

    models = {"broken": Broken(), "good": word_model()}
    result = compare(models, *data, baselines={"b": word_model()}, cv=3)
    assert result.errors == {"broken": "ValueError: predict_proba costs extra"}


def test_either_of_two_methods_will_do(data):
    svm = make_pipeline(CountVectorizer(), LinearSVC())
    binary = [label == data[1][0] for label in data[1]]
    models = {"svm": svm, "good": word_model()}
    result = compare(models, data[0], binary, baselines=None, cv=3, scoring="roc_auc")
    assert result.errors == {}


def test_predictions_that_are_a_column_are_labels_too(data):
    class Column(LogisticRegression):
        def predict(self, X):
            return super().predict(X)[:, None]

    models = {"column": make_pipeline(CountVectorizer(), Column()), "row": word_model()}
    result = compare(models, *data, baselines=None, cv=3)
    assert result.predictions["column"].shape == result.labels.shape


def test_where_every_candidate_failed_all_are_named(data):
    models = {"bad": FailingClassifier(), "worse": FailingClassifier(), "svm": LinearSVC()}
    message = (
        r"Every candidate failed: 'bad', 'worse' with ZeroDivisionError: no luck; "
        r"'svm' with ValueError: "
    )
    with pytest.raises(RuntimeError, match=message) as caught:
        compare(models, *data, cv=3, baselines={"b": word_model()})
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_where_every_baseline_failed_no_candidate_is_fitted(data):
    def never(text):
        raise AssertionError("a candidate was fitted")

    model = make_pipeline(CountVectorizer(analyzer=never), LogisticRegression())
    with pytest.raises(RuntimeError, match=r"Every baseline failed: 'b' with .* No candidate was"):
        compare(model, *data, baselines={"b": FailingClassifier()})


def test_without_baselines_the_candidates_are_ranked(data):
    models = {"words": word_model(), "order": order_model()}
    result = compare(models, *data, baselines=None, cv=3, random_state=0)
    assert result.best_candidate_ == "order"
    assert result.outcome_ == "untested"
    assert "no baseline was given, so the candidates are only ranked." in result.verdict_
    assert "every fold" not in result.verdict_


def test_scoring_must_give_one_number(data):
    def two(model, X, y):
        return {"a": 1.0, "b": 2.0}

    with pytest.raises(RuntimeError, match="must return one number"):
        compare(DummyClassifier(), *data, baselines=None, scoring=two)


def test_the_baselines_are_those_of_tfidf(data):
    result = compare(DummyClassifier(), *data, cv=2, random_state=0)
    baselines = result.table_.query("role == 'baseline'")["name"]
    assert set(baselines) == set(make_tfidf_baselines())


def test_several_scores_of_which_the_first_decides(data):
    texts, labels = data
    cv = StratifiedKFold(3, shuffle=True, random_state=0)
    scoring = {"auc": "roc_auc_ovr", "right": "accuracy"}
    result = compare(word_model(), *data, baselines=None, cv=cv, scoring=scoring)
    for name, scores in (("auc", result.scores), ("right", result.other_scores["right"])):
        expected = cross_val_score(word_model(), texts, labels, cv=cv, scoring=scoring[name])
        np.testing.assert_allclose(scores["LogisticRegression"], expected)
    assert "auc" in result.verdict_
    assert result.table_["mean_right"].item() == pytest.approx(result.other_scores["right"].mean())


class CountingClassifier(KNeighborsClassifier):
    asked = ()

    def predict(self, X):
        type(self).asked += ("predict",)
        return np.asarray(self.classes_)[[len(text) % 2 for text in X]]

    def predict_proba(self, X):
        type(self).asked += ("predict_proba",)
        return np.full((len(X), 3), 1 / 3)

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self


def test_each_model_is_asked_once_a_fold_and_for_no_more_than_is_needed(data):
    for scoring, asked in (
        (["accuracy", "f1_macro", "balanced_accuracy"], ["predict"]),
        (["accuracy", "neg_log_loss", "roc_auc_ovr"], ["predict", "predict_proba"]),
    ):
        CountingClassifier.asked = ()
        compare(
            CountingClassifier(), *data, baselines={"b": word_model()}, cv=3, scoring=scoring,
            n_resamples=2,
        )  # fmt: skip
        assert CountingClassifier.asked == tuple(asked * 3)


def test_predictions_are_out_of_fold(data):
    texts, labels = data
    cv = StratifiedKFold(3, shuffle=True, random_state=0)
    result = compare(word_model(), *data, baselines=None, cv=cv)
    expected = cross_val_predict(word_model(), texts, labels, cv=cv)
    found = result.predictions["LogisticRegression"].droplevel("fold").sort_index()
    assert found.tolist() == expected.tolist()
    rows = result.labels.index.get_level_values("row")
    assert result.labels.tolist() == labels[rows].tolist()
    assert result.per_class_["support"].sum() == len(labels)


def test_repetitions_count_as_folds(data):
    cv = RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=0)
    result = compare({"order": order_model()}, *data, baselines={"words": word_model()}, cv=cv)
    assert result.scores.shape == (6, 2)
    difference = result.scores["order"] - result.scores["words"]
    half = 2.570582 * np.sqrt((1 / 6 + 1 / 2) * difference.var(ddof=1))  # 5 degrees of freedom
    assert result.row("order")["ci_high"] == pytest.approx(difference.mean() + half, rel=1e-4)
    assert result.per_class_["support"].sum() == 2 * 600  # each text once for each model


def test_a_search_is_run_anew_in_each_fold_on_its_training_rows(data):
    texts, labels = data[0][:60], data[1][:60]
    splits = [(np.arange(20, 60), np.arange(20)), (np.arange(40), np.arange(40, 60))]
    seen = []

    class Vectorizer(CountVectorizer):
        def fit_transform(self, texts, y=None):
            seen.append(set(texts))
            return super().fit_transform(texts, y)

    grid = {"logisticregression__C": [0.1, 10.0]}
    search = GridSearchCV(make_pipeline(Vectorizer(), LogisticRegression()), grid, cv=2)
    compare({"search": search}, texts, labels, baselines=None, cv=splits)
    assert len(seen) == 2 * (2 * 2 + 1)  # two candidates on two inner folds, and the best
    for number, (_, test) in enumerate(splits):
        held_out = {texts[row] for row in test} - {texts[row] for row in splits[number][0]}
        assert held_out
        assert all(held_out.isdisjoint(fitted) for fitted in seen[5 * number : 5 * number + 5])


def test_a_single_split_gets_mcnemars_test_and_an_interval_over_texts(data):
    cv = StratifiedShuffleSplit(1, test_size=0.5, random_state=0)
    result = compare({"order": order_model()}, *data, baselines={"b": word_model()}, cv=cv)
    right = result.predictions.eq(result.labels, axis=0)
    assert result.row("order")["only_right"] == (right["order"] & ~right["b"]).sum()
    assert result.outcome_ == "wins"
    row = result.row("order")
    assert row["boot_low"] < row["difference"] < row["boot_high"]
    assert np.isnan(row["ci_low"])


def test_size_is_that_of_the_pickle(data):
    texts, labels = data
    train = np.arange(0, 600, 2)
    splits = [(train, train + 1), (train + 1, train)]
    unpicklable = make_pipeline(CountVectorizer(analyzer=lambda t: t.split()), DummyClassifier())
    models = {"words": word_model(), "lambda": unpicklable}
    result = compare(models, *data, baselines=None, cv=splits)
    fitted = word_model().fit([texts[row] for row in train], labels[train])
    assert result.row("words")["size_bytes"] == len(pickle.dumps(fitted, protocol=5))
    assert np.isnan(result.row("lambda")["size_bytes"])
    assert result.row("lambda")["mean"] > 0


def test_a_score_that_reads_the_texts_is_right_but_has_no_interval(data):
    def right_on_long_texts(model, X, y):
        long = np.array([len(text) for text in X]) > 40
        return float((model.predict(X) == y)[long].mean())

    base = {"words": word_model()}
    with pytest.warns(UserWarning, match="There are no intervals over texts: of 'words'"):
        result = compare(
            order_model(), *data, baselines=base, cv=2, scoring=right_on_long_texts, random_state=0
        )
    assert result.scoring == "right_on_long_texts"
    assert result.scores.notna().all(axis=None)
    assert result.table_["boot_low"].isna().all()
    assert compare(
        order_model(), *data, baselines=base, cv=2, n_resamples=0
    ).table_["boot_low"].isna().all()  # fmt: skip


def test_tables_of_labels(data):
    texts = data[0]
    y = np.random.RandomState(0).randint(2, size=(600, 2))
    model = make_pipeline(CountVectorizer(), KNeighborsClassifier())
    result = compare(model, texts, y, baselines={"b": clone(model)}, cv=KFold(3), n_resamples=20)
    assert result.predictions is None
    assert result.per_class_ is None
    assert result.row("b")["mean"] == pytest.approx(result.row("KNeighborsClassifier")["mean"])
    assert result.row("KNeighborsClassifier")["boot_low"] == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"candidates": {}}, "candidates is empty"),
        ({"candidates": {"a": LogisticRegression}}, r"'a' is the class .* pass an instance"),
        ({"candidates": [DummyClassifier()]}, "or a dict of estimators, but list came"),
        ({"candidates": {"a": "lstm"}}, "'a' is str, which has no fit"),
        ({"candidates": {"a": None}}, "no fit"),
        ({"candidates": {"majority": DummyClassifier()}}, "'majority' names a candidate and a"),
        ({"baselines": "tfidf"}, "baselines must be 'auto'"),
        ({"scoring": ["accuracy", "f2"]}, "no scoring 'f2'"),
        ({"scoring": []}, "scoring must be a score"),
        ({"rope": -0.1}, "rope must be a difference in score"),
        ({"n_resamples": 0.5}, "n_resamples must be a number"),
        ({"n_resamples": -1}, "n_resamples must be a number"),
        ({"baselines": [DummyClassifier()]}, "baselines must be an estimator or a dict"),
        ({"scoring": "acuracy"}, r"no scoring 'acuracy'. Did you mean 'accuracy'"),
        ({"scoring": "zzz"}, r"no scoring 'zzz'. sklearn.metrics.get_scorer_names"),
        ({"scoring": accuracy_score}, r"accuracy_score is a metric: pass .*make_scorer"),
        ({"scoring": None}, "scoring must be a score"),
        ({"alpha": 0}, "alpha must lie between 0 and 1"),
        ({"alpha": 1.0}, "alpha must lie between 0 and 1"),
        ({"alpha": "5 %"}, "alpha must lie between 0 and 1"),
        ({"random_state": "x"}, "'x' cannot be used to seed"),
        ({"cv": []}, "no folds"),
        ({"cv": 1}, "cv must be at least 2 folds, not 1"),
        ({"cv": 2.5}, r"cv must be a number of folds, .* not 2\.5"),
        ({"cv": "5"}, "cv must be a number of folds"),
        ({"cv": 500}, "cv cannot split these rows and labels"),
        ({"cv": [([0, 1], [9999])]}, "cv cannot split these rows and labels"),
        ({"y": None}, "y must hold one row a sample, .* but None came"),
        ({"y": "labels"}, "y must hold one row a sample, .* but str came"),
        ({"y": [0, 1]}, "X has 600 rows, but y has 2 labels"),
        ({"y": np.linspace(0, 1, 600)}, "cv cannot split these rows and labels: .*continuous"),
        ({"X": None, "baselines": None}, "X must hold one row a sample"),
    ],
)
def test_what_it_refuses_before_any_fit(data, change, message):
    X, y = data
    arguments = {"candidates": {"a": FailingClassifier()}, "X": X, "y": y, **change}
    with pytest.raises(ValueError, match=message) as caught:
        compare(**arguments)
    assert len(str(caught.value)) < 300


def test_the_text_baselines_need_texts():
    with pytest.raises(TextInputError, match="Row 0 is"):
        compare(DummyClassifier(), [[1, 2], [3, 4]] * 10, [0, 1] * 10)
