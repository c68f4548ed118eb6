"""Initial weights by name and seed."""

import difflib
import inspect
from typing import Any

from .._optional import import_heavy

# That Keras knows, too, but does not list.
_SHORT_NAMES = {
    "normal": "random_normal",
    "one": "ones",
    "uniform": "random_uniform",
    "zero": "zeros",
}


def seeded_initializer(name: str, seed: int, parameter: str = "initializer") -> Any:
    """Build one of Keras's initializers, with a seed if it draws numbers.

    Parameters
    ----------
    name : str
        Keras's name, such as ``"glorot_uniform"``.
    seed : int
        Not used by those that draw nothing, such as ``"zeros"``.
    parameter : str, default="initializer"
        What the name came as, to be told in the error.

    Returns
    -------
    keras.initializers.Initializer

    Raises
    ------
    ValueError
        If Keras has no initializer of this name.
    """
    keras = import_heavy("keras")
    base = keras.initializers.Initializer
    known = {  # Keras lists each by its class's name, too, and one for signals, not weights
        key: kind
        for key, kind in vars(keras.initializers).items()
        if key.islower() and isinstance(kind, type) and issubclass(kind, base) and key != "stft"
    }
    known |= {short: known[key] for short, key in _SHORT_NAMES.items()}
    if not isinstance(name, str) or name not in known:
        close = difflib.get_close_matches(str(name).lower(), known, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"{parameter} must be one of {sorted(known)}, not {name!r}.{hint}")
    kind = known[name]
    return kind(seed=seed) if "seed" in inspect.signature(kind).parameters else kind()
