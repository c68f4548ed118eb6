"""The part of the training rows that tells when to stop."""

import numpy as np


def split_validation(
    targets: np.ndarray, fraction: float, rng: np.random.RandomState
) -> tuple[np.ndarray, np.ndarray]:
    """Split rows into training and validation, in every class by the same fraction.

    Unlike :func:`sklearn.model_selection.train_test_split` it takes classes of one row: they
    are trained on, and a class is never taken away from training altogether.

    Parameters
    ----------
    targets : ndarray of int of shape (n_samples,), or of shape (n_samples, n_classes)
        Class of each row, 0 to n_classes - 1. Rows with any number of labels, a column each,
        are taken at random.
    fraction : float
        Share of each class that goes to the validation rows.
    rng : RandomState

    Returns
    -------
    training, validation : ndarray of int
        Row numbers, in rising order.

    Raises
    ------
    ValueError
        If no class has two rows, so that nothing can be spared.
    """
    if targets.ndim == 2:
        targets = np.zeros(len(targets), dtype=int)
    counts = np.bincount(targets)
    taken = np.minimum(np.round(counts * fraction).astype(int), counts - 1).clip(0)
    if not taken.any():
        largest = counts.argmax()
        if counts[largest] < 2:
            raise ValueError(
                f"early_stopping needs validation rows, but the {len(targets)} rows have "
                f"{(counts > 0).sum()} classes and none has two rows. Pass more rows, or set "
                "early_stopping=False."
            )
        taken[largest] = 1
    chosen = [
        rng.permutation(np.flatnonzero(targets == label))[:n_rows]
        for label, n_rows in enumerate(taken)
    ]
    validation = np.sort(np.concatenate(chosen))
    return np.setdiff1d(np.arange(len(targets)), validation), validation
