"""Texts that only the order of their words tells apart."""

from itertools import product

FILLERS = [[], [4], [5], [4, 5], [5, 5, 4]]
ORDERED = [
    [*before, *pair, *after]
    for before, after in product(FILLERS, FILLERS)
    for pair in ([2, 3], [3, 2])
]
ORDERS = ["two first", "three first"] * len(FILLERS) ** 2
