"""Pipelines as notebooks show them."""

import re

import pytest
from sklearn.utils import estimator_html_repr

STEPS = ["TextTokenizer", "SequencePadder", "Word2VecEmbedder", "CNNClassifier"]


def sections(html):
    """What is shown of each estimator, by the name in its box."""
    names_and_rest = re.split(r"<div>(\w+)</div>", html)[1:]
    return dict(zip(names_and_rest[::2], names_and_rest[1::2], strict=True))


def parameters(section, kind):
    rows = re.findall(rf'<tr class="{kind}">(.*?)</tr>', section, flags=re.DOTALL)
    return {name for row in rows for name in re.findall(r"copyToClipboard\('(\w+)'", row)}


@pytest.mark.parametrize("state", ["network", "fitted"])
def test_every_step_is_shown_with_its_changed_parameters(request, state):
    pipeline = request.getfixturevalue(state)
    html = estimator_html_repr(pipeline)
    shown = sections(html)
    assert list(shown) == ["Pipeline", *STEPS]
    assert ("<span>Fitted</span>" in html) == (state == "fitted")
    for step in pipeline:
        params = step.get_params()
        defaults = type(step)().get_params()
        changed = {name for name in params if params[name] != defaults[name]}
        section = shown[type(step).__name__]
        assert parameters(section, "user-set") == changed
        assert parameters(section, "default") == set(params) - changed
    assert "&#x27;sgd&#x27;" in shown["CNNClassifier"]
    assert pipeline._repr_mimebundle_().keys() == {"text/plain", "text/html"}


def test_the_text_form_names_changed_parameters_only(network):
    assert repr(network["embed"]) == "Word2VecEmbedder(epochs=1, random_state=0, vector_size=8)"
    assert repr(network["pad"]) == "SequencePadder()"
