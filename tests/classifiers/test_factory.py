"""The whole pipeline, and what scikit-learn's tools make of it."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import RandomizedSearchCV, cross_val_score
from sklearn.pipeline import Pipeline

from sk_textnn import (
    CNNClassifier,
    LSTMClassifier,
    SequencePadder,
    TextTokenizer,
    Word2VecEmbedder,
    classifiers,
    make_text_classifier,
)
from sk_textnn.classifiers._factory import NETWORKS
from sk_textnn.datasets import make_text_classification

DATA = make_text_classification(120, n_classes=2, random_state=0)
TEXTS, Y = DATA.texts, np.asarray(DATA.labels)


def _pipeline(**params):
    pipe = Pipeline(
        [
            ("tokens", TextTokenizer()),
            ("pad", SequencePadder()),
            ("embed", Word2VecEmbedder(epochs=1, random_state=0)),
            ("clf", CNNClassifier(filters=8, kernel_sizes=(2,), epochs=2, early_stopping=False)),
        ]
    )
    return pipe.set_params(**params)


def test_runs_as_written():
    pipe = Pipeline(
        [
            ("tokens", TextTokenizer()),
            ("pad", SequencePadder()),
            ("embed", Word2VecEmbedder()),
            ("clf", LSTMClassifier()),
        ]
    ).fit(TEXTS, Y)
    assert set(pipe.predict(TEXTS)) <= set(Y)
    assert pipe.predict_proba(["nothing of this was seen"]).shape == (1, 2)


def test_cross_val_score():
    scores = cross_val_score(_pipeline(), TEXTS, Y, cv=2, error_score="raise")
    assert scores.shape == (2,)


def test_randomized_search_in_two_processes():
    space = {
        "clf__filters": [4, 8],
        "pad__maxlen": [8, "p95"],
        "embed__vector_size": [8, 16],
    }
    searches = [
        RandomizedSearchCV(
            _pipeline(clf__random_state=0),
            space,
            n_iter=2,
            cv=2,
            n_jobs=n_jobs,
            random_state=0,
            error_score="raise",
        ).fit(TEXTS, Y)
        for n_jobs in (1, 2)
    ]
    first, second = (search.cv_results_["mean_test_score"] for search in searches)
    np.testing.assert_array_equal(first, second)
    assert set(searches[0].best_params_) == set(space)


class CountingTokenizer(TextTokenizer):
    """Counts its fits."""

    fits = 0

    def fit(self, texts, y=None):
        type(self).fits += 1
        return super().fit(texts, y)

    def fit_transform(self, texts, y=None, **params):
        type(self).fits += 1
        return super().fit_transform(texts, y, **params)


@pytest.mark.parametrize("cached", [True, False])
def test_memory_fits_the_tokenizer_once_a_fold(tmp_path, cached):
    pipe = _pipeline(
        tokens=CountingTokenizer(), memory=str(tmp_path) if cached else None, clf__random_state=0
    )
    CountingTokenizer.fits = 0
    RandomizedSearchCV(
        pipe, {"clf__filters": [4, 6, 8]}, n_iter=3, cv=2, refit=False, error_score="raise"
    ).fit(TEXTS, Y)
    # Without a cache: a fit for each of three candidates and two folds (some tokenizers count
    # fit and fit_transform both).
    assert CountingTokenizer.fits == 2 if cached else CountingTokenizer.fits >= 6


@pytest.mark.parametrize("network", ["cnn", "lstm"])
def test_learns_what_tfidf_cannot(network):
    data = make_text_classification(600, n_classes=2, random_state=1)
    train, test = slice(0, 450), slice(450, 600)
    pipe = make_text_classifier(network, random_state=0)
    pipe.fit(data.texts[train], data.labels[train])
    assert pipe.score(data.texts[test], data.labels[test]) > data.best_accuracy_without_order + 0.1


def test_vocabulary_comes_from_the_training_texts_only():
    pipe = _pipeline().fit(TEXTS[:100], Y[:100])
    words = {word for text in TEXTS[:100] for word in text.lower().split()}
    assert set(pipe["tokens"].vocabulary_) <= words
    assert pipe["embed"].vocabulary_ == pipe["tokens"].vocabulary_


def test_factory_sets_its_parameters():
    pipe = make_text_classifier("lstm", random_state=3, memory="cache")
    assert [name for name, _ in pipe.steps] == ["tokens", "pad", "embed", "clf"]
    assert isinstance(pipe["clf"], LSTMClassifier)
    assert isinstance(make_text_classifier("cnn")["clf"], CNNClassifier)
    assert (pipe["embed"].random_state, pipe["clf"].random_state, pipe.memory) == (3, 3, "cache")
    assert make_text_classifier(vectors="a.vec")["embed"].vectors == "a.vec"
    assert clone(pipe).get_params()["clf__units"] == 64


def test_every_network_has_a_name():
    named = {type(make_text_classifier(name)["clf"]).__name__ for name in NETWORKS}
    assert named == set(classifiers.__all__) - {"NetworkClassifier", "make_text_classifier"}


def test_unknown_networks():
    known = r"one of \['averaging', 'cnn', 'cnn_lstm', 'gru', 'lstm'\]"
    with pytest.raises(ValueError, match=known + ", not 'CNN-LSTM'. Did you mean 'cnn_lstm'"):
        make_text_classifier("CNN-LSTM")
    with pytest.raises(ValueError, match=known + r", not None\.$"):
        make_text_classifier(None)
