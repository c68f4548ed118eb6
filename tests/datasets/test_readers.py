"""Reading files: what is read, and one clear message for everything that cannot be."""

import csv
import gzip
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sk_textnn.datasets import check_labels, load_csv, load_texts
from sk_textnn.exceptions import DataFileError

GOOD = "text,label\nit barks,dog\nit purrs,cat\na bark,dog\na purr,cat\n"


@pytest.fixture
def write(tmp_path):
    def write(content, name="data.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return path

    return write


def message_of(path, **parameters):
    with pytest.raises(DataFileError) as caught:
        load_csv(path, **parameters)
    message = str(caught.value)
    assert "\n" not in message
    assert str(path) in message or "encoding" in message
    return message


# What is read.

RECORDS = [
    {"text": "it barks", "label": "dog"},
    {"text": 'a "purr", or\ntwo', "label": "cat"},
    {"text": "NA", "label": "dog"},
    {"text": " wörds\u2028 ", "label": "cat"},
]


def as_csv(delimiter):
    return pd.DataFrame(RECORDS).to_csv(index=False, sep=delimiter)


JSON_LINES = "\n".join(json.dumps(record, ensure_ascii=False) for record in RECORDS) + "\n\n"


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", as_csv(",")),
        ("a.csv", "\ufeff" + as_csv(",")),
        ("a.csv", as_csv(";")),
        ("a.csv", as_csv("\t")),
        ("a.tsv", as_csv("\t")),
        ("a", as_csv(",")),
        ("a.jsonl", JSON_LINES),
        ("a.ndjson", JSON_LINES),
        ("a.json", JSON_LINES),
        ("a.txt", JSON_LINES),
        ("a", "\ufeff" + JSON_LINES),
    ],
)
def test_every_format_gives_the_same(write, name, content, packed):
    raw = content.encode()
    path = write(gzip.compress(raw) if packed else raw, name + ".gz" * packed)
    data = load_csv(path)
    assert data.texts == [record["text"] for record in RECORDS]
    assert data.labels.tolist() == [record["label"] for record in RECORDS]
    assert data.labels.dtype.kind == "U"
    assert load_texts(path) == data.texts


def test_gzip_is_told_by_content_not_by_name(write):
    assert load_csv(write(gzip.compress(GOOD.encode()), "data.csv")).labels[0] == "dog"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(write, end):
    path = write(GOOD.replace("\n", end))
    assert load_csv(path).texts == ["it barks", "it purrs", "a bark", "a purr"]


def test_other_columns_names_and_order(write):
    path = write("id,Emotion,said\n1,joy,a\n2,fear,b\n\n3,joy,c\n4,fear,d\n")
    texts, labels = load_csv(path, text="said", label="Emotion", return_X_y=True)
    assert texts == ["a", "b", "c", "d"]
    assert labels.tolist() == ["joy", "fear", "joy", "fear"]


def test_encoding(write):
    path = write(GOOD.replace("barks", "bellt für"), encoding="latin-1")
    assert load_csv(path, encoding="latin-1").texts[0] == "it bellt für"
    path = write(GOOD, encoding="utf-16")
    assert load_csv(path, encoding="utf-16").texts[0] == "it barks"


def test_a_text_longer_than_the_csv_modules_limit(write):
    limit = csv.field_size_limit()
    path = write(GOOD + "word " * 100_000 + ",dog\n")
    assert len(load_csv(path).texts[-1]) == 500_000
    assert csv.field_size_limit() == limit


def test_json_labels_may_be_numbers(write):
    lines = [json.dumps({"text": "a", "label": label, "more": [1]}) for label in (0, 1, 0, 1)]
    assert load_csv(write("\n".join(lines), "a.jsonl")).labels.tolist() == ["0", "1", "0", "1"]


@pytest.mark.parametrize("name", ["isear", "trec6", "20ng"])
def test_reads_what_pandas_reads(name):
    folder = os.environ.get("SK_TEXTNN_DATA")
    if folder is None:
        pytest.skip("SK_TEXTNN_DATA, the folder of real corpora, is not set")
    path = Path(folder, f"{name}.csv.gz")
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    kept = table[table.text.str.strip() != ""]
    if len(kept) < len(table):
        pytest.skip(f"{name} has empty texts")
    data = load_csv(path)
    assert data.texts == table.text.tolist()
    np.testing.assert_array_equal(data.labels, table.label.to_numpy(dtype=str))


# What cannot be read.


def test_no_such_file_and_directory(tmp_path):
    assert "There is no file" in message_of(tmp_path / "none.csv")
    assert "is a directory" in message_of(tmp_path)


def test_missing_column_lists_what_is_there(write):
    message = message_of(write(GOOD), text="Texts")
    assert "no column 'Texts'" in message
    assert "'text', 'label'" in message
    assert "Did you mean 'text'?" in message
    assert "Did you mean" not in message_of(write(GOOD), label="industry")
    assert "Did you mean 'label'?" in message_of(write(GOOD), label="LABEL")


def test_one_column_for_both(write):
    assert "two different columns" in message_of(write(GOOD), label="text")


def test_duplicate_column_names(write):
    path = write("text,label,text\na,dog,b\n")
    assert "2 columns with the name 'text'" in message_of(path)
    path = write('{"text": "a", "label": "b", "text": "c"}\n', "a.jsonl")
    assert "line 1 has the key 'text' 2 times" in message_of(path)


@pytest.mark.parametrize("content", [b"", b" \n\n", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0)])
def test_empty_file(write, content):
    assert "is empty" in message_of(write(content))


def test_header_only(write):
    assert "a header and no rows" in message_of(write("text,label\n\n"))


def test_wrong_encoding_names_line_byte_and_remedy(write):
    path = write(GOOD.replace("it purrs", "il café"), encoding="latin-1")
    message = message_of(path)
    position = path.read_bytes().index(b"\xe9")
    assert f"line 3, byte {position} (0xe9)" in message
    assert 'encoding="cp1252"' in message
    assert 'encoding="utf-16"' in message_of(write(GOOD, encoding="utf-16"))
    assert 'encoding="utf-16"' in message_of(write(GOOD, encoding="utf-16-le"))
    assert 'encoding="utf-8"' in message_of(write("text,label\nä,b\n"), encoding="ascii")
    assert "no encoding 'utf-9'" in message_of(write(GOOD), encoding="utf-9")


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("a, b,dog", "line 5 has 3 fields, but the header has 2"),
        ("a", "line 5 has 1 field, but the header has 2"),
        ('"a" b,dog', "line 5: text follows a closing quote"),
        ('"a,dog', "line 5: a quote is opened and never closed"),
    ],
)
def test_malformed_rows_are_named_by_the_line_they_begin_on(write, row, fault):
    path = write(f'text,label\n"two\nlines",dog\n\n{row}\nx,cat\ny,cat\n')
    assert fault in message_of(path)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('{"text": "a", "label": ', "line 3 is no JSON"),
        ("[1, 2]", "line 3 holds a list"),
        ('"a"', "line 3 holds the text 'a'"),
        ('{"text": "a"}', "line 3 has no key 'label'; its keys are 'text'"),
        ('{"text": 7, "label": "dog"}', "line 3 holds the number 7 as 'text'"),
        ('{"text": "a", "label": ["dog"]}', "line 3 holds a list as 'label'"),
        ('{"text": "a", "label": {"dog": 1}}', "line 3 holds an object as 'label'"),
        ('{"text": null, "label": "dog"}', "the first in line 3"),
        (r'{"text": "\ud83d", "label": "dog"}', "line 3 holds half of a surrogate pair"),
    ],
)
def test_malformed_json_lines(write, line, fault):
    good = '{"text": "a", "label": "dog"}'
    path = write(f"{good}\n\n{line}\n{good}\n", "a.jsonl")
    assert fault in message_of(path)


def test_no_json_lines(write):
    assert "has no rows" in message_of(write("\u2003\n", "a.jsonl"))


def test_a_json_array_is_told_apart(write):
    assert "one JSON array" in message_of(write(json.dumps(RECORDS), "a.json"))


def test_truncated_gzip(write):
    packed = gzip.compress(GOOD.encode() * 100)
    assert "cut off or damaged" in message_of(write(packed[:-12], "a.csv.gz"))
    assert "cut off or damaged" in message_of(write(packed[:30], "a.csv.gz"))
    damaged = packed[:40] + b"\xff\xff\xff" + packed[43:]
    assert "cut off or damaged" in message_of(write(damaged, "a.csv.gz"))


def test_other_formats_are_named(write):
    assert "Excel" in message_of(write(b"PK\x03\x04rest", "a.xlsx"))
    assert "Parquet" in message_of(write(b"PAR1rest", "a.parquet"))


def test_empty_cells_are_counted_and_located(write):
    path = write('text,label\n"a\nb",dog\n ,cat\n"",dog\nx,cat\n')
    assert "2 of 4 texts in the column 'text' are empty, the first in line 4" in message_of(path)
    path = write("text,label\na,dog\nb,\nc,dog\n")
    assert "1 of 3 labels in the column 'label' is empty, the first in line 3" in message_of(path)


def test_labels_that_cannot_be_learned(write):
    assert "1 row with the label 'bird'" in message_of(write(GOOD + "it sings,bird\n"))
    assert "only the label 'dog'" in message_of(write("text,label\na,dog\nb,dog\n"))


def test_texts_alone_need_no_labels(write):
    assert load_texts(write("text\na\n\nb\n")) == ["a", "b"]
    with pytest.raises(DataFileError, match="no column 'text'"):
        load_texts(write("words\na\n"))


def test_check_labels():
    check_labels(["a", "b"] * 3, min_count=3)
    check_labels(np.array(["a", "b"]), min_count=1)
    with pytest.raises(DataFileError, match=r"2 rows with the label 'b' \(and 1 more such label"):
        check_labels(["a"] * 5 + ["b"] * 2 + ["c"] * 3, min_count=4)
    with pytest.raises(DataFileError, match="use fewer folds"):
        check_labels(["a"] * 5 + ["b"] * 2, min_count=3)
    with pytest.raises(DataFileError, match="no labels"):
        check_labels([])


@pytest.mark.parametrize(
    ("cell", "phrase"), [("[" * 100_000, "nested"), ("1" * 5000, "too many digits")]
)
def test_json_that_python_cannot_hold(write, cell, phrase):
    line = f'{{"text": "a", "label": {cell}}}\n'
    assert phrase in message_of(write('{"text": "a", "label": "b"}\n' + line, "a.jsonl"))


def test_spaces_around_labels_make_no_classes(write):
    data = load_csv(write("text,label\n a ,dog\nb, dog\nc,cat \nd,\tcat\n"))
    assert data.labels.tolist() == ["dog", "dog", "cat", "cat"]
    assert data.texts[0] == " a "
