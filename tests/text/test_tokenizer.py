"""TextTokenizer against its oracle, TensorFlow's deprecated Tokenizer, and beyond it."""

import os
import pickle
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.utils import get_tags

from sk_textnn import SequencePadder, TextTokenizer, TokenSequences
from sk_textnn._optional import import_heavy
from sk_textnn.exceptions import TextInputError
from sk_textnn.text import _counting

TEXTS = [
    "The cat sat on the mat.",
    "The dog sat, too!",
    "A cat; a dog; A BIRD",
    "it's the bird's nest",
]
NEW_TEXTS = ["The mat sat on a bird's hat", "unheard-of words", "", "  ,,, \t", "cat"]
CHINESE = [
    "今天天气很好，我们一起去公园散步。",
    "我很喜欢看书，也喜欢听音乐。",
    "公园里有很多花，花很漂亮！",
    "你今天去哪里？我去学校看书。",
]


def oracle(**params):
    import_heavy("tensorflow")
    module = import_heavy("tensorflow.keras.preprocessing.text")
    return module.Tokenizer(**{"oov_token": "[UNK]"} | params)


def assert_same_as_oracle(texts, new_texts, **params):
    """Compare everything learned and the ids of both, rows without a word aside."""
    theirs = oracle(**params)
    theirs.fit_on_texts(texts)
    params.setdefault("oov_token", "[UNK]")
    ours = TextTokenizer(**params)
    fitted_ids = ours.fit_transform(texts)
    n_ids = len(ours.vocabulary_)
    assert ours.document_count_ == theirs.document_count
    assert list(ours.word_counts_.items()) == list(theirs.word_counts.items())
    assert ours.word_docs_ == dict(theirs.word_docs)
    assert list(ours.word_docs_) == list(ours.word_counts_)
    assert ours.word_index_ == {word: i for word, i in theirs.word_index.items() if i < n_ids}
    for rows, X in ((texts, fitted_ids), (texts, ours.transform(texts))):
        _assert_rows(X, theirs.texts_to_sequences(rows), n_ids, params.get("num_words"))
    X = ours.transform(new_texts)
    expected = theirs.texts_to_sequences(new_texts)
    _assert_rows(X, expected, n_ids, params.get("num_words"))
    return ours, theirs


def _assert_rows(X, expected, n_ids, num_words):
    rows = [X.ids[start:stop].tolist() for start, stop in pairwise(X.offsets)]
    assert rows == [row or [1] for row in expected]
    assert X.ids.max() < n_ids
    assert num_words is None or n_ids <= num_words


# The oracle.


@pytest.mark.parametrize("num_words", [None, 3, 4, 7, 1000])
@pytest.mark.parametrize(
    "params",
    [
        {},
        {"lower": False},
        {"filters": ""},
        {"filters": "aeiou"},
        {"filters": "a .é"},
        {"split": "t"},
        {"split": "  "},
        {"split": "at", "filters": "a.t"},
        {"split": "|"},
        {"split": "é", "filters": " ."},
        {"char_level": True},
        {"char_level": True, "lower": False},
        {"oov_token": "<unknown>"},
        {"oov_token": ""},
    ],
    ids=str,
)
def test_ids_equal_the_oracle(params, num_words):
    assert_same_as_oracle(TEXTS, NEW_TEXTS, num_words=num_words, **params)


any_text = st.text(
    st.one_of(
        st.sampled_from("ab AB.,!\t\n\r\x0b\x1c\x85\xa0\u2003\u2028\u3000\0'"),
        st.sampled_from("İıßẞǅΣςéé\u0301\u200d👩‍🔬🇩🇪中文"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=20,
)


@given(
    texts=st.lists(any_text, min_size=1, max_size=6),
    new_texts=st.lists(any_text, min_size=1, max_size=4),
    num_words=st.one_of(st.none(), st.integers(3, 12)),
    lower=st.booleans(),
    char_level=st.booleans(),
    filters=st.one_of(st.none(), st.text(max_size=4), st.sampled_from([" ", "ab", "\t\n é"])),
    split=st.sampled_from([" ", "a", "\n", "ab", "é", "中", "\0", "\u3000"]),
)
@example(["a\rb a\x1cb", "a b"], ["a\x85b"], None, True, False, None, " ")
@settings(max_examples=300, deadline=None)
def test_ids_equal_the_oracle_on_any_text(
    texts, new_texts, num_words, lower, char_level, filters, split
):
    params = {"lower": lower, "char_level": char_level, "split": split, "num_words": num_words}
    if filters is not None:
        params["filters"] = filters
    theirs = oracle(**params)
    theirs.fit_on_texts(texts)
    if not theirs.word_counts:
        with pytest.raises(ValueError, match="has a word"):
            TextTokenizer(**params).fit(texts)
        return
    assert_same_as_oracle(texts, new_texts, **params)


def test_chinese_by_character_equals_the_oracle():
    ours, theirs = assert_same_as_oracle(CHINESE, ["我们看花", "龙"], char_level=True)
    X = ours.transform(["我们看花", "龙"])
    assert ours.sequences_to_texts(X) == ["我们看花", "[UNK]"]
    assert_same_as_oracle(CHINESE, ["我们看花。"], split="，", filters="。！？")
    assert theirs.word_index["很"] == ours.word_index_["很"]


@pytest.mark.parametrize("num_words", [None, 500, 5000])
@pytest.mark.parametrize("char_level", [False, True])
def test_isear_equals_the_oracle(num_words, char_level):
    folder = os.environ.get("SK_TEXTNN_DATA")
    if not folder:
        pytest.skip("SK_TEXTNN_DATA does not name the folder with isear.csv.gz")
    table = pd.read_csv(Path(folder) / "isear.csv.gz", dtype=str, keep_default_na=False)
    texts = table["text"].tolist()
    params = {"num_words": num_words, "char_level": char_level}
    assert_same_as_oracle(texts, texts[:1], **params)
    assert_same_as_oracle(texts[2000:], texts[:2000], **params)


@pytest.mark.parametrize("mode", ["binary", "count", "tfidf", "freq"])
@pytest.mark.parametrize("params", [{}, {"num_words": 5}, {"char_level": True}], ids=str)
def test_matrix_equals_the_oracle(mode, params):
    ours, theirs = assert_same_as_oracle(TEXTS, NEW_TEXTS, **params)
    expected = theirs.texts_to_matrix(NEW_TEXTS, mode=mode)
    matrix = ours.texts_to_matrix(NEW_TEXTS, mode)
    assert isinstance(matrix, np.ndarray)
    assert matrix.dtype == np.float64
    assert matrix.shape == (len(NEW_TEXTS), len(ours.vocabulary_))
    np.testing.assert_allclose(matrix, expected, rtol=1e-14)
    small = ours.texts_to_matrix(NEW_TEXTS, mode=mode, sparse=True)
    assert isinstance(small, sparse.csr_array)
    np.testing.assert_array_equal(small.toarray(), matrix)


def test_matrix_refuses_another_mode():
    with pytest.raises(ValueError, match=r"mode must be one of .* not 'tf'"):
        TextTokenizer().fit(TEXTS).texts_to_matrix(TEXTS, "tf")


def test_texts_of_ids_equal_the_oracle():
    ours, theirs = assert_same_as_oracle(TEXTS, NEW_TEXTS, num_words=6)
    sequences = theirs.texts_to_sequences(TEXTS)
    assert ours.sequences_to_texts(sequences) == theirs.sequences_to_texts(sequences)


# Where it differs from the oracle, as its documentation says.


def test_a_text_without_words_is_one_unknown_word():
    for oov_token in ("[UNK]", None):
        tokenizer = TextTokenizer(oov_token=oov_token).fit(TEXTS)
        assert np.asarray(tokenizer.transform(["", " .", "cat"])[:2]).tolist() == [[1], [1]]
        X = tokenizer.transform(["", "", "cat", ""])
        assert X.lengths.tolist() == [1, 1, 1, 1]


def test_without_oov_token_unknown_words_are_left_out_and_ids_begin_at_two():
    tokenizer = TextTokenizer(oov_token=None, num_words=6).fit(TEXTS)
    theirs = oracle(oov_token=None, num_words=5)
    theirs.fit_on_texts(TEXTS)
    assert tokenizer.word_index_ == {w: i + 1 for w, i in theirs.word_index.items() if i < 5}
    X = tokenizer.transform(NEW_TEXTS)
    expected = [[i + 1 for i in row] or [1] for row in theirs.texts_to_sequences(NEW_TEXTS)]
    assert [X.ids[a:b].tolist() for a, b in pairwise(X.offsets)] == expected
    refitted = clone(tokenizer).fit_transform(TEXTS)
    np.testing.assert_array_equal(refitted.ids, tokenizer.transform(TEXTS).ids)
    assert tokenizer.sequences_to_texts([[2, 1, 3], [1]]) == ["the a", ""]


def test_a_word_equal_to_the_oov_token_is_the_unknown_word():
    tokenizer = TextTokenizer(oov_token="cat", num_words=20)
    X = tokenizer.fit_transform(TEXTS)
    assert tokenizer.word_index_["cat"] == 1
    assert "cat" not in tokenizer.vocabulary_
    assert sorted(tokenizer.word_index_.values()) == list(range(1, len(tokenizer.vocabulary_)))
    assert X.ids[1] == tokenizer.transform(["cat"]).ids[0] == 1
    with pytest.raises(ValueError, match="leave none of the 1 different words"):
        TextTokenizer(oov_token="cat").fit(["cat cat"])


def test_num_words_is_the_number_of_rows_an_embedding_needs():
    for num_words in range(3, 12):
        tokenizer = TextTokenizer(num_words=num_words)
        X = tokenizer.fit_transform(TEXTS)
        assert len(tokenizer.vocabulary_) == num_words == len(tokenizer.word_index_) + 1
        table = np.zeros((num_words, 2), dtype=np.float32)
        assert np.asarray(X.with_vectors(table)).shape == (*X.shape, 2)
        assert X.ids.max() == num_words - 1
    assert len(TextTokenizer(num_words=1000).fit(TEXTS).vocabulary_) < 20


# Beyond the oracle.


@pytest.mark.parametrize(
    "limits",
    [
        {"min_df": 2},
        {"min_df": 0.5},
        {"max_df": 2},
        {"max_df": 0.6},
        {"min_df": 2, "max_df": 0.75},
        {"max_df": 1},
        {"min_df": 0.0},
    ],
    ids=str,
)
def test_document_limits_choose_the_words_that_count_vectorizer_chooses(limits):
    tokenizer = TextTokenizer(**limits).fit(TEXTS)
    counter = CountVectorizer(tokenizer=TextTokenizer()._splitter(), token_pattern=None, **limits)
    assert set(tokenizer.vocabulary_) == set(counter.fit(TEXTS).vocabulary_)
    assert tokenizer.word_counts_ == TextTokenizer().fit(TEXTS).word_counts_


@given(texts=st.lists(st.text("abc ", max_size=12), min_size=1, max_size=8))
@settings(max_examples=50, deadline=None)
def test_words_are_counted_by_text_and_by_occurrence(texts):
    if not "".join(texts).strip():
        return
    tokenizer = TextTokenizer().fit(texts)
    rows = [text.split() for text in texts]
    assert tokenizer.word_counts_ == Counter(word for row in rows for word in row)
    assert tokenizer.word_docs_ == Counter(word for row in rows for word in set(row))


@pytest.mark.parametrize(
    ("strip_accents", "words"),
    [
        (None, ["élan", "süß", "ålesund"]),
        ("unicode", ["elan", "suß", "alesund"]),
        ("ascii", ["elan", "su", "alesund"]),
        (str.upper, ["ÉLAN", "SÜSS", "ÅLESUND"]),
    ],
)
def test_strip_accents(strip_accents, words):
    tokenizer = TextTokenizer(strip_accents=strip_accents).fit(["Élan süß, Ålesund!"])
    assert list(tokenizer.vocabulary_) == words


def split_at_dashes(text):
    return iter(text.split("-"))


@pytest.mark.parametrize(
    ("tokenizer", "words"),
    [
        (split_at_dashes, ["one", "two, three"]),
        (r"\w+", ["one", "two", "three"]),
        (re.compile("t[a-z]+"), ["two", "three"]),
        (re.compile("T[A-Z]+", re.IGNORECASE), ["two", "three"]),
        (r"-(\w+)", ["two"]),
        (r"o?", ["o"]),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_other_tokenizers(tokenizer, words):
    estimator = TextTokenizer(tokenizer=tokenizer).fit(["One-Two, Three"])
    assert list(estimator.word_counts_) == words
    again = pickle.loads(pickle.dumps(clone(estimator).fit(["One-Two, Three"])))
    assert again.vocabulary_ == estimator.vocabulary_
    assert (
        again.transform(["one--two"]).ids.tolist() == estimator.transform(["one--two"]).ids.tolist()
    )


def test_tokenizer_leaves_the_case_alone_without_lower():
    assert list(TextTokenizer(tokenizer=r"\w+", lower=False).fit(["Aa, B"]).vocabulary_) == [
        "Aa",
        "B",
    ]


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ({"tokenizer": "(a)(b)"}, ValueError, "has 2 groups"),
        ({"tokenizer": "(a"}, ValueError, "not a valid regular expression"),
        ({"tokenizer": re.compile(b"a")}, ValueError, "pattern of bytes"),
        ({"tokenizer": str.upper}, TextInputError, "returned str for the text 'the cat"),
        ({"tokenizer": len}, TextInputError, "returned int for the text"),
        ({"tokenizer": lambda text: [1, 2]}, TextInputError, "a list with int in it"),
        ({"strip_accents": lambda text: None}, TextInputError, "strip_accents returned NoneType"),
        ({"tokenizer": str.split, "char_level": True}, ValueError, "set only one"),
        ({"split": ""}, ValueError, "char_level=True"),
        ({"num_words": 2}, ValueError, "'num_words' parameter"),
        ({"num_words": 2.5}, ValueError, "'num_words' parameter"),
        ({"min_df": 0}, ValueError, "'min_df' parameter"),
        ({"max_df": 1.5}, ValueError, "'max_df' parameter"),
        ({"strip_accents": "latin"}, ValueError, "'strip_accents' parameter"),
        ({"oov_token": 1}, ValueError, "'oov_token' parameter"),
        ({"min_df": 3, "max_df": 2}, ValueError, "min_df=3 and max_df=2 leave none"),
        ({"min_df": 5}, ValueError, "leave none of the 12 different words of 4 texts"),
        ({"tokenizer": "z"}, ValueError, "None of the 4 texts has a word"),
    ],
)
def test_wrong_parameters_say_what_to_do_and_leave_nothing_behind(params, error, message):
    tokenizer = TextTokenizer(**params)
    with pytest.raises(error, match=message):
        tokenizer.fit(TEXTS)
    assert vars(tokenizer) == tokenizer.get_params()


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("one text", r"A single str came .*\[text\]"),
        (b"one text", "A single bytes"),
        (None, "^None came"),
        (3, "^int 3 came"),
        (["one", None], "Row 1 is None.*empty string"),
        (["one", float("nan")], "Row 1 is NaN.*empty string"),
        (["one", b"two"], "Row 1 is bytes.*decode"),
        ([1, 2], r"Row 0 is int 1.*str\(\)"),
        ([["one", "two"]], "Row 0 is list.*Join"),
        (pd.DataFrame({"text": TEXTS, "title": TEXTS}), r"table\['text'\]"),
    ],
)
def test_what_is_no_list_of_texts_is_refused(texts, message):
    fitted = TextTokenizer().fit(TEXTS)
    for call in (
        TextTokenizer().fit,
        TextTokenizer().fit_transform,
        fitted.transform,
        fitted.texts_to_matrix,
    ):
        with pytest.raises(TextInputError, match=message):
            call(texts)


@pytest.mark.parametrize(
    ("texts", "message"), [([], "No texts came"), (["", " ."], "None of the 2 texts has a word")]
)
def test_nothing_to_learn_is_refused(texts, message):
    with pytest.raises(ValueError, match=message):
        TextTokenizer().fit(texts)


def test_a_failed_fit_leaves_the_last_one_in_place():
    tokenizer = TextTokenizer().fit(TEXTS)
    before = tokenizer.transform(NEW_TEXTS)
    with pytest.raises(ValueError, match="None of"):
        tokenizer.fit([""])
    np.testing.assert_array_equal(tokenizer.transform(NEW_TEXTS).ids, before.ids)


def test_no_texts_transform_to_no_rows():
    X = TextTokenizer().fit(TEXTS).transform([])
    assert len(X) == 0
    assert X.shape == (0, 0)


@pytest.mark.parametrize("method", ["transform", "sequences_to_texts", "texts_to_matrix"])
def test_unfitted(method):
    with pytest.raises(NotFittedError):
        getattr(TextTokenizer(), method)(TEXTS)


# Ids to texts.


def test_ids_of_every_kind_become_texts():
    tokenizer = TextTokenizer().fit(TEXTS)
    X = tokenizer.transform(["the cat flew", "", "sat"])
    texts = ["the cat [UNK]", "[UNK]", "sat"]
    assert tokenizer.sequences_to_texts(X) == texts
    assert tokenizer.inverse_transform(X) == texts
    for padding in ("pre", "post"):
        array = np.asarray(X.pad(7, padding=padding))
        assert tokenizer.inverse_transform(array) == texts
        assert tokenizer.inverse_transform(array.tolist()) == texts
    assert tokenizer.inverse_transform(X.pad(2, truncating="post"))[0] == "the cat"
    assert tokenizer.inverse_transform([]) == []


def test_ids_beyond_the_vocabulary_are_refused():
    tokenizer = TextTokenizer(num_words=5).fit(TEXTS)
    with pytest.raises(ValueError, match="Row 2 holds the id 5, but the vocabulary's ids end at 4"):
        tokenizer.inverse_transform([[2], [], [3, 5]])


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
@settings(max_examples=50, deadline=None)
def test_characters_there_and_back(text):
    tokenizer = TextTokenizer(char_level=True, lower=False).fit([text])
    assert tokenizer.inverse_transform(tokenizer.transform([text])) == [text]


# As a scikit-learn estimator.


def test_rows_of_every_kind_of_list():
    expected = TextTokenizer().fit_transform(TEXTS)
    for texts in (tuple(TEXTS), np.array(TEXTS), pd.Series(TEXTS, index=[5, 6, 7, 8]), iter(TEXTS)):
        X = TextTokenizer().fit_transform(texts)
        np.testing.assert_array_equal(X.ids, expected.ids)
        np.testing.assert_array_equal(X.offsets, expected.offsets)


def test_clone_pickle_and_parameters():
    tokenizer = TextTokenizer(num_words=7, strip_accents="ascii", max_df=0.9)
    params = tokenizer.get_params()
    tokenizer.fit(TEXTS)
    assert tokenizer.get_params() == params
    assert not hasattr(clone(tokenizer), "vocabulary_")
    again = pickle.loads(pickle.dumps(tokenizer))
    X, Y = tokenizer.transform(NEW_TEXTS), again.transform(NEW_TEXTS)
    np.testing.assert_array_equal(X.ids, Y.ids)
    assert X.vocabulary == Y.vocabulary
    assert again.word_index_ == tokenizer.word_index_


def test_tags():
    tags = get_tags(TextTokenizer())
    assert tags.input_tags.string
    assert not tags.input_tags.two_d_array
    assert tags.requires_fit
    assert not tags.target_tags.required


def test_in_a_pipeline():
    pipe = make_pipeline(TextTokenizer(), SequencePadder(maxlen=3, padding="post")).fit(TEXTS)
    X = pipe.transform(["the cat", "the dog sat too"])
    assert isinstance(X, TokenSequences)
    assert X.vocabulary is pipe[0].vocabulary_
    assert np.asarray(X).shape == (2, 3)
    assert (np.asarray(X)[0, :2] > 1).all()
    assert np.asarray(X)[0, 2] == 0


@pytest.mark.parametrize("n_jobs", [2, 3, -1])
@pytest.mark.parametrize(
    "params",
    [{}, {"num_words": 7, "oov_token": None}, {"tokenizer": lambda text: text.split("a")}],
    ids=["all", "some words", "tokenizer"],
)
def test_processes_find_what_one_finds(n_jobs, params, monkeypatch):
    monkeypatch.setattr(_counting, "_LEAST", 1)
    one, many = TextTokenizer(**params), TextTokenizer(n_jobs=n_jobs, **params)
    pairs = [
        (one.fit_transform(TEXTS), many.fit_transform(TEXTS)),
        (one.transform(NEW_TEXTS), many.transform(NEW_TEXTS)),
        (one.transform(["cat"]), many.transform(["cat"])),
        (one.transform([]), many.transform([])),
    ]
    for X, Y in pairs:
        np.testing.assert_array_equal(X.ids, Y.ids)
        np.testing.assert_array_equal(X.lengths, Y.lengths)
    assert list(one.word_counts_.items()) == list(many.word_counts_.items())
    assert (one.word_index_, one.word_docs_) == (many.word_index_, many.word_docs_)


@pytest.mark.parametrize(("n_texts", "expected"), [(0, 1), (1, 1), (1999, 1), (2000, 2), (9000, 3)])
def test_few_texts_start_no_processes(n_texts, expected):
    assert _counting.n_processes(["a text"] * n_texts, 3) == expected


def test_errors_come_back_from_processes(monkeypatch):
    monkeypatch.setattr(_counting, "_LEAST", 1)
    tokenizer = TextTokenizer(n_jobs=2, tokenizer=lambda text: text.split() if text in TEXTS else 7)
    with pytest.raises(TextInputError, match=r"returned int for the text .*list of words was"):
        tokenizer.fit(TEXTS).transform(["new", "others"])
