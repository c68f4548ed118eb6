"""All near duplicates are found, and nothing else: compared with every pair's true similarity."""

import os
import re
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sk_textnn.evaluation import _near_duplicates
from sk_textnn.evaluation._near_duplicates import exact_groups, find_twins, text_groups
from sk_textnn.evaluation._shingles import agreement, shingle


def shingles_of(text):
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[i : i + 3]) for i in range(max(1, len(words) - 2))} if words else set()


def jaccard(first, second):
    first, second = shingles_of(first), shingles_of(second)
    return len(first & second) / len(first | second) if first and second else 0.0


def brute_force(texts, near):
    """Groups of what is the same or similar, by comparing all with all."""
    groups = list(range(len(texts)))
    for i in range(len(texts)):
        for j in range(i):
            same = " ".join(texts[i].casefold().split()) == " ".join(texts[j].casefold().split())
            if same or jaccard(texts[i], texts[j]) >= near:
                old, new = groups[i], groups[j]
                groups = [new if group == old else group for group in groups]
    return np.unique(groups, return_inverse=True)[1]


def same_partition(first, second):
    pairs = set(zip(np.asarray(first).tolist(), np.asarray(second).tolist(), strict=True))
    return len(pairs) == len(set(first)) == len(set(second))


def changed(words, n_changes, rng):
    words = list(words)
    for _ in range(n_changes):
        words[rng.integers(len(words))] = f"new{rng.integers(50)}"
    return " ".join(words)


@pytest.fixture(scope="module")
def corpus():
    """Texts of all lengths, with copies in which none to six words were replaced."""
    rng = np.random.default_rng(0)
    texts = []
    for _ in range(60):
        words = [f"w{n}" for n in rng.zipf(1.4, size=rng.integers(1, 60)) % 300]
        texts += [changed(words, rng.integers(7), rng) for _ in range(rng.integers(1, 9))]
    return [texts[row] for row in rng.permutation(len(texts))]


@pytest.mark.parametrize("near", [0.3, 0.5, 0.8, 0.95])
def test_all_near_duplicates_are_found_and_no_others(corpus, near):
    expected = brute_force(corpus, near)
    n_groups = len(set(expected.tolist()))
    assert 60 * 0.5 < n_groups < len(corpus) - 10  # the corpus has something to find
    assert same_partition(text_groups(corpus, near), expected)


def test_thresholds_are_reached_not_passed():
    # 5 shingles of 7 words; the last word replaced: 4 in common of 6.
    texts = ["a b c d e f g", "a b c d e f x"]
    assert jaccard(*texts) == 4 / 6
    assert text_groups(texts, 4 / 6).tolist() == [0, 0]
    assert text_groups(texts, 4 / 6 + 1e-6).tolist() == [0, 1]


@pytest.mark.parametrize("near", [None, 1.0, 1])
def test_without_near_only_the_same_texts_make_a_group(near):
    texts = ["A b  c", "a b c!", " a B\nc", "a b", ""]
    assert text_groups(texts, near).tolist() == [0, 1, 0, 2, 3]
    assert text_groups(texts, 0.9).tolist() == [0, 0, 0, 1, 2]


def test_texts_without_words_are_the_same_only_if_they_look_the_same():
    assert text_groups(["", "  ", "!!", "?", "!!"], 0.5).tolist() == [0, 0, 1, 2, 1]
    assert text_groups(["?"], 0.5).tolist() == [0]
    assert text_groups([], 0.5).tolist() == []


def test_a_chain_of_near_duplicates_is_one_group():
    words = [f"w{i}" for i in range(40)]
    chain = [" ".join(words[start : start + 30]) for start in range(0, 10, 2)]
    assert jaccard(chain[0], chain[1]) > 0.8 > jaccard(chain[0], chain[-1])
    assert set(text_groups([*chain, "something else"], 0.8)) == {0, 1}


def test_scripts_without_spaces_are_compared_by_character():
    texts = ["我今天很高兴因为天气很好", "我今天很高兴因为天气很好啊", "他昨天很难过"]
    assert text_groups(texts, 0.8).tolist() == [0, 0, 1]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from("abcdX"), max_size=7).map(" ".join), max_size=12),
    st.sampled_from([0.2, 0.5, 0.75, 0.8, 1.0]),
)
def test_any_texts(texts, near):
    expected = brute_force(texts, near if near < 1 else 2)
    assert same_partition(text_groups(texts, near), expected)


def test_order_of_rows_does_not_matter(corpus):
    order = np.random.default_rng(1).permutation(len(corpus))
    moved = text_groups([corpus[row] for row in order], 0.6)
    assert same_partition(moved, text_groups(corpus, 0.6)[order])


def test_few_candidates_at_once_give_the_same(corpus, monkeypatch):
    expected = text_groups(corpus, 0.5)
    monkeypatch.setattr(_near_duplicates, "_CANDIDATES_AT_ONCE", 10)
    assert text_groups(corpus, 0.5).tolist() == expected.tolist()


def test_agreement_of_pairs_and_of_a_crowd_is_the_same(corpus):
    shingles = shingle(corpus)
    rng = np.random.default_rng(2)
    rows = np.arange(30)
    first, second = (side.ravel() for side in np.meshgrid(rows, rows))  # all against all
    expected = [
        len(shingles_of(corpus[i]) & shingles_of(corpus[j]))
        for i, j in zip(first, second, strict=True)
    ]
    assert sum(expected) > 0
    assert agreement(shingles, first, second).tolist() == expected
    some = rng.permutation(len(first))[:20]
    far = np.arange(len(corpus) - 20, len(corpus))
    assert agreement(shingles, first[some], far).tolist() == [
        len(shingles_of(corpus[i]) & shingles_of(corpus[j]))
        for i, j in zip(first[some], far, strict=True)
    ]


def test_twins_are_those_that_brute_force_finds(corpus, monkeypatch):
    monkeypatch.setattr(_near_duplicates, "_ROWS_AT_ONCE", 7)
    queries, texts = corpus[:40], corpus[40:]
    twins, similarity = find_twins(queries, texts, 0.6)
    best = np.array([max(jaccard(query, text) for text in texts) for query in queries])
    assert ((twins >= 0) == (best >= 0.6)).all()
    assert 0 < (twins >= 0).sum() < len(queries)
    for query, twin, share in zip(queries, twins, similarity, strict=True):
        if twin >= 0:
            assert share == pytest.approx(jaccard(query, texts[twin]))


@pytest.mark.parametrize(
    "numbered",
    [
        lambda words, row: " ".join(words),
        lambda words, row: " ".join([*words, str(row)]),
        lambda words, row: " ".join([*words[:100], str(row), *words[100:]]),
    ],
    ids=["the same", "a number at the end", "a number inside"],
)
def test_thousands_of_copies_take_no_longer_than_as_many_texts(numbered):
    words = [f"w{i}" for i in range(200)]
    texts = [numbered(words, row) for row in range(5000)]
    start = time.process_time()
    assert text_groups(texts, 0.8).max() == 0
    assert time.process_time() - start < 10  # about 1; all pairs would take minutes


@pytest.mark.parametrize(
    ("name", "n_same", "n_near"), [("isear", 164, 12), ("jobs_linkedin_industry", 230, 67)]
)
def test_real_texts(name, n_same, n_near):
    folder = os.environ.get("SK_TEXTNN_DATA")
    if folder is None:
        pytest.skip("SK_TEXTNN_DATA, the folder of real corpora, is not set")
    path = Path(folder, f"{name}.csv.gz")
    texts = pd.read_csv(path, dtype=str, keep_default_na=False).text.tolist()
    n_different = len(set(exact_groups(texts).tolist()))
    assert len(texts) - n_different == n_same
    assert n_different - len(set(text_groups(texts, 0.8).tolist())) == n_near
