"""Search with hyperopt: its `fmin` draws from the same space as scikit-learn and Optuna.

A list of values becomes hyperopt's `choice`, a distribution of scipy its counterpart, and a list of
dicts a `choice` of dicts: then hyperopt knows which parameters belong together. It takes half a
minute, on 60 texts that are made here:

    pip install hyperopt
    python examples/hyperopt_search.py
"""

from math import log
from typing import Any

import numpy as np
from hyperopt import fmin, hp, space_eval, tpe
from sklearn.base import clone
from sklearn.model_selection import cross_val_score

from sk_textnn import datasets, make_text_classifier, search_space


def main() -> None:
    texts, labels = datasets.make_text_classification(
        60, n_classes=2, random_state=0, return_X_y=True
    )
    pipeline = make_text_classifier("cnn", random_state=0)
    pipeline.set_params(clf__epochs=3, clf__early_stopping=False)
    space = translate(search_space("cnn", "small"))

    def loss(params: dict[str, Any]) -> float:
        candidate = clone(pipeline).set_params(**params)
        accuracy = cross_val_score(candidate, texts, labels, cv=2, error_score="raise").mean()
        print(f"accuracy {accuracy:.3f} with {params}", flush=True)
        return 1 - accuracy

    best = fmin(
        loss,
        space,
        algo=tpe.suggest,
        max_evals=3,
        rstate=np.random.default_rng(0),
        show_progressbar=False,
    )
    print(f"The best: {space_eval(space, best)}")


def translate(space: list[dict[str, Any]]) -> Any:
    """Return a search space in hyperopt's terms."""
    branches = [
        {name: draw(f"{number}/{name}", values) for name, values in branch.items()}
        for number, branch in enumerate(space)
    ]
    return hp.choice("branch", branches)


def draw(label: str, values: Any) -> Any:
    """Return one parameter in hyperopt's terms."""
    if isinstance(values, list):
        return hp.choice(label, values)
    low, high = values.support()
    if values.dist.name == "randint":
        return hp.uniformint(label, low, high)
    if values.dist.name == "loguniform":
        return hp.loguniform(label, log(low), log(high))
    return hp.uniform(label, low, high)  # search_space has no other distributions


if __name__ == "__main__":
    main()
