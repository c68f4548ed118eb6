"""Word2VecEmbedder: training, pretrained vectors, missing words, coverage, document vectors."""

import gzip
import logging
import os
import pickle
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sklearn
from gensim.models import KeyedVectors, Word2Vec
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import get_tags

from sk_textnn.exceptions import TextInputError, VectorFileError
from sk_textnn.sequences import UNKNOWN_ID, TokenSequences, Vocabulary
from sk_textnn.text._training import _Sentences
from sk_textnn.text._word2vec import Word2VecEmbedder

ROWS = ["the cat sat", "the dog sat on the mat", "? cat ?", "? ?", "on on on", "the emu"]
WORDS = ["the", "cat", "sat", "dog", "on", "mat", "emu"]
FILE = {"The": [1.0, 0.0], "cat": [0.0, 2.0], "SAT": [3.0, 4.0], "dog": [-1.0, 1.0], "x": [9, 9]}


def sequences(rows, words=None):
    counts = Counter(word for row in rows for word in row.split() if word != "?")
    vocabulary = Vocabulary(words or [word for word, _ in counts.most_common()])
    ids = [[vocabulary.index.get(word, UNKNOWN_ID) for word in row.split()] for row in rows]
    return TokenSequences.from_lists(ids, vocabulary=vocabulary)


@pytest.fixture
def X():
    return sequences(ROWS, WORDS)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text("".join(f"{word} {a} {b}\n" for word, (a, b) in FILE.items()))
    return path


def test_training_is_gensims(X):
    embedder = Word2VecEmbedder(vector_size=5, epochs=3, random_state=3).fit(X)
    assert embedder.vectors_.shape == (9, 5)
    assert embedder.vectors_.dtype == np.float32
    assert not embedder.vectors_[0].any()
    np.testing.assert_allclose(embedder.vectors_[1], embedder.vectors_[2:].mean(axis=0), rtol=1e-5)
    seed = np.random.RandomState(3).randint(np.iinfo(np.int32).max)
    model = Word2Vec(
        [[word for word in row.split() if word != "?"] for row in ROWS],
        vector_size=5, window=5, min_count=1, sg=1, negative=5, epochs=3, alpha=0.05,
        workers=1, seed=int(seed),
    )  # fmt: skip
    np.testing.assert_array_equal(embedder.vectors_[2:], model.wv[WORDS])
    assert embedder.coverage_ == 1


def test_whole_long_texts_are_trained():
    """Words beyond gensim's limit of 10,000 words a sentence, or cut by the padder."""
    X = sequences(["a b " * 6000 + "late later " * 5]).pad(3)
    lengths = [len(sentence) for sentence in _Sentences(X, X.vocabulary)]
    assert lengths == [10_000, 2_010]
    parameters = {"vector_size": 4, "random_state": 0}
    once = Word2VecEmbedder(epochs=1, **parameters).fit(X).vectors_
    more = Word2VecEmbedder(epochs=9, **parameters).fit(X).vectors_
    assert (once[2:] != more[2:]).any(axis=1).all()
    assert np.abs(more[2:] - once[2:]).sum(axis=1).min() > 1e-3


def test_words_alike_come_to_lie_together():
    rng = np.random.default_rng(0)
    rows = [" ".join(rng.choice([f"a{i}" for i in range(5)], 8)) for _ in range(200)]
    rows += [" ".join(rng.choice([f"b{i}" for i in range(5)], 8)) for _ in range(200)]
    X = sequences(rows, [f"{group}{i}" for group in "ab" for i in range(5)])
    for sg in (0, 1):
        table = Word2VecEmbedder(vector_size=10, sg=sg, random_state=0).fit(X).vectors_[2:]
        table = table / np.linalg.norm(table, axis=1, keepdims=True)
        cosine = table @ table.T
        assert cosine[:5, :5].mean() > cosine[:5, 5:].mean() + 0.2


def test_file_with_case_and_coverage_by_hand(X, path):
    embedder = Word2VecEmbedder(vectors=path, missing="mean", random_state=0).fit(X)
    mean = np.mean([FILE[word] for word in ("The", "cat", "SAT", "dog")], axis=0)
    expected = [[0, 0], mean, FILE["The"], FILE["cat"], FILE["SAT"], FILE["dog"], mean, mean, mean]
    np.testing.assert_allclose(embedder.vectors_, expected)
    assert embedder.coverage_ == 4 / 7
    assert embedder.occurrence_coverage_ == 9 / 19  # the 4, cat 2, sat 2, dog 1 of 19 words
    report = embedder.coverage_report(2)
    assert report["missing_words"] == {"on": 4, "mat": 1}
    assert list(embedder.coverage_report()["missing_words"]) == ["on", "mat", "emu"]
    assert (report["n_words"], report["n_found"]) == (7, 4)
    cut = Word2VecEmbedder(vectors=str(path), random_state=0).fit(X.pad(1))
    assert cut.occurrence_coverage_ == 1 / 6  # sat, mat, ?, ?, on, emu
    exact = Word2VecEmbedder(vectors=path, ignore_case=False, random_state=0).fit(X)
    assert exact.coverage_ == 2 / 7


def test_keyed_vectors(X, path):
    keyed = KeyedVectors(2)
    keyed.add_vectors(list(FILE), np.array(list(FILE.values()), dtype=np.float32))
    from_file = Word2VecEmbedder(vectors=path, random_state=0).fit(X)
    from_object = Word2VecEmbedder(vectors=keyed, random_state=0).fit(X)
    np.testing.assert_array_equal(from_file.vectors_, from_object.vectors_)


def test_missing_random_has_the_spread_of_the_found(tmp_path):
    rng = np.random.default_rng(0)
    found, missing = [f"f{i}" for i in range(2000)], [f"m{i}" for i in range(2000)]
    vectors = rng.normal([5, -1, 0], [0.1, 1, 3], size=(2000, 3))
    path = tmp_path / "v.txt"
    path.write_text(
        "".join(f"{w} {a} {b} {c}\n" for w, (a, b, c) in zip(found, vectors, strict=True))
    )
    X = sequences([" ".join(found + missing)], found + missing)
    table = Word2VecEmbedder(vectors=path, random_state=0).fit(X).vectors_[2002:]
    np.testing.assert_allclose(table.mean(axis=0), vectors.mean(axis=0), atol=0.2)
    np.testing.assert_allclose(table.std(axis=0), vectors.std(axis=0), rtol=0.1)
    assert len(np.unique(table, axis=0)) == 2000


def test_missing_train_finds_the_neighbours_of_the_found(tmp_path):
    rng = np.random.default_rng(0)
    rows = [" ".join(rng.choice([f"a{i}" for i in range(6)], 8)) for _ in range(300)]
    rows += [" ".join(rng.choice([f"b{i}" for i in range(6)], 8)) for _ in range(300)] + ["rare"]
    X = sequences(rows)
    centres = {"a": rng.normal(size=10), "b": rng.normal(size=10)}
    path = tmp_path / "v.txt"
    known = {
        f"{g}{i}": 5 * (centres[g] + 0.3 * rng.normal(size=10)) for g in "ab" for i in range(5)
    }
    path.write_text("".join(f"{w} {' '.join(map(str, v))}\n" for w, v in known.items()))
    embedder = Word2VecEmbedder(vectors=path, missing="train", min_count=2, random_state=0)
    table, index = embedder.fit(X).vectors_, X.vocabulary.index
    for word, vector in known.items():
        np.testing.assert_array_equal(table[index[word]], vector.astype(np.float32))
    for own, other in ("ab", "ba"):
        vector = table[index[f"{own}5"]]
        cosines = {g: vector @ centres[g] / np.linalg.norm(centres[g]) for g in "ab"}
        assert cosines[own] > cosines[other] + 0.2 * np.linalg.norm(vector)
    length = np.mean([np.linalg.norm(v) for v in known.values()])
    lengths = [np.linalg.norm(table[index[word]]) for word in ("a5", "b5")]
    assert np.mean(lengths) == pytest.approx(length, rel=1e-4)
    assert table[index["rare"]].any()
    assert embedder.coverage_ == 10 / 13


def test_rare_words_are_missing(X):
    embedder = Word2VecEmbedder(vector_size=3, min_count=2, missing="mean", random_state=0).fit(X)
    assert embedder.coverage_ == 4 / 7
    np.testing.assert_array_equal(embedder.vectors_[7], embedder.vectors_[1])
    report = embedder.coverage_report()
    assert report["missing_words"] == {"dog": 1, "mat": 1, "emu": 1}
    embedder.set_params(missing="train", random_state=0).fit(X)
    assert len(np.unique(embedder.vectors_[[5, 7, 8]], axis=0)) == 3


def naive(X, embedder):
    rows = []
    for row in X:
        ids = [i for i in row[row != 0] if i != UNKNOWN_ID] or [UNKNOWN_ID]
        vectors = embedder.vectors_[ids].astype(float)
        if embedder.output == "max":
            rows.append(vectors.max(axis=0))
        else:
            weights = embedder.idf_[ids] if embedder.output == "tfidf" else None
            rows.append(np.average(vectors, axis=0, weights=weights))
    return np.array(rows)


@pytest.mark.parametrize("maxlen", [None, 2])
@pytest.mark.parametrize("output", ["mean", "tfidf", "max"])
def test_document_vectors_against_a_loop(X, output, maxlen, monkeypatch):
    monkeypatch.setattr("sk_textnn.text._documents._WORDS_AT_ONCE", 4)
    X = X.pad(maxlen, truncating="head_tail")
    embedder = Word2VecEmbedder(vector_size=4, output=output, random_state=0).fit(X)
    vectors = embedder.transform(X)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, naive(X, embedder), rtol=1e-5, atol=1e-8)
    np.testing.assert_array_equal(embedder.transform(X[[4, 0]]), vectors[[4, 0]])
    empty = TokenSequences.from_lists([[], [2], []], vocabulary=X.vocabulary)
    np.testing.assert_allclose(embedder.transform(empty), embedder.vectors_[[1, 2, 1]], rtol=1e-6)
    np.testing.assert_allclose(vectors[3], embedder.vectors_[UNKNOWN_ID], rtol=1e-6)
    assert embedder.transform(X[:0]).shape == (0, 4)


def test_idf_is_scikit_learns_smooth_idf(X):
    embedder = Word2VecEmbedder(vector_size=2, output="tfidf", random_state=0).fit(X)
    in_texts = [sum(word in row.split() for row in ROWS) for word in WORDS]
    np.testing.assert_allclose(
        embedder.idf_[2:], np.log((1 + len(ROWS)) / (1 + np.array(in_texts))) + 1, rtol=1e-6
    )
    after = Word2VecEmbedder(vector_size=2, random_state=0).fit(X).set_params(output="tfidf")
    np.testing.assert_array_equal(after.transform(X), embedder.transform(X))


def test_sequences_share_ids_and_table(X):
    ids = X.ids.copy()
    embedder = Word2VecEmbedder(vector_size=4, random_state=0)
    padded = X.pad(4, padding="post")
    Xt = embedder.fit_transform(padded)
    assert Xt.vectors is embedder.vectors_
    assert Xt.ids is X.ids
    assert (Xt.maxlen, Xt.padding) == (4, "post")
    assert padded.vectors is None
    np.testing.assert_array_equal(X.ids, ids)


@pytest.mark.parametrize("output", ["sequences", "mean", "max"])
def test_pandas_output(X, output):
    embedder = Word2VecEmbedder(vector_size=3, output=output, random_state=0).fit(X)
    plain = embedder.transform(X)
    with sklearn.config_context(transform_output="pandas"):
        got = embedder.transform(X)
    again = clone(embedder).set_output(transform="pandas").fit_transform(X)
    if output == "sequences":
        assert isinstance(got, TokenSequences)
        assert isinstance(again, TokenSequences)
        assert not hasattr(embedder, "get_feature_names_out")
    else:
        assert list(got.columns) == ["word2vec0", "word2vec1", "word2vec2"]
        np.testing.assert_array_equal(got.to_numpy(), plain)
        pd.testing.assert_frame_equal(got, again)


def test_repeatable_bit_for_bit(X):
    first, second = (Word2VecEmbedder(vector_size=8, random_state=5).fit(X) for _ in "12")
    np.testing.assert_array_equal(first.vectors_, second.vectors_)
    assert (first.vectors_ != Word2VecEmbedder(vector_size=8, random_state=6).fit(X).vectors_).any()
    free = [Word2VecEmbedder(vector_size=8).fit(X).vectors_ for _ in "12"]
    assert (free[0] != free[1]).any()


def test_repeatable_in_other_processes(tmp_path):
    rows = [f"w{i % 7} w{i % 5} w{i % 11} rare{i}" for i in range(60)]
    pickled = tmp_path / "X.pickle"
    pickled.write_bytes(pickle.dumps(sequences(rows)))
    code = (
        "import pickle, sys, zlib\n"
        "from sk_textnn.text._word2vec import Word2VecEmbedder\n"
        "X = pickle.load(open(sys.argv[1], 'rb'))\n"
        "e = Word2VecEmbedder(vector_size=8, min_count=2, random_state=1).fit(X)\n"
        "print(zlib.crc32(e.vectors_.tobytes()))\n"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", code, str(pickled)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1


def test_importing_loads_no_gensim():
    code = "import sys, sk_textnn.text; sys.exit('gensim' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_log_line(X, caplog):
    before = logging.getLogger("gensim").level
    with caplog.at_level(logging.DEBUG):
        Word2VecEmbedder(vector_size=2).fit(X)
    assert not [record for record in caplog.records if record.name.startswith("gensim")]
    assert logging.getLogger("gensim").level == before


def test_clone_pickle_tags(X, path):
    embedder = Word2VecEmbedder(vectors=path, output="tfidf", random_state=0)
    assert clone(embedder).get_params() == embedder.get_params()
    embedder.fit(X)
    again = pickle.loads(pickle.dumps(embedder))
    np.testing.assert_array_equal(again.transform(X), embedder.transform(X))
    assert not get_tags(embedder).input_tags.two_d_array
    assert get_tags(embedder).requires_fit
    copied = pickle.loads(pickle.dumps(X))  # an equal vocabulary, another object
    np.testing.assert_array_equal(embedder.transform(copied), embedder.transform(X))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (["a text"], "list came where TokenSequences were expected. Put a TextTokenizer"),
        (np.zeros((2, 2), dtype=int), "ndarray came where.*resample the texts"),
        (TokenSequences.from_lists([[2, 3]]), "without a vocabulary"),
        (TokenSequences.from_lists([[2, 9]], vocabulary=Vocabulary("ab")), "ids from 2 to 9"),
    ],
)
def test_wrong_input(X, bad, message):
    with pytest.raises(TextInputError, match=message):
        Word2VecEmbedder().fit(bad)
    with pytest.raises(TextInputError, match=message):
        Word2VecEmbedder(vector_size=2).fit(X).transform(bad)


def test_nothing_to_learn_from(X):
    with pytest.raises(TextInputError, match="no texts came"):
        Word2VecEmbedder().fit(X[:0])
    with pytest.raises(TextInputError, match="a vocabulary without words came"):
        Word2VecEmbedder().fit(sequences(["? ?"]))
    with pytest.raises(TextInputError, match=r"No word occurs min_count=9 times .* one 4 times"):
        Word2VecEmbedder(min_count=9).fit(X)
    with pytest.raises(TextInputError, match=r"No word occurs min_count=1 times .* one 0 times"):
        Word2VecEmbedder().fit(sequences(["? ?"], ["a"]))


def test_single_words_can_be_fitted():
    embedder = Word2VecEmbedder(vector_size=3, random_state=0).fit(sequences(["a", "b"]))
    assert np.isfinite(embedder.vectors_).all()


def test_other_errors(X, path, tmp_path):
    with pytest.raises(NotFittedError):
        Word2VecEmbedder().transform(X)
    embedder = Word2VecEmbedder(vector_size=2).fit(X)
    with pytest.raises(ValueError, match="another tokenizer"):
        embedder.transform(sequences(["other words"]))
    with pytest.raises(FileNotFoundError, match="no file of word vectors"):
        Word2VecEmbedder(vectors=tmp_path / "none").fit(X)
    with pytest.raises(VectorFileError, match="None of the 2 words"):
        Word2VecEmbedder(vectors=path).fit(sequences(["un mot"]))
    with pytest.raises(ValueError, match="Got int 3 instead"):
        Word2VecEmbedder(vectors=3).fit(X)
    model = Word2Vec([["a", "b"]], vector_size=2, min_count=1)
    with pytest.raises(ValueError, match="Pass its attribute wv"):
        Word2VecEmbedder(vectors=model).fit(X)
    for name, value in [("sg", 2), ("missing", "zeros"), ("output", "sum"), ("vector_size", 0)]:
        with pytest.raises(ValueError, match=f"'{name}' parameter"):
            Word2VecEmbedder(**{name: value}).fit(X)


def test_failed_fit_leaves_the_embedder_as_it_was(X, tmp_path):
    embedder = Word2VecEmbedder(vector_size=2, random_state=0).fit(X)
    table = embedder.vectors_
    with pytest.raises(FileNotFoundError):
        embedder.set_params(vectors=tmp_path / "none").fit(X)
    assert embedder.vectors_ is table
    failed = Word2VecEmbedder(min_count=99)
    with pytest.raises(TextInputError):
        failed.fit(X)
    with pytest.raises(NotFittedError):
        failed.transform(X)


@pytest.mark.parametrize(
    ("name", "size", "ignore_case", "expected"),
    [
        ("vectors_googlenews_8000_300d.txt.gz", 300, False, 0.755),
        ("vectors_googlenews_8000_300d.txt.gz", 300, True, 0.862),  # it has "I" and "A"
        ("vectors_glove6B_100d_top2604.txt.gz", 100, True, 0.85),
    ],
)
def test_isear_with_real_vectors(name, size, ignore_case, expected):
    folder = os.environ.get("SK_TEXTNN_DATA")
    if not folder:
        pytest.skip("SK_TEXTNN_DATA does not name the folder of real data")
    with gzip.open(Path(folder) / "isear.csv.gz", "rt", encoding="utf-8") as file:
        texts = pd.read_csv(file, dtype=str, keep_default_na=False)["text"]
    X = sequences([" ".join(re.findall(r"[a-z']+", text.lower())) for text in texts])
    path = Path(folder) / name
    embedder = Word2VecEmbedder(vectors=path, ignore_case=ignore_case, random_state=0).fit(X)
    assert embedder.vectors_.shape == (len(X.vocabulary), size)
    assert embedder.occurrence_coverage_ == pytest.approx(expected, abs=0.01)
    assert embedder.coverage_ < embedder.occurrence_coverage_
    if "google" in name:  # which has no stop words
        assert {"and", "to", "of"} <= set(embedder.coverage_report()["missing_words"])
