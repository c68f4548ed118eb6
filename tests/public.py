"""Everything that is public: what the tests of type hints and of docstrings go through."""

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any, NamedTuple

import sk_textnn

# What their `__all__` lists is public, beside what sk_textnn itself lists.
MODULES = (
    "baselines",
    "datasets",
    "evaluation",
    "exceptions",
    "plotting",
    "reference",
    "search",
    "utils.estimator_checks",
)


class Public(NamedTuple):
    """Something public and the path by which a user reaches it."""

    path: str
    value: Any

    @property
    def function(self) -> Callable[..., Any]:
        """The plain function of a function, a method or a property; a class's constructor."""
        if isinstance(self.value, type):
            return self.value.__init__
        if isinstance(self.value, property):
            return self.value.fget
        return inspect.unwrap(getattr(self.value, "__func__", self.value))


def _exported() -> Iterator[Public]:
    for module in [sk_textnn, *(import_module(f"sk_textnn.{name}") for name in MODULES)]:
        for name in module.__all__:
            yield Public(f"{module.__name__}.{name}", getattr(module, name))


def _members(owner: Public) -> Iterator[Public]:
    """Yield the public methods and properties of a class that are written in this package."""
    seen = set()
    for base in owner.value.__mro__:
        for name, value in vars(base).items() if base.__module__.startswith("sk_textnn") else ():
            member = Public(f"{owner.path}.{name}", value)
            if name[0] != "_" and name not in seen and inspect.isfunction(member.function):
                seen.add(name)
                yield member


def modules() -> list[str]:
    """Return the names of the modules that `sk_textnn.__all__` lists."""
    return [name for name in sk_textnn.__all__ if isinstance(getattr(sk_textnn, name), ModuleType)]


def _classes_and_functions() -> list[Public]:
    """Each once, by the path that comes first: `sk_textnn.compare`, not that in `evaluation`."""
    found: dict[int, Public] = {}
    for public in _exported():
        if callable(public.value):
            found.setdefault(id(public.value), public)
    return list(found.values())


CLASSES_AND_FUNCTIONS = _classes_and_functions()
CLASSES = [public for public in CLASSES_AND_FUNCTIONS if isinstance(public.value, type)]
METHODS_AND_PROPERTIES = [member for owner in CLASSES for member in _members(owner)]
PUBLIC = [*CLASSES_AND_FUNCTIONS, *METHODS_AND_PROPERTIES]
