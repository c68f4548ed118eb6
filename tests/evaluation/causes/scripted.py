"""A context as a healthy model has it, to which each test does one thing."""

import numpy as np

from sk_textnn.evaluation._causes import Context, Step
from sk_textnn.evaluation._causes._network_facts import Network
from sk_textnn.evaluation._causes._training_facts import Training
from sk_textnn.evaluation._causes._words import Words

CLASSES = np.array(["a", "b", "c"])
FALLING = np.array([1.0, 0.7, 0.5, 0.4, 0.35, 0.33, 0.32, 0.32, 0.32, 0.32])
WORDS = {"a": "apple amber axe", "b": "bear box bee", "c": "cow cat cup", "d": "dog den dew"}


class ScriptedClassifier:
    """Has the parameters that changes are proposed for, and nothing to fit."""

    def __init__(self, **params):
        self.params = {
            "learning_rate": 0.002,
            "epochs": 30,
            "early_stopping": False,
            "patience": 3,
            "dropout": 0.0,
            "masked": False,
            "trainable_embedding": False,
            "class_weight": None,
            **params,
        }
        vars(self).update(self.params)

    def get_params(self):
        return self.params


class ScriptedStep(ScriptedClassifier):
    def __init__(self, **params):
        self.params = params
        vars(self).update(params)


def labels(n_rows, seed=0):
    return np.random.RandomState(seed).permutation(CLASSES[np.arange(n_rows) % 3])


def mostly(right, share, seed=0):
    """Predict so many of the labels rightly, the others as another class each."""
    rng = np.random.RandomState(seed)
    wrong = rng.permutation(len(right)) >= round(share * len(right))
    others = {"a": "b", "b": "c", "c": "a"}
    return np.array([others[y] if w else y for y, w in zip(right, wrong, strict=True)])


def texts_of(y, seed=0):
    """Write a text for each label: words of its class, and some that no other text has."""
    rng = np.random.RandomState(seed)
    return [
        " ".join([*rng.choice(WORDS[label].split(), 4), *map(str, rng.randint(10**6, size=4))])
        for label in y
    ]


def proba_of(predicted, sure=0.85):
    """Give the predicted class that probability, the other two the rest."""
    return np.where(predicted[:, None] == CLASSES, sure, (1 - sure) / 2)


def make_steps(**clf):
    return {
        "tokens": Step("tokens", ScriptedStep(num_words=100, min_df=1, max_df=1.0)),
        "pad": Step("pad", ScriptedStep(maxlen=20)),
        "clf": Step("clf", ScriptedClassifier(**clf)),
    }


def make_words(lengths=10, unknown=0, maxlen=20, unknown_test=0):
    return Words(
        np.full(300, lengths),
        np.full(150, lengths),
        np.full(300, unknown),
        np.full(150, unknown_test),
        maxlen,
    )


def make_training(loss=FALLING, **facts):
    facts = {"learning_rate": 0.002, "usual_rate": 0.002, "best_epoch": len(loss) - 1, **facts}
    return Training(np.asarray(loss, dtype=float), epochs=facts.pop("epochs", 30), **facts)


def make_context(**changes):
    y_train, y_test = labels(300), labels(150, seed=1)
    predicted = mostly(y_test, 0.85)
    facts = {
        "y_train": y_train,
        "y_test": y_test,
        "predicted_train": mostly(y_train, 0.9),
        "predicted_test": predicted,
        "classes": CLASSES,
        "proba_test": proba_of(predicted),
        "steps": make_steps(),
        "words": make_words(),
        "training": make_training(),
        "network": Network(activations=("softmax",), n_trainable=1000),
    }
    return Context(**{**facts, **changes})


def one_class(**changes):
    """Return the context of a model that predicts one class only, and learned nothing."""
    facts = {
        "predicted_train": np.full(300, "a"),
        "predicted_test": np.full(150, "a"),
        "proba_test": np.full((150, 3), 1 / 3),
        "training": make_training(np.full(10, np.log(3)), epochs=10),
    }
    return make_context(**{**facts, **changes})


def with_texts(**changes):
    context = make_context(**changes)
    context.texts_train = context.texts_train or texts_of(context.y_train)
    context.texts_test = context.texts_test or texts_of(context.y_test, seed=1)
    return context
