"""Searches, cross-validation and curves of scikit-learn, on raw texts."""

import numpy as np
from sklearn.experimental import enable_halving_search_cv  # noqa: F401  # makes it importable
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import (
    GridSearchCV,
    HalvingRandomSearchCV,
    RandomizedSearchCV,
    cross_val_predict,
    cross_validate,
    learning_curve,
    permutation_test_score,
    validation_curve,
)

BETTER_THAN_CHANCE = 0.6  # the largest class has .37 of the texts
STANDSTILL, LEARNS = 1e-6, 0.5  # learning rates
RATES = {"clf__learning_rate": [STANDSTILL, LEARNS]}


def test_grid_search_finds_the_learning_rate_that_learns(network, corpus):
    search = GridSearchCV(network, RATES, cv=2, error_score="raise")
    search.fit(corpus.texts, corpus.labels)
    assert search.best_params_ == {"clf__learning_rate": LEARNS}
    standstill, learns = search.cv_results_["mean_test_score"]
    assert standstill < BETTER_THAN_CHANCE < learns == search.best_score_
    assert search.score(corpus.new_texts, corpus.new_labels) > BETTER_THAN_CHANCE
    np.testing.assert_array_equal(search.classes_, np.unique(corpus.labels))
    assert network["clf"].learning_rate == LEARNS
    assert not hasattr(network["clf"], "classes_")


def test_two_workers_of_a_randomized_search_find_what_one_finds(network, corpus):
    space = {"clf__filters": [4, 8], "pad__maxlen": [5, "p90"], "embed__vector_size": [4, 8]}
    one, two = (
        RandomizedSearchCV(
            network,
            space,
            n_iter=2,
            cv=2,
            n_jobs=n_jobs,
            refit=n_jobs == 2,
            random_state=0,
            error_score="raise",
        ).fit(corpus.texts, corpus.labels)
        for n_jobs in (1, 2)
    )
    assert one.cv_results_["params"] == two.cv_results_["params"]
    for fold in ("split0_test_score", "split1_test_score"):
        np.testing.assert_array_equal(one.cv_results_[fold], two.cv_results_[fold])
    assert set(two.best_params_) == set(space)
    assert two.score(corpus.new_texts, corpus.new_labels) > BETTER_THAN_CHANCE


def test_halving_search_gives_the_better_half_more_texts(network, corpus):
    search = HalvingRandomSearchCV(
        network,
        RATES,
        n_candidates=2,
        factor=2,
        resource="n_samples",
        min_resources=30,
        cv=2,
        random_state=0,
        error_score="raise",
    ).fit(corpus.texts, corpus.labels)
    assert search.n_resources_ == [30, 60]
    assert search.n_candidates_ == [2, 1]
    assert search.best_params_ == {"clf__learning_rate": LEARNS}
    assert search.score(corpus.new_texts, corpus.new_labels) > BETTER_THAN_CHANCE


def test_halving_search_gives_the_better_half_more_epochs(network, corpus):
    search = HalvingRandomSearchCV(
        network,
        RATES,
        n_candidates=2,
        factor=2,
        resource="clf__epochs",
        min_resources=3,
        max_resources=6,
        cv=2,
        random_state=0,
        error_score="raise",
    ).fit(corpus.texts, corpus.labels)
    assert search.n_resources_ == [3, 6]
    assert search.best_params_ == {"clf__learning_rate": LEARNS, "clf__epochs": 6}
    assert len(search.best_estimator_["clf"].history_["loss"]) == 6
    assert search.score(corpus.new_texts, corpus.new_labels) > BETTER_THAN_CHANCE


def test_cross_validate_scores_what_its_estimators_predict(network, corpus):
    found = cross_validate(
        network,
        corpus.texts,
        corpus.labels,
        cv=2,
        scoring=["accuracy", "neg_log_loss", "roc_auc_ovr"],
        return_train_score=True,
        return_estimator=True,
        return_indices=True,
        error_score="raise",
    )
    assert found["test_accuracy"].min() > BETTER_THAN_CHANCE
    assert found["test_roc_auc_ovr"].min() > 0.8
    assert found["train_neg_log_loss"].min() > -np.log(3)
    for number, (pipeline, rows) in enumerate(
        zip(found["estimator"], found["indices"]["test"], strict=True)
    ):
        texts, labels = [corpus.texts[row] for row in rows], corpus.labels[rows]
        assert found["test_accuracy"][number] == accuracy_score(labels, pipeline.predict(texts))
        loss = log_loss(labels, pipeline.predict_proba(texts), labels=pipeline.classes_)
        assert found["test_neg_log_loss"][number] == -loss


def test_learning_curve_rises_with_the_texts(network, corpus):
    sizes, train, test = learning_curve(
        network, corpus.texts, corpus.labels, cv=2, train_sizes=[8, 30], error_score="raise"
    )
    assert sizes.tolist() == [8, 30]
    assert train.shape == test.shape == (2, 2)
    few, many = test.mean(axis=1)
    assert few < many
    assert many > BETTER_THAN_CHANCE


def test_validation_curve_tells_learning_from_standstill(network, corpus):
    train, test = validation_curve(
        network,
        corpus.texts,
        corpus.labels,
        param_name="clf__learning_rate",
        param_range=[STANDSTILL, LEARNS],
        cv=2,
        error_score="raise",
    )
    for standstill, learns in (train.mean(axis=1), test.mean(axis=1)):
        assert standstill < BETTER_THAN_CHANCE < learns


def test_cross_val_predict_gives_each_text_its_probabilities(network, corpus):
    proba = cross_val_predict(network, corpus.texts, corpus.labels, cv=2, method="predict_proba")
    assert proba.shape == (60, 3)
    np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-6)
    predicted = np.unique(corpus.labels)[proba.argmax(axis=1)]
    assert accuracy_score(corpus.labels, predicted) > BETTER_THAN_CHANCE


def test_permuted_labels_are_not_learned(network, corpus):
    score, permuted, pvalue = permutation_test_score(
        network, corpus.texts, corpus.labels, cv=2, n_permutations=3, random_state=0
    )
    assert score > BETTER_THAN_CHANCE > permuted.max()
    assert pvalue == 1 / 4
