"""Rows of ids as flat arrays: what is left out, filled in and counted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sk_textnn.text import _counting
from sk_textnn.text._counting import count_words, fill_empty, keep_ids, offsets_of

ROWS = st.lists(st.lists(st.integers(0, 6), max_size=5), min_size=1, max_size=6)


def flat(rows):
    ids = np.array([token for row in rows for token in row], dtype=np.int32)
    return ids, offsets_of(np.array([len(row) for row in rows]))


def rows_of(ids, offsets):
    return [part.tolist() for part in np.split(ids, offsets[1:-1])]


@given(ROWS)
def test_keep_and_fill(rows):
    ids, offsets = flat(rows)
    assert offsets.dtype == np.int64
    assert rows_of(ids, offsets) == rows
    kept = keep_ids(ids, offsets, ids > 1)
    expected = [[token for token in row if token > 1] for row in rows]
    assert rows_of(*kept) == expected
    assert rows_of(*fill_empty(*kept)) == [row or [1] for row in expected]


@pytest.mark.parametrize("at_once", [1, 3, 4_000_000])
@given(rows=ROWS)
def test_count_words(at_once, rows):
    ids, offsets = flat(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_counting, "_COUNTED_AT_ONCE", at_once)
        counts, docs = count_words(ids, offsets, n_words=8)
    assert counts.tolist() == [sum(row.count(token) for row in rows) for token in range(8)]
    assert docs.tolist() == [sum(token in row for row in rows) for token in range(8)]
