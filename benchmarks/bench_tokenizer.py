"""How many words a CPU second does each tokenizer turn into ids, on one thread?

Question: is ``TextTokenizer.transform`` at least 2.3 times as fast as
``CountVectorizer.transform``, 1.3 times as fast as the ``texts_to_sequences`` of TensorFlow's
deprecated ``Tokenizer``, and 3 times as fast as a word-level Hugging Face tokenizer?

Budget: three minutes and 2 GB on one core. Needs ``tokenizers`` (in the extra ``dev``).

All sides use the vocabulary that `TextTokenizer` learned from the corpus; before the clock runs,
every side must give the same ids, or the same counts for `CountVectorizer`. That one runs twice:
as it comes, which the target is for and which leaves out words of one letter, and for information
with a pattern that finds the same words, which happens to be faster. For Hugging Face, the fastest
of several set-ups that give the same words was taken. The sides take turns within each
repetition. The ratios are of median CPU seconds, which other programs hardly disturb.

    python benchmarks/bench_tokenizer.py [--data DIR] [--repeat N]

DIR, or the environment variable SK_TEXTNN_DATA, holds 20ng.csv.gz and isear.csv.gz with a column
`text`; without them a made-up corpus is measured. Exit code 0: all targets met on all corpora.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

os.environ["TOKENIZERS_PARALLELISM"] = "false"  # both are read when tokenizers is imported
os.environ["RAYON_NUM_THREADS"] = "1"

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer

from sk_textnn import TextTokenizer
from sk_textnn._optional import import_heavy
from sk_textnn.sequences import UNKNOWN_ID

TARGETS = {"CountVectorizer": 2.3, "TensorFlow Tokenizer": 1.3, "Hugging Face word level": 3.0}
CORPORA = ("20ng", "isear")
NUM_WORDS = 20_000
OURS = "TextTokenizer"


def read_corpora(folder: str | None) -> dict[str, list[str]]:
    """Return the texts of each corpus, or a made-up one where there is no folder."""
    if not folder:
        print("No --data and no SK_TEXTNN_DATA: measuring a made-up corpus.")
        return {"made up": make_corpus()}
    return {
        name: pd.read_csv(Path(folder) / f"{name}.csv.gz", dtype=str, keep_default_na=False)[
            "text"
        ].tolist()
        for name in CORPORA
    }


def make_corpus(n_texts: int = 10_000, n_words: int = 60_000) -> list[str]:
    """Return texts with words by Zipf's law, capitals, punctuation and a few accents."""
    rng = np.random.default_rng(0)
    letters = np.array(list("etaoinshrdlucmfwypvbgkjqxz"))
    words = ["".join(rng.choice(letters, size)) for size in rng.integers(1, 11, n_words)]
    words[100::1000] = [word + "é" for word in words[100::1000]]
    ends = rng.choice(["", "", "", "", "", ",", ".", "!", " -"], n_words)
    texts = []
    for size in rng.lognormal(3.5, 0.8, n_texts).astype(int) + 1:
        chosen = np.minimum(rng.zipf(1.3, size), n_words) - 1
        text = " ".join(words[word] + ends[(word + size) % n_words] for word in chosen)
        texts.append(text.capitalize())
    return texts


def make_sides(texts: list[str]) -> tuple[dict[str, Callable[[], object]], int]:
    """Return what to time, checked to do the same work, and the number of words."""
    ours = TextTokenizer(num_words=NUM_WORDS).fit(texts)
    ids = ours.transform(texts).ids
    characters = "".join("\\" + c if c in "[]\\^-&" else c for c in ours.filters + " ")

    keras = import_heavy("tensorflow.keras.preprocessing.text").Tokenizer(
        num_words=NUM_WORDS, oov_token=ours.oov_token
    )
    keras.fit_on_texts(texts)
    rows = keras.texts_to_sequences(texts)
    check(flat(rows) == ids.tolist(), "TensorFlow's Tokenizer gives other ids")

    hugging = make_hugging_face(ours.word_index_, characters)
    rows = encode_in_chunks(hugging, texts)
    check(flat(rows) == ids.tolist(), "The Hugging Face tokenizer gives other ids")

    known = list(ours.vocabulary_)
    plain = CountVectorizer(vocabulary=known)
    same = CountVectorizer(vocabulary=known, token_pattern=f"[^{characters}]+")
    counts = np.bincount(ids, minlength=len(known) + 2)[2:]
    found = np.asarray(same.transform(texts).sum(axis=0)).ravel()
    check(np.array_equal(found, counts), "CountVectorizer counts other words")

    sides = {
        OURS: lambda: ours.transform(texts),
        "CountVectorizer": lambda: plain.transform(texts),
        "CountVectorizer, same words": lambda: same.transform(texts),
        "TensorFlow Tokenizer": lambda: keras.texts_to_sequences(texts),
        "Hugging Face word level": lambda: encode_in_chunks(hugging, texts),
    }
    return sides, len(ids)


def make_hugging_face(word_index: dict[str, int], characters: str):
    """Return the fastest word-level set-up that lowers and cuts at the same characters."""
    tokenizers = import_heavy("tokenizers")
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(word_index, unk_token="[UNK]"))
    tokenizer.normalizer = tokenizers.normalizers.Lowercase()
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Split(
        tokenizers.Regex(f"[{characters}]+"), "removed"
    )
    return tokenizer


def encode_in_chunks(tokenizer, texts: list[str], size: int = 1000) -> list[list[int]]:
    """Return the ids; in chunks, as what it returns beside the ids fills the memory."""
    return [
        encoding.ids
        for start in range(0, len(texts), size)
        for encoding in tokenizer.encode_batch_fast(
            texts[start : start + size], add_special_tokens=False
        )
    ]


def flat(rows: list[list[int]]) -> list[int]:
    """Return the ids of all rows; an empty one is one unknown word."""
    return [token for row in rows for token in row or [UNKNOWN_ID]]


def check(condition: bool, message: str) -> None:
    """Stop, since sides that do other work cannot be compared."""
    if not condition:
        sys.exit(f"Nothing measured. {message}.")


def measure(sides: dict[str, Callable[[], object]], repeat: int) -> dict[str, tuple[float, float]]:
    """Return the median CPU and wall seconds of each side."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for _ in range(repeat):
        for name, run in sides.items():
            cpu, wall = time.process_time(), time.perf_counter()
            run()
            taken[name].append((time.process_time() - cpu, time.perf_counter() - wall))
    return {
        name: (median(cpu for cpu, _ in times), median(wall for _, wall in times))
        for name, times in taken.items()
    }


def report(corpus: str, n_words: int, seconds: dict[str, tuple[float, float]]) -> bool:
    """Print the table of one corpus; return whether all targets are met."""
    print(f"\n{corpus}: {n_words:,} words")
    print(f"{'':28} {'CPU s':>8} {'wall s':>8} {'M words/CPU s':>14} {'ratio':>6} {'target':>7}")
    ours, met = seconds[OURS][0], True
    for name, (cpu, wall) in seconds.items():
        line = f"{name:28} {cpu:8.3f} {wall:8.3f} {n_words / cpu / 1e6:14.2f}"
        line += f" {cpu / ours:6.2f}"
        target = TARGETS.get(name)
        if target is not None:
            met &= cpu / ours >= target
            line += f" {target:7.1f} {'met' if cpu / ours >= target else 'MISSED'}"
        print(line)
    return met


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=os.environ.get("SK_TEXTNN_DATA"), metavar="DIR")
    parser.add_argument("--repeat", type=int, default=7, metavar="N", help="at least 7")
    arguments = parser.parse_args()
    met = True
    for corpus, texts in read_corpora(arguments.data).items():
        sides, n_words = make_sides(texts)
        met &= report(corpus, n_words, measure(sides, max(7, arguments.repeat)))
    print(f"\nVerdict: {'all targets met' if met else 'a target was missed'}.")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
