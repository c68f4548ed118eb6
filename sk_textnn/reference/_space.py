"""Where practitioners search: the layers and sizes of an LSTM and of what is behind it."""

from dataclasses import dataclass
from typing import Any

from scipy.stats import randint
from sklearn.utils import check_random_state


@dataclass(frozen=True)
class DenseUnits:
    """Distribution of hidden layers of one size; a size is drawn only if there are layers.

    Attributes
    ----------
    n_layers : tuple of int
        The least and the greatest number of layers, all equally probable.
    size : tuple of int
        The least and the greatest size, all equally probable.
    """

    n_layers: tuple[int, int] = (0, 8)
    size: tuple[int, int] = (8, 64)

    def rvs(self, random_state: Any = None) -> tuple[int, ...]:
        """Draw the size of each layer.

        Parameters
        ----------
        random_state : int, RandomState instance or None, default=None

        Returns
        -------
        tuple of int
            Empty, if no layers were drawn.
        """
        rng = check_random_state(random_state)
        n_layers = rng.randint(self.n_layers[0], self.n_layers[1] + 1)
        if not n_layers:
            return ()
        return (int(rng.randint(self.size[0], self.size[1] + 1)),) * n_layers


def experiment_space() -> dict[str, Any]:
    """Return the architectures among which practitioners search at random.

    They are 1 to 4 LSTM layers of 8 to 64 units and 0 to 8 hidden layers of 8 to 64.

    Returns
    -------
    dict of str to distribution
        ``param_distributions`` for :class:`~sklearn.model_selection.RandomizedSearchCV` over the
        pipeline of `minimal_lstm` or `run_experiment`. It is yours: change it as you like.

    See Also
    --------
    minimal_lstm : The pipeline to search from.
    run_experiment : One of these architectures.
    sk_textnn.search_space : What is worth searching for each network, beyond the architecture.

    Notes
    -----
    Practitioners were advised to try 100 of these architectures: among so many parameters, of
    which few matter, random trials find more than a grid. They did so with a test set to choose
    by; a search with folds of the training rows leaves it for the one estimate at the end. Where
    texts repeat, as job advertisements do, give it folds in which no text is on both sides: those
    of :class:`~sklearn.model_selection.StratifiedGroupKFold`, and the texts as groups:
    ``search.fit(texts, labels, groups=texts)``. No size of hidden layers is drawn where there are
    none, so no trial is made twice under another name.

    Examples
    --------
    >>> from sklearn.model_selection import RandomizedSearchCV, StratifiedGroupKFold
    >>> from sk_textnn.reference import experiment_space, minimal_lstm
    >>> space = experiment_space()
    >>> space["clf__dense_units"]
    DenseUnits(n_layers=(0, 8), size=(8, 64))
    >>> folds = StratifiedGroupKFold(3)  # no text is on both sides, if texts are the groups
    >>> search = RandomizedSearchCV(
    ...     minimal_lstm(random_state=0), space, n_iter=100, cv=folds, random_state=0
    ... )
    """
    return {
        "clf__n_layers": randint(1, 5),
        "clf__units": randint(8, 65),
        "clf__dense_units": DenseUnits(),
    }
