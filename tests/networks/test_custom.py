"""Networks that others build: what they are given, and what is said of those that do not fit."""

from functools import partial

import numpy as np
import pytest

from sk_textnn._optional import import_heavy
from sk_textnn.networks import InputSpec, build_custom

keras = import_heavy("keras")
layers = keras.layers
IDS, PADDED_IDS, VECTORS = InputSpec(4, 9), InputSpec(4, 9, masked=False), InputSpec(4)
KNOWN = {"n_classes": 3, "multilabel": False, "seed": 5, "dtype": "float32"}


def _network(*middle, shape=(None,), dtype="int32", n_classes=3, end="softmax"):
    """Mean of the real steps; of ids, of their vectors."""
    steps = [layers.Embedding(9, 4, mask_zero=True) if len(shape) == 1 else layers.Masking()]
    return keras.Sequential(
        [
            keras.Input(shape, dtype=dtype),
            *steps,
            *(middle or [layers.GlobalAveragePooling1D()]),
            layers.Dense(n_classes, activation=end),
        ]
    )


def _build(build_fn, spec=IDS, build_params=None, **known):
    return build_custom(
        spec, build_fn=build_fn, build_params=build_params or {}, **{**KNOWN, **known}
    )


def test_a_function_is_given_the_parameters_that_it_has():
    given = []

    def record(spec, **kwargs):
        given.append((spec, kwargs))
        return _network()

    for build_fn, names in [
        (lambda spec: record(spec), []),
        (lambda spec, n_classes: record(spec, n_classes=n_classes), ["n_classes"]),
        (lambda spec, *, seed, dtype: record(spec, seed=seed, dtype=dtype), ["seed", "dtype"]),
        (lambda spec, *, multilabel=1: record(spec, multilabel=multilabel), ["multilabel"]),
        (record, KNOWN),
        (partial(record, seed=1), KNOWN),
    ]:
        assert isinstance(_build(build_fn), keras.Model)
        assert given.pop() == (IDS, {name: KNOWN[name] for name in names})


def test_build_params_are_passed_and_come_first():
    given = {}

    def build(spec, *, seed, units):
        given.update(seed=seed, units=units)
        return _network()

    _build(build, build_params={"units": 7, "seed": 1})
    assert given == {"seed": 1, "units": 7}
    message = r"build\(spec, \*, seed, units\) cannot be called with .*'depth'.*Define it as"
    with pytest.raises(TypeError, match=message):
        _build(build, build_params={"units": 7, "depth": 2})


def test_a_function_takes_the_spec_first():
    with pytest.raises(TypeError, match=r"multiple values for argument 'n_classes'. Define it as"):
        _build(lambda n_classes: _network())


def test_a_network_is_no_function_that_builds_one():
    with pytest.raises(TypeError, match=r"build_fn is a keras.Model; .*Pass the function"):
        _build(_network())


RIGHT = {
    "ids": (_network, IDS),
    "ids as floats": (lambda: _network(dtype="float32"), IDS),
    "vectors": (lambda: _network(shape=(None, 4), dtype="float32"), VECTORS),
    "steps of one size": (lambda: _network(layers.Flatten(), shape=(7,)), PADDED_IDS),
    "windows of five words": (
        lambda: _network(layers.Conv1D(3, 5), layers.GlobalMaxPooling1D()),
        PADDED_IDS,
    ),
    "labels": (lambda: _network(end="sigmoid"), IDS),
}


@pytest.mark.parametrize(("build", "spec"), RIGHT.values(), ids=RIGHT)
def test_networks_that_fit_are_returned_as_they_are(build, spec):
    model = build()
    weights = model.get_weights()
    assert _build(lambda spec: model, spec) is model
    for weight, before in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(weight, before)


class _Subclass(keras.Model):
    def __init__(self):
        super().__init__()
        self.inner = _network()

    def call(self, ids):
        return self.inner(ids)


def _called_subclass():
    model = _Subclass()
    model(np.array([[2, 3]]))
    return model


def _two_inputs():
    inputs = [keras.Input((None,), dtype="int32") for _ in range(2)]
    table = layers.Embedding(9, 4)
    x = layers.Concatenate(axis=1)([table(each) for each in inputs])
    return keras.Model(inputs, layers.Dense(3, "softmax")(layers.GlobalMaxPooling1D()(x)))


def _several_outputs(arranged):
    inputs = keras.Input((None,), dtype="int32")
    return keras.Model(inputs, arranged(_network()(inputs)))


BEGIN = (
    r"; expected was one, of shape \(None,\)\. Begin it with "
    r"keras.Input\(\(None,\), dtype='int32'\)"
)
NO_INPUT = "has no input whose shape it knows" + BEGIN
WRONG_INPUTS = {
    "not built": (lambda: keras.Sequential([layers.Embedding(9, 4)]), IDS, NO_INPUT),
    "a subclass": (_called_subclass, IDS, NO_INPUT),
    "two inputs": (_two_inputs, IDS, "has 2 inputs" + BEGIN),
    "vectors for ids": (
        lambda: _network(shape=(None, 4), dtype="float32"),
        IDS,
        r"reads inputs of shape \(None, 4\); expected was \(None,\).*keras.Input\(\(None,\)",
    ),
    "ids for vectors": (
        _network,
        VECTORS,
        r"reads inputs of shape \(None,\); expected was \(None, 4\).*keras.Input\(\(None, 4\)",
    ),
    "another size": (
        lambda: _network(shape=(None, 5), dtype="float32"),
        VECTORS,
        r"reads inputs of shape \(None, 5\); expected was \(None, 4\).*keras.Input\(\(None, 4\)",
    ),
    "one width": (
        lambda: _network(shape=(7,)),
        IDS,
        r"reads exactly 7 steps, but a batch is as wide as its longest text\. Begin it with "
        r"keras.Input\(\(None,\).*or set masked=False and pad all texts to 7",
    ),
    "one batch size": (
        lambda: keras.Sequential([keras.Input((None,), batch_size=8), layers.Embedding(9, 4)]),
        IDS,
        r"reads exactly 8 texts at once; expected was any number.*without a batch size",
    ),
}
WRONG_OUTPUTS = {
    "two classes": (
        lambda: _network(n_classes=2),
        IDS,
        r"gives outputs of shape \(None, 2\); expected was \(None, 3\), one probability a class\. "
        r'End it with Dense\(3, activation="softmax"\)',
    ),
    "an output a word": (
        lambda: _network(layers.Dropout(0.5)),
        IDS,
        r"gives outputs of shape \(None, 64, 3\); expected",
    ),
    "two outputs": (
        lambda: _several_outputs(lambda output: [output, output]),
        IDS,
        "gives outputs list; expected",
    ),
    "an output with a name": (
        lambda: _several_outputs(lambda output: {"classes": output}),
        IDS,
        "gives outputs dict; expected",
    ),
    "no numbers": (
        lambda: _network(layers.GlobalMaxPooling1D(), layers.Rescaling(np.nan)),
        IDS,
        r'gives numbers from nan to nan; expected were probabilities.*activation="softmax"',
    ),
    "a table too small": (
        lambda: keras.Sequential([keras.Input((None,), dtype="int32"), layers.Embedding(5, 4)]),
        IDS,
        r"fails on a batch of shape \(16, 64\): .*table must have 9 rows",
    ),
    "padding that is read": (
        lambda: _network(layers.Conv1D(3, 2), layers.GlobalAveragePooling1D()),
        IDS,
        "answers otherwise if a text is padded by 8 steps more, by .* or set masked=False",
    ),
}


@pytest.mark.parametrize(
    ("build", "spec", "message"),
    [*WRONG_INPUTS.values(), *WRONG_OUTPUTS.values()],
    ids=[*WRONG_INPUTS, *WRONG_OUTPUTS],
)
def test_networks_that_do_not_fit(build, spec, message):
    def my_network(spec):
        return build()

    with pytest.raises(ValueError, match=f"(?s)The network of my_network {message}"):
        _build(my_network, spec)


@pytest.mark.parametrize("came", [None, keras.Sequential, [_network]])
def test_what_is_no_network(came):
    def my_network(spec):
        return came

    message = r"my_network.* returned .*; expected was a keras.Model\. Return one\."
    with pytest.raises(TypeError, match=message):
        _build(my_network)
    with pytest.raises(TypeError, match=message):
        _build(partial(my_network))


@pytest.mark.parametrize("spec", [IDS, VECTORS])
@pytest.mark.parametrize("multilabel", [False, True])
def test_logits_are_no_probabilities(spec, multilabel):
    """Also if they begin small: many an untrained network has some between 0 and 1."""
    shape, dtype = ((None, 4), "float32") if spec is VECTORS else ((None,), "int32")
    for seed in range(8):
        keras.utils.set_random_seed(seed)
        network = _network(shape=shape, dtype=dtype, n_classes=2, end="linear")
        with pytest.raises(ValueError, match=r"gives numbers from .*; expected were prob"):
            _build(lambda spec, network=network: network, spec, n_classes=2, multilabel=multilabel)
