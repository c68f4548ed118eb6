"""The contestant fastText: the mean of word and bigram vectors, in C++."""

import tempfile
from pathlib import Path

import numpy as np
from _common import Split
from _contest import Clock

from sk_textnn import TokenSequences


def train(
    sequences: TokenSequences, test: TokenSequences, split: Split, *, epochs: int
) -> tuple[Clock, float]:
    """Return the seconds of a training on ids as words, and the accuracy on the test texts."""
    import fasttext

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.txt"
        rows = zip(split.y_train, lines(sequences), strict=True)
        path.write_text("".join(f"__label__{label} {line}\n" for label, line in rows))
        with Clock() as clock:
            model = fasttext.train_supervised(
                str(path), epoch=epochs, lr=0.5, wordNgrams=2, bucket=65536, thread=1, verbose=0
            )
    predicted = [labels[0].removeprefix("__label__") for labels in model.predict(lines(test))[0]]
    return clock, float(np.mean(np.array(predicted) == split.y_test))


def lines(sequences: TokenSequences) -> list[str]:
    """Return the ids of each text as words."""
    return [" ".join(map(str, row[row != 0])) for row in sequences]
