"""What counts as texts, and how a mistake is told."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse

from sk_textnn._validation import check_texts, kind_of
from sk_textnn.exceptions import TextInputError

TEXTS = ["one", "two", ""]


@pytest.mark.parametrize(
    "texts",
    [
        TEXTS,
        tuple(TEXTS),
        np.array(TEXTS),
        np.array(TEXTS, dtype=object),
        pd.Series(TEXTS),
        pd.Series(TEXTS, dtype="string"),
        pd.Series(TEXTS, index=[7, 8, 9]),
        iter(TEXTS),
        (text for text in TEXTS),
        [np.str_(text) for text in TEXTS],
        np.array(TEXTS)[:, None],
        pd.DataFrame({"text": TEXTS}, index=[7, 8, 9]),
        pl.DataFrame({"text": TEXTS}),
    ],
    ids=lambda texts: type(texts).__name__,
)
def test_rows_of_strings_become_a_list_of_plain_strings(texts):
    rows = check_texts(texts)
    assert rows == TEXTS
    assert {type(row) for row in rows} == {str}


def test_no_rows_are_no_mistake_here():
    assert check_texts([]) == []


def test_the_list_passed_is_not_changed():
    texts = [np.str_("one")]
    check_texts(texts)
    assert type(texts[0]) is np.str_


@pytest.mark.parametrize("text", ["a single text", b"bytes"])
def test_a_single_text_is_refused_with_the_way_out(text):
    with pytest.raises(TextInputError, match=rf"A single {type(text).__name__} .*\[text\]"):
        check_texts(text)


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (None, "None"),
        (3, "int 3"),
        (2.5, "float 2.5"),
        (float("nan"), "NaN"),
        ({"text": ["a"]}, "dict"),
        ({"a", "b"}, "set"),
    ],
)
def test_what_is_no_list_is_named(texts, kind):
    with pytest.raises(TextInputError, match=f"^{kind}.* came where texts were expected"):
        check_texts(texts)


@pytest.mark.parametrize(
    "texts",
    [
        pd.DataFrame({"text": TEXTS, "title": TEXTS}),
        pl.DataFrame({"text": TEXTS, "title": TEXTS}),
        np.array([TEXTS, TEXTS]),
        np.array([[TEXTS]]),
        np.array("text"),
        sparse.csr_array(np.ones((3, 1))),
    ],
    ids=["pandas", "polars", "2-D", "3-D", "0-D", "sparse"],
)
def test_a_table_is_refused_with_the_way_out(texts):
    with pytest.raises(TextInputError, match=r"of shape .*choose the column: table\['text'\]"):
        check_texts(texts)


@pytest.mark.parametrize(
    ("row", "kind", "advice"),
    [
        (None, "None", "empty string"),
        (float("nan"), "NaN", "empty string"),
        (np.float64("nan"), "NaN", "empty string"),
        (pd.NA, "NAType", "empty string"),
        (b"text", "bytes", "decode"),
        (7, "int 7", r"str\(\)"),
        (np.int64(7), "int64 7", r"str\(\)"),
        (1.5, r"float 1\.5", r"str\(\)"),
        (True, "bool True", r"str\(\)"),
        (["two", "words"], "list", "Join its words"),
    ],
)
def test_the_first_row_that_is_no_string_is_named_with_advice(row, kind, advice):
    with pytest.raises(TextInputError, match=f"^Row 2 is {kind}.*not a string.*{advice}"):
        check_texts(["one", "two", row, "four", row])


@pytest.mark.parametrize("to_container", [pd.Series, pd.Series.to_frame], ids=["series", "frame"])
def test_missing_values_are_found_by_position(to_container):
    with pytest.raises(TextInputError, match="Row 1 is "):
        check_texts(to_container(pd.Series(["a", None, "b"], index=[10, 20, 30])))


def test_input_errors_are_value_errors():
    assert issubclass(TextInputError, ValueError)


def test_kind_of_other_things_is_their_type():
    assert kind_of(object()) == "object"
    assert kind_of(bytearray(b"a")) == "bytes"
