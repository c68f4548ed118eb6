"""How many words a CPU second does each tokenizer turn into padded ids, on one thread?

Question: are `TextTokenizer` and `SequencePadder` at least 2.3 times as fast as
``CountVectorizer.transform``, 3 times as fast as a word-level Hugging Face tokenizer, and, where
the padded array is made, 1.5 times as fast as TensorFlow's deprecated ``Tokenizer`` with
``pad_sequences``?

Budget: five minutes and 2 GB on one core. Needs ``tokenizers`` (in the extras `bench` and `dev`).

All sides use the vocabulary that `TextTokenizer` learned from the corpus; before the clock runs,
every side must give the same ids, or the same counts for `CountVectorizer`. That one runs twice:
as it comes, which the target is for and which leaves out words of one letter, and for information
with a pattern that finds the same words, which happens to be faster.

In favour of the contestants: neither `CountVectorizer` nor Hugging Face has to pad; of several
set-ups of the latter that give the same words, this is the fastest. Ours pads without making an
array, as in a pipeline; where TensorFlow's makes one, ours does, too. Both are as wide as 95 % of
the texts.

    python benchmarks/bench_tokenizer.py [--data DIR] [--repetitions N] [--contests NAME ...]

DIR, or the environment variable SK_TEXTNN_DATA, holds 20ng.csv.gz and isear.csv.gz. Exit code 0:
all targets reached on both.
"""

import os
import sys
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import Any

from _contest import ONE_THREAD, OURS, Clock, Contest, Side, median_of

os.environ |= ONE_THREAD  # which is read when tokenizers is imported

import numpy as np
from _common import Record, read_data
from _contest_page import run
from _contest_texts import make_sentences
from sklearn.feature_extraction.text import CountVectorizer

from sk_textnn import SequencePadder, TextTokenizer
from sk_textnn._optional import import_heavy
from sk_textnn.sequences import UNKNOWN_ID

NAME = "bench_tokenizer"
CORPORA = ("20ng", "isear")
NUM_WORDS = 20_000
Work = Callable[[], object]


class Corpus:
    """Texts, and what each side makes of them: functions that are checked to do the same work."""

    def __init__(self, name: str, n_texts: int | None) -> None:
        self.name = name
        self.n_texts = n_texts

    @cached_property
    def texts(self) -> list[str]:
        """The texts, or made-up ones where there is no folder."""
        folder = os.environ.get("SK_TEXTNN_DATA")
        texts = read_data(self.name, folder)["text"].tolist() if folder else make_sentences(500)
        return texts[: self.n_texts]

    @cached_property
    def tokenizer(self) -> TextTokenizer:
        return TextTokenizer(num_words=NUM_WORDS).fit(self.texts)

    @cached_property
    def padder(self) -> SequencePadder:
        return SequencePadder(maxlen="p95").fit(self.tokenizer.transform(self.texts))

    @cached_property
    def ids(self) -> np.ndarray:
        return self.tokenizer.transform(self.texts).ids

    @cached_property
    def characters(self) -> str:
        """What ends a word, for a character class of a regular expression."""
        return "".join("\\" + c if c in "[]\\^-&" else c for c in self.tokenizer.filters + " ")

    def ours(self) -> Work:
        return lambda: self.padder.transform(self.tokenizer.transform(self.texts))

    def ours_to_array(self) -> Work:
        return lambda: np.asarray(self.padder.transform(self.tokenizer.transform(self.texts)))

    def tensorflow(self) -> Work:
        tokenizer = import_heavy("tensorflow.keras.preprocessing.text").Tokenizer(
            num_words=NUM_WORDS, oov_token=self.tokenizer.oov_token
        )
        tokenizer.fit_on_texts(self.texts)
        pad = import_heavy("keras").utils.pad_sequences

        def work() -> np.ndarray:
            return pad(tokenizer.texts_to_sequences(self.texts), maxlen=self.padder.maxlen_)

        theirs, ours = work(), np.asarray(self.ours_to_array()())
        some = theirs.any(axis=1)  # an empty text is one unknown word in ours
        check(
            np.array_equal(theirs[some], ours[some]), "TensorFlow's Tokenizer gives another array"
        )
        return work

    def hugging_face(self) -> Work:
        tokenizers = import_heavy("tokenizers")
        words = tokenizers.models.WordLevel(self.tokenizer.word_index_, unk_token="[UNK]")
        tokenizer = tokenizers.Tokenizer(words)
        tokenizer.normalizer = tokenizers.normalizers.Lowercase()
        cuts = tokenizers.Regex(f"[{self.characters}]+")
        tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Split(cuts, "removed")
        rows = encode_in_chunks(tokenizer, self.texts)
        ids = [token for row in rows for token in row or [UNKNOWN_ID]]
        check(ids == self.ids.tolist(), "The Hugging Face tokenizer gives other ids")
        return lambda: encode_in_chunks(tokenizer, self.texts)

    def count_vectorizer(self) -> Work:
        plain = CountVectorizer(vocabulary=list(self.tokenizer.vocabulary_))
        return lambda: plain.transform(self.texts)

    def count_vectorizer_same_words(self) -> Work:
        known = list(self.tokenizer.vocabulary_)
        same = CountVectorizer(vocabulary=known, token_pattern=f"[^{self.characters}]+")
        counts = np.bincount(self.ids, minlength=len(known) + 2)[2:]
        found = np.asarray(same.transform(self.texts).sum(axis=0)).ravel()
        check(np.array_equal(found, counts), "CountVectorizer counts other words")
        return lambda: same.transform(self.texts)

    def timed(self, make: Callable[[], Work]) -> Callable[[], Record]:
        """Return what measures the seconds of a million words; the first time is not measured."""

        @cache
        def prepare() -> Work:
            work = make()
            work()
            return work

        def measure() -> Record:
            work = prepare()
            with Clock() as clock:
                work()
            return median_of([clock], units=len(self.ids) / 1e6)

        return measure


def encode_in_chunks(tokenizer: Any, texts: list[str], size: int = 1000) -> list[list[int]]:
    """Return the ids; in chunks, as what it returns beside the ids fills the memory."""
    return [
        encoding.ids
        for start in range(0, len(texts), size)
        for encoding in tokenizer.encode_batch_fast(
            texts[start : start + size], add_special_tokens=False
        )
    ]


def check(condition: bool, message: str) -> None:
    """Stop, since sides that do other work cannot be compared."""
    if not condition:
        sys.exit(f"Nothing measured. {message}.")


def make_contests(quick: bool) -> list[Contest]:
    """Return two contests a corpus: with and without an array."""
    contests = []
    for name in CORPORA:
        corpus = Corpus(name, 200 if quick else None)
        same_words = corpus.timed(corpus.count_vectorizer_same_words)
        ragged = [
            Side(OURS, corpus.timed(corpus.ours)),
            Side("CountVectorizer", corpus.timed(corpus.count_vectorizer), 2.3),
            Side("CountVectorizer, same words", same_words),
            Side("Hugging Face", corpus.timed(corpus.hugging_face), 3, "tokenizers"),
        ]
        padded = [
            Side(OURS, corpus.timed(corpus.ours_to_array)),
            Side("TensorFlow's Tokenizer", corpus.timed(corpus.tensorflow), 1.5),
        ]
        unit = "CPU s per million words"
        contests += [
            Contest(f"tokens-{name}", f"tokenize {name}", unit, ragged),
            Contest(f"array-{name}", f"tokenize {name} to a padded array", unit, padded),
        ]
    return contests


def main(argv: Sequence[str] | None = None) -> int:
    """Run the contests, and write what came out."""
    return run(NAME, __doc__, make_contests, argv, repetitions=7)


if __name__ == "__main__":
    sys.exit(main())
