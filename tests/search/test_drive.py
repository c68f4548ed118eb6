"""What a search trains, in which round, and what it leaves behind."""

from collections import Counter

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import FitFailedWarning
from sklearn.pipeline import Pipeline

from sk_textnn import (
    ArchitectureSearchCV,
    make_text_classifier,
    make_tfidf_baselines,
    search_space,
)
from sk_textnn.datasets import make_text_classification
from tests.search.scripted import (
    LABELS,
    NINE,
    ROWS,
    Scripted,
    Twice,
    Whole,
    curves,
    make_search,
    read,
    score_and_epochs,
)

TEXTS, CLASSES = make_text_classification(40, random_state=0, return_X_y=True)
TEXTS = pd.Series(TEXTS, index=range(100, 140))


def test_rounds(tmp_path):
    log = str(tmp_path / "log")
    search = make_search(Scripted(epochs=100, log=log), curves(*NINE), n_iter=9, refit=False)
    search.fit(ROWS, LABELS)
    results = search.results_
    assert results["iter"].tolist() == [0] * 9 + [1] * 3 + [2]
    assert results["n_resources"].tolist() == [1] * 9 + [3] * 3 + [9]
    assert results["epoch"].tolist() == results["n_resources"].tolist()
    assert results["param_name"].tolist() == [*"abcdefghi", *"ihg", "i"]
    assert results["mean_test_score"][12] == pytest.approx(0.81)
    assert search.best_index_ == 12
    assert search.best_score_ == pytest.approx(0.81)
    assert search.best_params_ == {"name": "i", "curve": NINE[8]}
    assert (search.n_splits_, search.multimetric_) == (2, False)
    expected = Counter(
        f"epoch {name} {epoch} {fold}"
        for name in "abcdefghi"
        for epoch in range(1, 10 if name == "i" else 4 if name in "gh" else 2)
        for fold in (78, 222)
    )
    assert Counter(read(log)) == expected  # none twice


@pytest.mark.parametrize(
    ("params", "n_rows", "resources"),
    [
        ({"factor": 2, "min_resources": 2}, [8, 4, 2, 1], [2, 4, 8, 16]),
        ({"factor": 4}, [8, 2], [1, 4]),
        ({"factor": 2, "min_resources": 5, "estimator__epochs": 12}, [8, 4, 2], [5, 10, 12]),
        ({"min_resources": 50, "estimator__epochs": 7}, [8], [7]),
        ({"n_iter": 1}, [1], [1]),
    ],
)
def test_other_rounds(params, n_rows, resources):
    search = make_search(Scripted(epochs=100), curves(*NINE[:8]), n_iter=8, refit=False)
    results = search.set_params(**params).fit(ROWS, LABELS).results_
    assert results.groupby("iter").size().tolist() == n_rows
    assert results.groupby("iter")["n_resources"].unique().map(list).tolist() == [
        [epochs] for epochs in resources
    ]


def test_the_best_one_has_trained_most():
    """A better score of an earlier round was luck, or a thing of the few epochs."""
    search = make_search(Scripted(), curves((0.9, 0.2), (0.8, 0.3), (0.1,)), n_iter=3).fit(
        ROWS, LABELS
    )
    assert search.results_["n_resources"].tolist() == [1, 1, 1, 3]
    assert search.best_index_ == 3
    assert search.best_score_ == pytest.approx(0.2)
    assert search.best_params_["name"] == "a"
    assert search.cv_results_["rank_test_score"].tolist() != [1, 2, 3, 4]


def test_with_early_stopping_the_best_epoch_counts():
    curve = (0.1, 0.6, 0.4, 0.5)
    space = curves(curve, curve, patience=9)
    space[0]["early_stopping"], space[1]["early_stopping"] = [False], [True]
    search = make_search(Scripted(), space, n_iter=2, factor=2, min_resources=3, refit=False)
    results = search.fit(ROWS, LABELS).results_.set_index(["param_name", "iter"])
    columns = ["epoch", "n_resources", "mean_test_score"]
    assert results.loc[("a", 0), columns].tolist() == pytest.approx([3, 3, 0.4])
    assert results.loc[("b", 0), columns].tolist() == pytest.approx([2, 3, 0.6])
    assert results.loc[("b", 1), columns].tolist() == pytest.approx([2, 6, 0.6])
    assert search.best_params_["name"] == "b"


def test_patience_ends_the_training_not_the_candidacy(tmp_path):
    log = str(tmp_path / "log")
    space = curves((0.9, 0.8, 0.7), *[(0.1,)] * 8, early_stopping=True, patience=2)
    search = make_search(Scripted(epochs=100, log=log), space, n_iter=9, refit=False).fit(
        ROWS, LABELS
    )
    assert search.results_["n_resources"].tolist()[-1] == 3  # two without a better one
    assert search.results_["iter"].tolist()[-1] == 2
    assert search.best_score_ == pytest.approx(0.9)
    assert sum(line.startswith("epoch a") for line in read(log)) == 2 * 3


def test_early_stopping_of_those_who_do_not_tell_their_patience():
    class Impatient(Scripted):
        def __init__(self, curve=(0.5,), name=""):
            super().__init__(curve=curve, name=name, early_stopping=True)
            del self.patience

        def get_params(self, deep=True):
            return {"curve": self.curve, "name": self.name}

    search = make_search(Impatient(), curves(*NINE), n_iter=9, refit=False).fit(ROWS, LABELS)
    assert search.results_["n_resources"].tolist()[-1] == 9


def test_each_candidate_has_its_own_most_epochs(tmp_path):
    log = str(tmp_path / "log")
    space = curves(*NINE, log=log)
    for branch, epochs in zip(space, [1] * 7 + [2, 100], strict=True):
        branch["epochs"] = [epochs]
    search = make_search(Scripted(), space, n_iter=9, factor=2, refit=False).fit(ROWS, LABELS)
    results = search.results_
    by_name = results.groupby("param_name")["n_resources"].max().to_dict()
    assert by_name == {**dict.fromkeys("abcdefg", 1), "h": 2, "i": 8}
    assert max(Counter(read(log)).values()) == 1


def test_what_cannot_pause_is_fitted_once(tmp_path):
    log = str(tmp_path / "log")
    search = make_search(Whole(epochs=5, log=log), curves(*NINE[::-1]), n_iter=9, refit=False).fit(
        ROWS, LABELS
    )
    results = search.results_
    assert results["iter"].tolist() == [0] * 9
    assert results["n_resources"].tolist() == [0] * 9
    assert len(read(log)) == 18
    whole = {"whole": Whole([0.85], log=log), "epochs": Scripted(log=log)}
    search = make_search(whole, {"epochs": curves(*NINE[:8])}, n_iter=9, refit=False).fit(
        ROWS, LABELS
    )
    assert search.results_.groupby("iter").size().tolist() == [9, 3, 1]
    assert search.best_params_ == {"estimator": "whole"}
    assert len([line for line in read(log) if line.startswith("fit")]) == 18 + 2


def test_failures_in_a_later_round():
    space = curves((0.9,), (0.5,), (0.1,))
    space[0] |= {"error": [ValueError], "error_at": [2]}
    search = make_search(Scripted(), space, n_iter=3, refit=False)
    with pytest.warns(FitFailedWarning, match="2 of 8 fits failed"):
        search.fit(ROWS, LABELS)
    assert search.results_["iter"].tolist() == [0, 0, 0, 1]
    assert np.isnan(search.cv_results_["mean_test_score"][3])
    # Nothing is left in the last round: the best of the one before.
    assert search.best_index_ == 0
    assert search.best_score_ == pytest.approx(0.9)
    failures = search.failures_
    assert failures[["name", "fold", "error"]].to_numpy().tolist() == [
        ["a", 0, "ValueError: as told"],
        ["a", 1, "ValueError: as told"],
    ]


def test_halving_by_one_of_several_scores():
    search = make_search(Scripted(), curves(*NINE), n_iter=9, scoring=score_and_epochs)
    for refit in ("quality", lambda results: 12, False):
        search.set_params(refit=refit).fit(ROWS, LABELS)
        assert search.results_.groupby("iter").size().tolist() == [9, 3, 1]
        assert search.results_["mean_test_epochs"].tolist() == [1] * 9 + [3] * 3 + [9]
        assert search.results_["param_name"][12] == "i"
    search.set_params(refit=True)
    with pytest.raises(ValueError, match="refit must be set to a scorer key"):
        search.fit(ROWS, LABELS)


def test_weights_of_halving():
    weights = np.arange(24.0)
    scores = []

    def score(estimator, X, y, sample_weight):
        scores.append((estimator.weight_, sample_weight.sum()))
        return 1.0

    search = make_search(Scripted(), curves((0.5,)), scoring=score, n_iter=1, refit=False)
    search.fit(ROWS, LABELS, sample_weight=weights)
    assert scores == [(210.0, 66.0), (66.0, 210.0)]


def test_halving_refuses_what_is_for_other_steps():
    pipeline = Pipeline([("twice", Twice()), ("clf", Scripted())])
    search = make_search(pipeline, {"clf__name": ["a", "b"]}, n_iter=2)
    weights = np.ones(24)
    search.fit(ROWS, LABELS, clf__sample_weight=weights)
    with pytest.raises(ValueError, match=r"fit was given twice__factor.*pass clf__sample_weight"):
        search.fit(ROWS, LABELS, clf__sample_weight=weights, twice__factor=3)


@pytest.mark.parametrize("strategy", ["random", "halving", "tpe"])
def test_steps_are_learned_once(strategy, tmp_path, temp):
    log = str(tmp_path / "log")
    pipeline = Pipeline([("twice", Twice(log=log)), ("clf", Scripted())])
    space = {"twice__factor": [2, 3], "clf__curve": NINE}
    search = make_search(pipeline, space, strategy=strategy, n_iter=12, refit=False).fit(
        ROWS, LABELS
    )
    assert set(search.results_["param_twice__factor"]) == {2, 3}
    assert sorted(read(log)) == ["step 2 222", "step 2 78", "step 3 222", "step 3 78"]
    assert list(temp.iterdir()) == []
    assert pipeline.memory is None


def test_a_memory_of_ones_own_is_used(tmp_path, temp):
    log = str(tmp_path / "log")
    memory = joblib.Memory(tmp_path / "memory", verbose=0)
    pipeline = Pipeline([("twice", Twice(log=log)), ("clf", Scripted())], memory=memory)
    for _ in range(2):
        make_search(pipeline, {"clf__curve": NINE}, n_iter=3).fit(ROWS, LABELS)
    assert len(read(log)) == 3  # two folds, and all rows


def test_the_estimator_given_is_left_alone():
    pipeline = Pipeline([("twice", Twice()), ("clf", Scripted())])
    space = {"clf": [Scripted((0.5,)), Whole((0.4,))], "clf__epochs": [2, 3]}
    before = joblib.hash((pipeline, space))
    search = make_search(pipeline, space, n_iter=4).fit(ROWS, LABELS)
    assert joblib.hash((pipeline, space)) == before
    assert search.best_estimator_ is not pipeline
    assert search.best_estimator_.memory is None
    assert search.best_estimator_[-1] is not search.best_params_["clf"]
    assert not hasattr(search.best_params_["clf"], "classes_")


def test_nothing_is_left_behind(tmp_path, temp):
    checkpoints = tmp_path / "checkpoints"
    search = make_search(Scripted(), curves(*NINE), n_iter=9, checkpoint_dir=checkpoints).fit(
        ROWS, LABELS
    )
    assert list(checkpoints.iterdir()) == []
    search.set_params(estimator__error=KeyboardInterrupt, estimator__error_at=2)
    with pytest.warns(UserWarning, match="interrupted"):
        search.set_params(refit=False).fit(ROWS, LABELS)
    search.set_params(estimator__error=ValueError, estimator__error_at=1)
    with pytest.raises(ValueError, match="All fits failed"):
        search.fit(ROWS, LABELS)
    assert list(checkpoints.iterdir()) == []
    assert list(temp.iterdir()) == []


def test_a_journal_leaves_no_folder_beside_it(tmp_path):
    journal = tmp_path / "journal"
    make_search(Scripted(), curves(*NINE), n_iter=9, journal=journal).fit(ROWS, LABELS)
    assert [path.name for path in tmp_path.iterdir()] == ["journal"]


def test_what_another_search_left_is_not_gone_on_with(tmp_path):
    """Candidates have but numbers, and those of any two searches are the same."""
    journal = tmp_path / "journal"
    params = {"n_iter": 9, "refit": False, "checkpoint_dir": tmp_path / "checkpoints"}
    stopped = Scripted(error=KeyboardInterrupt, error_at=2)
    with pytest.warns(UserWarning, match="interrupted"):
        make_search(stopped, curves(*NINE), journal=journal, **params).fit(ROWS, LABELS)
    assert list((tmp_path / "checkpoints").rglob("*.pickle"))
    journal.unlink()
    other = [(0.5 + value, 0.6 + value) for value, _ in NINE]
    for place in (journal, None):
        search = make_search(Scripted(), curves(*other), journal=place, **params).fit(ROWS, LABELS)
        by_name = search.results_.groupby("param_name")["mean_test_score"].min()
        assert by_name.tolist() == pytest.approx([first for first, _ in other])


def test_several_estimators():
    estimators = {"a": Scripted(), "b": Scripted(), "c": Whole((0.2,))}
    space = {"a": {"curve": NINE}, "b": [{"curve": NINE[:2]}, {"epochs": [50]}], "c": {}}
    search = make_search(estimators, space, n_iter=9).fit(ROWS, LABELS)
    results = search.results_
    first = results[results["iter"] == 0]
    assert Counter(first["param_estimator"]) == {"c": 1, "b": 3, "a": 5}
    assert set(first["param_curve"].dropna()) <= set(NINE)
    assert set(search.best_params_) == {"estimator", "curve"}
    assert search.best_params_["estimator"] == "a"
    assert type(search.best_estimator_) is Scripted
    assert search.best_estimator_.curve == search.best_params_["curve"]
    assert search.predict(ROWS).shape == (24,)
    assert search.classes_.tolist() == ["no", "yes"]


def test_wrong_spaces_of_several_estimators():
    several = {"a": Scripted(), "b": Whole()}
    with pytest.raises(ValueError, match="not empty"):
        make_search({}, {}).fit(ROWS, LABELS)
    with pytest.raises(ValueError, match=r"\['a', 'b'\], not \['c'\]"):
        make_search(several, {"c": {}}).fit(ROWS, LABELS)
    with pytest.raises(ValueError, match=r"\['a', 'b'\], not a list"):
        make_search(several, [{"curve": NINE}]).fit(ROWS, LABELS)
    with pytest.raises(ValueError, match="Invalid parameter 'nothing'"):
        make_search(several, {"a": {"nothing": [1]}}).fit(ROWS, LABELS)


def _small():
    pipeline = make_text_classifier("averaging", random_state=0)
    pipeline.set_params(embed__vector_size=8, embed__epochs=1, clf__n_buckets=16)
    return pipeline.set_params(clf__epochs=3, clf__learning_rate=0.05, clf__batch_size=8)


def test_networks_beside_tfidf():
    estimators = {"network": _small(), **make_tfidf_baselines(random_state=0)}
    space = {"network": {"clf__dropout": [0.1, 0.6], "clf__learning_rate": [0.05, 1e30]}}
    search = ArchitectureSearchCV(estimators, space, n_iter=9, cv=2, random_state=0)
    with pytest.warns(FitFailedWarning, match="4 of 22 fits failed"):
        search.fit(TEXTS, CLASSES)
    results = search.results_
    assert Counter(results.loc[results["iter"] == 0, "param_estimator"]) == {
        "network": 4,
        **dict.fromkeys(make_tfidf_baselines(), 1),
    }
    assert set(results.loc[results["param_estimator"] != "network", "n_resources"]) == {0}
    assert search.failures_["error"].str.contains("Training diverged").tolist() == [True] * 4
    assert set(search.failures_["clf__learning_rate"]) == {1e30}
    assert set(search.predict(TEXTS)) <= set(CLASSES)
    assert search.score(TEXTS, CLASSES) > 0.5


def test_networks_as_steps():
    space = search_space(["averaging", "cnn"], "small")
    for branch in space:
        branch |= {"clf__epochs": [1], "clf__early_stopping": [False], "clf__random_state": [0]}
        branch |= {"embed__vector_size": [8]}
    search = ArchitectureSearchCV(_small(), space, n_iter=3, cv=2, random_state=0)
    search.fit(TEXTS, CLASSES)
    kinds = {type(clf).__name__ for clf in search.results_["param_clf"]}
    assert kinds == {"AveragingClassifier", "CNNClassifier"}
    assert type(search.best_estimator_["clf"]) is type(search.best_params_["clf"])
    assert search.predict(TEXTS[:2]).shape == (2,)
    for clf in search.results_["param_clf"]:
        assert not hasattr(clf, "network_")
