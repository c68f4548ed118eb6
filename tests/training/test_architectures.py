import pytest

from sk_textnn.networks import (
    InputSpec,
    averaging_features,
    build_network,
    cnn_features,
    recurrent_features,
)
from sk_textnn.training import architecture, frozen, with_words
from sk_textnn.training._architectures import word_tables

PARAMS = {
    "spec": InputSpec(8, n_ids=10),
    "body": cnn_features,
    "body_params": {"filters": 4, "kernel_sizes": (1, 2)},
    "n_classes": 3,
    "seed": 0,
}


def test_seeds_make_no_difference():
    key = architecture(build_network, PARAMS)
    assert key == architecture(build_network, {**PARAMS, "seed": 1})
    assert hash(key) == hash(architecture(build_network, dict(reversed(PARAMS.items()))))


@pytest.mark.parametrize(
    "change",
    [
        {"spec": InputSpec(8, n_ids=11)},
        {"spec": InputSpec(8, n_ids=10, masked=False)},
        {"body": recurrent_features},
        {"body_params": {"filters": 5, "kernel_sizes": (1, 2)}},
        {"n_classes": 4},
        {"dropout": 0.1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_all_else_does(change):
    assert architecture(build_network, PARAMS) != architecture(build_network, PARAMS | change)


def test_words_are_counted_in_the_spec_alone():
    assert with_words(PARAMS) == {**PARAMS, "spec": InputSpec(8, n_ids=2)}
    assert with_words(PARAMS, 12)["spec"] == InputSpec(8, n_ids=12)
    assert PARAMS["spec"] == InputSpec(8, n_ids=10)


def test_a_network_of_vectors_has_no_words():
    params = {**PARAMS, "spec": InputSpec(8)}
    assert with_words(params, 12) == params


def test_what_is_frozen_can_be_looked_up():
    value = {"b": [1, (2, {"c": [3]})], "a": "x"}
    same = {"a": "x", "b": (1, [2, {"c": (3,)}])}
    assert frozen(value) == frozen(same)
    assert hash(frozen(value)) == hash(frozen(same))


@pytest.mark.parametrize("other", [1.0, True, [1], "1"])
def test_a_frozen_number_is_of_its_type(other):
    assert frozen({"k": 1}) != frozen({"k": other})


def test_tables_of_n_grams_are_not_of_words():
    params = {"body": averaging_features, "body_params": {"n_buckets": 16}}
    model = build_network(**{**PARAMS, **params})
    assert [tuple(table.shape) for table in word_tables(model)] == [(10, 8)]


def test_both_channels_have_a_table():
    assert len(word_tables(build_network(**PARAMS, channels=2))) == 2
