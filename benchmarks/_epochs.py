"""What trains for the contests, in ours and in other libraries, and a clock for its epochs."""

from collections.abc import Sequence
from typing import Any

import _plain_keras as plain
import numpy as np
from _common import Record, Split
from _contest import Clock, median_of
from _contest_texts import read_texts
from sklearn.pipeline import Pipeline, make_pipeline

from sk_textnn import AveragingClassifier, SequencePadder, TextTokenizer, TokenSequences, reference
from sk_textnn._optional import import_heavy

PUBLISHED_OPTIMIZER = {"lstm": "adam", "cnn": "rmsprop"}


def ours(network: str, *, split: Record, width: int, batch_size: int, epochs: int) -> Record:
    """Return the seconds of an epoch of ours, a thousand texts."""
    texts = read_texts(**split)
    if network == "averaging":
        clf: Any = AveragingClassifier()
    elif network == "lstm":
        clf = reference.emotion_lstm()["clf"].set_params(trainable_embedding=True)
        clf.set_params(embedding_dim=300, learning_rate=0.001)
    else:
        clf = reference.emotion_cnn()["clf"].set_params(embedding_dim=300, learning_rate=0.001)
    clf.set_params(batch_size=batch_size, epochs=epochs, early_stopping=False, random_state=0)
    clf.set_params(callbacks=epoch_clock())
    steps = sequences_steps(width)
    clf.fit(steps.fit_transform(texts.train), texts.y_train)
    accuracy = np.mean(clf.predict(steps.transform(texts.test)) == texts.y_test)
    return outcome(clf.callbacks_[0].clocks, texts, accuracy)


def plain_keras(network: str, *, split: Record, width: int, batch_size: int, epochs: int) -> Record:
    """Return the seconds of an epoch of plain SciKeras, a thousand texts."""
    texts = read_texts(**split)
    steps = plain.KerasSequences(width)
    rows = steps.fit_transform(texts.train)
    clf = plain.classifier(
        network,
        epochs=epochs,
        batch_size=batch_size,
        optimizer=PUBLISHED_OPTIMIZER[network],
        callbacks=[epoch_clock()()],
    ).fit(rows, texts.y_train)
    accuracy = np.mean(clf.predict(steps.transform(texts.test)) == texts.y_test)
    return outcome(clf.clf_.callbacks[0].clocks, texts, accuracy)


def pytorch(*, split: Record, width: int, batch_size: int, epochs: int, packed: bool) -> Record:
    """Return the seconds of an epoch in PyTorch, a thousand texts."""
    import _torch_lstm

    texts = read_texts(**split)
    train, test = sequences(texts, width)
    classes, labels = np.unique(texts.y_train, return_inverse=True)
    net, clocks = _torch_lstm.train(
        train, labels, epochs=epochs, batch_size=batch_size, packed=packed
    )
    accuracy = np.mean(classes[_torch_lstm.predict(net, test)] == texts.y_test)
    return outcome(clocks, texts, accuracy)


def arithmetic(*, split: Record, width: int, batch_size: int, distinct: bool) -> Record:
    """Return the seconds of the matrix products of an epoch, a thousand texts, and their rate."""
    from _arithmetic import products

    texts = read_texts(**split)
    clocks, operations = products(
        sequences(texts, width)[0],
        batch_size=batch_size,
        units=120,
        embedding_dim=300,
        distinct=distinct,
    )
    rate = operations / median_of(clocks)["cpu"] / 1e9
    told = f"at {rate:.3g} GFLOP/s"
    return {**median_of(clocks, units=len(texts.train) / 1000), "rate": rate, "told": told}


def fast_text(*, split: Record, width: int, epochs: int) -> Record:
    """Return the seconds of an epoch of fastText, a thousand texts."""
    import _fast_text

    texts = read_texts(**split)
    clock, accuracy = _fast_text.train(*sequences(texts, width), texts, epochs=epochs)
    return {**median_of([clock], units=epochs * len(texts.train) / 1000), "accuracy": accuracy}


def sequences_steps(width: int) -> Pipeline:
    """Return our steps from texts to padded ids."""
    return make_pipeline(TextTokenizer(), SequencePadder(maxlen=width))


def sequences(texts: Split, width: int) -> tuple[TokenSequences, TokenSequences]:
    """Return the ids of the texts to train on and of those to test."""
    steps = sequences_steps(width)
    return steps.fit_transform(texts.train), steps.transform(texts.test)


def epoch_clock() -> Any:
    """Return the class of a callback that times epochs."""

    class EpochClock(import_heavy("keras").callbacks.Callback):
        def __init__(self) -> None:
            super().__init__()
            self.clocks: list[Clock] = []

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.clocks.append(Clock().__enter__())

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self.clocks[-1].__exit__()

    return EpochClock


def outcome(clocks: Sequence[Clock], texts: Split, accuracy: float) -> Record:
    """Return the median seconds of all epochs but the first, and the accuracy."""
    seconds = median_of(clocks[1:], units=len(texts.train) / 1000)
    return {**seconds, "accuracy": float(accuracy)}
