"""Whether a classifier can tell from the words which part of a split a text is in."""

from collections.abc import Iterator

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score

from ._audit_parts import Parts, percent
from ._findings import Finding

__all__ = ["parts_differ"]

_MOST_ROWS = 5000
_FEWEST_ROWS = 20
_N_FOLDS = 5
# Differences that are smaller change no decision, however sure they are.
_RELEVANT = 0.1
_DEVIATIONS = 4


def parts_differ(parts: Parts, rng: np.random.RandomState) -> Iterator[Finding]:
    """Find a difference of the texts by "adversarial validation": what a classifier makes of it."""
    train, test = _sample(parts, rng)
    smaller = min(len(train), len(test))
    if smaller < _FEWEST_ROWS:
        return
    texts = [parts.texts[row] for row in np.concatenate([train, test])]
    is_test = np.repeat([0, 1], [len(train), len(test)])
    vectorizer = TfidfVectorizer(min_df=2, sublinear_tf=True, token_pattern=r"(?u)\b\w+\b")
    try:
        X = vectorizer.fit_transform(texts)
    except ValueError:  # not a word that two texts share
        return
    model = LogisticRegression(class_weight="balanced", max_iter=300)
    cv = StratifiedKFold(_N_FOLDS, shuffle=True, random_state=rng)
    auc = float(cross_val_score(model, X, is_test, cv=cv, scoring="roc_auc").mean())
    threshold = 0.5 + max(_RELEVANT, _DEVIATIONS * _deviation(len(train), len(test)))
    if auc < threshold:
        return
    words = vectorizer.get_feature_names_out()
    order = np.argsort(model.fit(X, is_test).coef_[0])
    of_train, of_test = words[order[:8]].tolist(), words[order[:-9:-1]].tolist()
    yield Finding(
        "different_texts",
        "warning",
        "A TF-IDF classifier tells test texts from training texts: of one of each it knows which "
        f"is which in {percent(auc)} of cases, where 50 % is chance. Test rows have more often "
        f"{', '.join(of_test[:4])}; training rows {', '.join(of_train[:4])}. If new texts are not "
        "like the test rows, split at random; if they are, folds of the training rows promise too "
        "much.",
        auc,
        threshold,
        {
            "train_rows": len(train),
            "test_rows": len(test),
            "words_of_train": of_train,
            "words_of_test": of_test,
        },
    )


def _sample(parts: Parts, rng: np.random.RandomState) -> tuple[np.ndarray, np.ndarray]:
    """Draw rows of both parts, without duplicates: a pair within a part would give itself away."""
    groups = parts.groups[parts.exact]
    in_train = parts.in_train
    both = np.intersect1d(groups[in_train], groups[~in_train])
    drawn = []
    for mask in (in_train, ~in_train):
        alone, first = np.unique(groups[mask], return_index=True)
        rows = np.flatnonzero(mask)[first[~np.isin(alone, both)]]
        drawn.append(np.sort(rng.permutation(rows)[:_MOST_ROWS]))
    return drawn[0], drawn[1]


def _deviation(n_first: int, n_second: int) -> float:
    """Return the standard deviation of the AUC of a guess."""
    return float(np.sqrt((n_first + n_second + 1) / (12 * n_first * n_second)))
