"""Pipelines that were saved: by a search, or by joblib."""

import warnings
from pathlib import Path
from typing import Any

from ._errors import CommandError
from ._folder import PIPELINE

__all__ = ["load_pipeline", "saved_name", "unpickle"]


def load_pipeline(path: str) -> Any:
    """Load the best pipeline of a search, or a joblib file.

    Parameters
    ----------
    path : str
        Directory that a search has written, or file.

    Returns
    -------
    estimator
        Fitted.

    Raises
    ------
    CommandError
        If there is none, or it cannot be loaded.
    """
    place = Path(path)
    if place.is_dir():
        if not (place / PIPELINE).is_file():
            raise CommandError(
                f"--pipeline {path} holds no {PIPELINE}: name a directory that sk-textnn search "
                "has written, or a joblib file."
            )
        place = place / PIPELINE
    elif not place.is_file():
        raise CommandError(
            f"There is no {path}: --pipeline takes a directory that sk-textnn search has written, "
            "or a joblib file."
        )
    return unpickle(place, advice="save it again with the versions that are installed")


def saved_name(path: str) -> str:
    """Name a saved pipeline by its directory or file."""
    place = Path(path).resolve()
    return place.name if place.is_dir() else place.stem


def unpickle(path: Path, advice: str) -> Any:
    """Load a joblib file that shall hold a fitted classifier; the error ends with the advice."""
    import joblib

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pipeline = joblib.load(path)
    except Exception as error:  # a damaged pickle can raise anything
        raise CommandError(
            f"{path} cannot be loaded ({type(error).__name__}: {error}): it is damaged, or was "
            f"written with other versions of the packages; {advice}."
        ) from error
    if not (hasattr(pipeline, "predict") and hasattr(pipeline, "classes_")):
        raise CommandError(
            f"{path} holds a {type(pipeline).__name__}, but a fitted classifier was expected: "
            f"{advice}."
        )
    return pipeline
