"""What the report says about data and mistakes."""

import numpy as np

from sk_textnn import TextTokenizer, Word2VecEmbedder
from sk_textnn.cli._facts import confusion, summarize, vector_facts
from sk_textnn.cli._words import count, describe, number, p_value, seconds, shorten


def test_summary_counts_duplicates_and_contradictions():
    texts = ["a b c", "A  b c", "d", "e f", "d"]
    labels = np.array(["x", "y", "x", "x", "x"])
    facts = summarize(texts, labels)
    assert facts.classes == [("x", 4), ("y", 1)]
    assert facts.lengths == (2, 3, 3)
    assert (facts.n_duplicates, facts.n_contradictions) == (2, 1)


def test_confusion_has_labels_as_rows_and_examples_of_the_most_frequent():
    texts = [f"text {row}" for row in range(6)]
    labels = np.array(["a", "a", "a", "b", "b", "c"])
    predicted = np.array(["a", "b", "b", "b", "a", "c"])
    found = confusion(texts, labels, predicted)
    assert found.matrix.tolist() == [[1, 2, 0], [1, 1, 0], [0, 0, 1]]
    assert found.pairs == [("a", "b", 2, ["text 1", "text 2"]), ("b", "a", 1, ["text 4"])]
    name, precision, recall, _, rows = found.per_class[0]
    assert (name, precision, round(recall, 3), rows) == ("a", 0.5, 0.333, 3)


def test_the_real_embedder_tells_what_its_vectors_lack(tmp_path):
    path = tmp_path / "vectors.txt"
    lines = (f"{word} 0.{i} 0.5" for i, word in enumerate(("a", "dog", "barks", "cat", "sleeps")))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sequences = TextTokenizer().fit_transform(["a dog moos", "a cat moos", "one dog barks"])
    facts = dict(vector_facts(Word2VecEmbedder(vectors=path, random_state=0).fit(sequences)))
    assert facts["word vectors"] == f"from {path}, 2 numbers a word"
    assert facts["vocabulary that they cover"] == "66.7%"
    assert facts["words of the texts that they cover"] == "66.7%"
    assert facts["most frequent words they lack"] == "moos, one"


def test_words():
    assert describe({}) == "its default parameters"
    assert describe({"pad__maxlen": "p95", "clf__kernel_sizes": (2, 3), "clf__dropout": 0.25}) == (
        "kernel sizes (2, 3), dropout 0.25, texts cut at the 95th percentile of their lengths"
    )
    assert describe({"embed__vector_size": 50, "clf__bidirectional": True}) == (
        "bidirectional yes, vector size 50"
    )
    assert (number(float("nan")), number(0.12345)) == ("n/a", "0.123")
    assert (p_value(0.0), p_value(0.04), p_value(None)) == ("< 0.001", "0.040", "n/a")
    assert (p_value(0.04996), p_value(0.0504)) == ("0.04996", "0.0504")
    assert (seconds(5.04), seconds(119.9)) == ("5.0 s", "2 min 00 s")
    assert shorten("one  two\nthree", 8) == "one two…"
    assert (count(1, "text"), count(2000, "entry")) == ("1 text", "2,000 entries")
