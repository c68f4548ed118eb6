"""Reading word vectors: every format, only the wanted words, and clear words on a bad file."""

import gzip
import os
import re
import tracemalloc
import warnings
from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors

from sk_textnn.exceptions import VectorFileError
from sk_textnn.text._vectors import find_vectors, look_up_vectors, read_vectors

WORDS = ["the", "New_York", "naïve", "日本", "Cat", "non\u00a0break", "42"]
FORMATS = ["word2vec", "binary", "binary-newlines", "glove"]


@pytest.fixture
def table():
    vectors = np.random.default_rng(0).normal(size=(len(WORDS), 7)).astype(np.float32)
    vectors[1, 2] = np.frombuffer(b"\n \n ", dtype="<f4")[0]  # bytes that look like separators
    return vectors


def write(path, words, vectors, kind, compress=False):
    rows = []
    for word, vector in zip(words, vectors, strict=True):
        if kind.startswith("binary"):
            end = b"\n" if kind == "binary-newlines" else b""
            rows.append(word.encode() + b" " + vector.astype("<f4").tobytes() + end)
        else:
            rows.append(f"{word} {' '.join(map(str, vector.tolist()))}\n".encode())
    head = b"" if kind == "glove" else f"{len(words)} {len(vectors[0])}\n".encode()
    data = head + b"".join(rows)
    Path(path).write_bytes(gzip.compress(data) if compress else data)
    return path


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize("kind", FORMATS)
def test_formats(tmp_path, table, kind, compress):
    path = write(tmp_path / "any.name", WORDS, table, kind, compress)
    wanted = ["日本", "absent", "the", "non\u00a0break", "New_York", "42"]
    vectors, found = read_vectors(path, wanted)
    assert vectors.dtype == np.float32
    assert found.tolist() == [True, False, True, True, True, True]
    np.testing.assert_array_equal(vectors[found], table[[3, 0, 5, 1, 6]])
    assert not vectors[1].any()


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("suffix", [".vec", ".gz"])
def test_same_as_gensim(tmp_path, table, binary, suffix):
    path = str(tmp_path / f"vectors{suffix}")
    keyed = KeyedVectors(7)
    keyed.add_vectors(WORDS, table)
    keyed.save_word2vec_format(path, binary=binary)
    again = KeyedVectors.load_word2vec_format(path, binary=binary)
    vectors, found = read_vectors(path, WORDS)
    assert found.all()
    np.testing.assert_array_equal(vectors, again[WORDS])


def test_binary_larger_than_one_chunk(tmp_path, monkeypatch):
    monkeypatch.setattr("sk_textnn.text._vectors._CHUNK", 100)
    words = [f"w{i}" for i in range(20_000)]
    vectors = np.random.default_rng(1).normal(size=(20_000, 5)).astype(np.float32)
    path = write(tmp_path / "v.bin", words, vectors, "binary")
    got, found = read_vectors(path, words)
    assert found.all()
    np.testing.assert_array_equal(got, vectors)


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("kind", FORMATS)
def test_narrow_vectors(tmp_path, kind, size):
    vectors = np.random.default_rng(size).normal(size=(4, size)).astype(np.float32)
    path = write(tmp_path / "v", ["a", "b", "c", "d"], vectors, kind)
    got, found = read_vectors(path, ["d", "a"])
    assert found.all()
    np.testing.assert_array_equal(got, vectors[[3, 0]])


def test_words_with_spaces_as_in_glove_840b(tmp_path):
    path = tmp_path / "v.txt"
    path.write_bytes(b". . . 1 2\n. 3 4\nnew york 5 6 \r\nnew 7 8\nat name@domain.com 9 9\n\n")
    vectors, found = read_vectors(path, [".", ". . .", "new", "new york", "at"])
    assert found.tolist() == [True, True, True, True, False]
    assert vectors[:4].tolist() == [[3, 4], [1, 2], [7, 8], [5, 6]]


def test_invalid_utf8_is_no_reason_to_stop(tmp_path):
    path = tmp_path / "v.txt"
    path.write_bytes(b"\xff\xfe 1 2\nthe 3 4\n")
    with pytest.warns(UserWarning, match="holds 1 words that are not UTF-8"):
        assert read_vectors(path, ["the"])[0].tolist() == [[3, 4]]


@pytest.mark.parametrize("kind", ["word2vec", "binary"])
def test_another_encoding_is_named_once(tmp_path, table, kind):
    words = ["élan", "the", "naïve", "\ufffd", "été"]
    path = write(tmp_path / "v.vec", words, table[:5], kind)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_vectors(path, words)[1].all()
    data = path.read_bytes()
    for word in ("élan", "naïve"):
        data = data.replace(word.encode(), word.encode("latin-1"))
    path.write_bytes(data)
    with pytest.warns(UserWarning, match="not UTF-8") as caught:
        found = read_vectors(path, words)[1]
    assert found.tolist() == [False, True, False, True, True]
    assert [str(warning.message).split(";")[0] for warning in caught] == [
        f"{path} holds 2 words that are not UTF-8"
    ]


@pytest.mark.parametrize("head", [b"", b"3 2\n", b"3\t2\n"])
def test_tabs_between_the_numbers(tmp_path, head):
    path = tmp_path / "v.tsv"
    path.write_bytes(head + "the\t1\t2\n日 本\t3\t4\ncat 5\t6\n".encode())
    vectors, found = read_vectors(path, ["the", "日 本", "cat"])
    assert found.all()
    assert vectors.tolist() == [[1, 2], [3, 4], [5, 6]]


def test_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "v.txt").write_text("the 1 2\n")
    for path in ("~/v.txt", Path("~/v.txt")):
        assert find_vectors(path, ["the"])[0].tolist() == [[1, 2]]


@pytest.mark.parametrize(
    ("spellings", "expected"),
    [
        ("pArIs PARIS Paris paris pariS", 5),
        ("pArIs PARIS Paris paris", 4),
        ("paris Paris PARIS pArIs", 1),
        ("pArIs PARIS Paris", 3),
        ("PARIS pArIs", 1),
        ("pArIs PARis", 1),
        ("pariS pariS", 1),
    ],
)
def test_case_priorities(tmp_path, spellings, expected):
    """Exact (pariS), lower, Title, UPPER, any; the first in the file of equal ones."""
    path = tmp_path / "v.txt"
    lines = [f"{word} {number} 0" for number, word in enumerate(spellings.split(), start=1)]
    path.write_text("\n".join(lines))
    vectors, found = read_vectors(path, ["pariS"])
    assert found.all()
    assert vectors[0, 0] == expected


def test_case_of_several_wanted_spellings(tmp_path):
    path = write(tmp_path / "v", ["Us", "us"], np.array([[1.0, 1], [2, 2]]), "word2vec")
    vectors, found = read_vectors(path, ["US", "us", "Us"])
    assert found.all()
    assert vectors[:, 0].tolist() == [2, 2, 1]
    vectors, found = read_vectors(path, ["US", "us", "Us"], ignore_case=False)
    assert found.tolist() == [False, True, True]


def test_keyed_vectors(table):
    keyed = KeyedVectors(7)
    keyed.add_vectors(WORDS, table)
    vectors, found = look_up_vectors(keyed, ["THE", "cat", "dog"])
    assert found.tolist() == [True, True, False]
    np.testing.assert_array_equal(vectors[:2], table[[0, 4]])
    assert not look_up_vectors(keyed, ["THE"], ignore_case=False)[1].any()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04rest", "is a zip archive: unpack it"),
        (b"\x80\x04rest", "KeyedVectors.load"),
        (b"the 1 2\na 1\nb 1 2\n", "line 2 holds 'a 1' where a word and 2 numbers"),
        (b"the 1 2\na 1 x\nb 1 2\n", "line 2 holds 'x' where a word and 2 numbers"),
        (b"the 1 2\na 1 2 3\nb 1 2\n", "line 2 holds 'a 1 2 3' where a word and 2 numbers"),
        (b"the 1 nan\n", "line 1 holds 'nan' where"),
        (b"the 1 1e99\n", "line 1 holds '1e99' where"),
        (b"text,label\nI am sad,sadness\n", "line 1 holds"),
        (b"2 2\nthe 1 2\n", "ends after 1 words, but its line 1 announces 2"),
        (b"2 2\nthe 1 2\na 1\n", "line 3 is 'a 1', with 1 numbers after the word; 2 were"),
        (b"2 2\nthe 1\na 1 2\n", "line 2 is 'the 1', with 1 numbers after the word; 2 were"),
        (b"2 2\nthe 1 two\na 1 2\n", "line 2 holds 'two' where"),
        (b"2 0\nthe 1 two\na 1 2\n", "line 1 is '2 0'"),
        (b"2 2\nthe \x00\x00\x80?\x00\x00\x80?a \x00\x00", "ends within word 2"),
        (b"1 2\nthe \x00\x00\x80?\x00\x00\xc0\x7f", "word 1 ('the') has a vector that is not"),
        (b"9 50000\n" + b"\x00" * 400_000, "ends within word 1"),
        (
            b"9 2\nthe" + b" \x00\x00\x80?\x00\x00\x80?" + b"x" * 99_000 + b" " + b"\x00" * 9,
            "word 2, is 99,000 bytes long",
        ),
    ],
)
@pytest.mark.parametrize("compress", [False, True])
def test_bad_files_say_where(tmp_path, content, message, compress):
    path = tmp_path / "bad.vec"
    path.write_bytes(gzip.compress(content) if compress else content)
    with pytest.raises(VectorFileError, match=re.escape(message)) as error:
        read_vectors(path, ["the"])
    assert str(path) in str(error.value)


def test_bad_number_after_the_first_lines(tmp_path):
    path = tmp_path / "v.txt"
    path.write_text("a 1 2\n" * 150 + "the 1 x\n")
    with pytest.raises(VectorFileError, match="line 151 holds 'x'"):
        read_vectors(path, ["the"])


@pytest.mark.parametrize("kind", FORMATS)
def test_truncated_or_damaged_gzip(tmp_path, table, kind):
    path = write(tmp_path / "v.gz", WORDS * 50, np.vstack([table] * 50), kind, compress=True)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(VectorFileError, match="incomplete or damaged"):
        read_vectors(path, ["absent"])
    path.write_bytes(data[:100] + bytes(100) + data[200:])
    with pytest.raises(VectorFileError, match=re.escape(str(path))):
        read_vectors(path, ["absent"])


def test_no_file_and_no_word(tmp_path, table):
    with pytest.raises(FileNotFoundError, match=r"no file of word vectors .*none\.txt"):
        read_vectors(tmp_path / "none.txt", ["a"])
    with pytest.raises(VectorFileError, match="is a folder"):
        read_vectors(tmp_path, ["a"])
    path = write(tmp_path / "v.vec", WORDS, table, "word2vec")
    with pytest.raises(VectorFileError, match=r"None of the 2 words .*v\.vec"):
        find_vectors(path, ["x", "y"])


@pytest.mark.parametrize(("kind", "compress"), [("glove", True), ("binary", False)])
def test_memory_grows_with_the_words_wanted_not_with_the_file(tmp_path, kind, compress):
    path = tmp_path / "large"
    rng = np.random.default_rng(0)
    block = rng.normal(size=(1000, 50)).astype(np.float32)
    tails = [
        row.tobytes() if kind == "binary" else " ".join(f"{x:.3f}" for x in row).encode() + b"\n"
        for row in block
    ]
    with gzip.open(path, "wb", compresslevel=1) if compress else path.open("wb") as file:
        if kind == "binary":
            file.write(b"200000 50\n")
        for start in range(0, 200_000, 1000):
            file.write(b"".join(b"w%d " % (start + i) + tails[i] for i in range(1000)))
    words = [f"w{i}" for i in range(0, 200_000, 400)]
    tracemalloc.start()
    try:
        vectors, found = read_vectors(path, words)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.all()
    np.testing.assert_allclose(vectors, block[np.arange(0, 200_000, 400) % 1000], atol=6e-4)
    assert peak < 25e6  # the file holds 40 MB of numbers, the buffers 4 MB each


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("vectors_glove6B_100d_top2604.txt.gz", (2604, 100)),
        ("vectors_googlenews_8000_300d.txt.gz", (8000, 300)),
    ],
)
def test_real_files_as_gensim_reads_them(name, shape):
    folder = os.environ.get("SK_TEXTNN_DATA")
    if not folder:
        pytest.skip("SK_TEXTNN_DATA does not name the folder of real vectors")
    path = Path(folder) / name
    keyed = KeyedVectors.load_word2vec_format(path, no_header=True)
    assert (len(keyed), keyed.vector_size) == shape
    words = keyed.index_to_key[::7]
    vectors, found = read_vectors(path, words)
    assert found.all()
    np.testing.assert_array_equal(vectors, keyed[words])
