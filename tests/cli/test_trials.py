import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.metrics import get_scorer

from sk_textnn.cli._trials import Trial, run_trials


def test_an_interrupted_search_ends_without_a_word_of_its_workers(recwarn):
    def interrupt(trial):
        raise KeyboardInterrupt

    texts, labels = ["a cat", "a dog"] * 2, np.array(["cat", "dog"] * 2)
    trials = [Trial("baseline", str(number), DummyClassifier()) for number in range(4)]
    splits = [(np.arange(2), np.arange(2, 4))]
    with pytest.raises(KeyboardInterrupt):
        run_trials(
            trials, texts, labels, splits, get_scorer("accuracy"), n_jobs=2, on_fit=interrupt
        )
    assert not recwarn.list
