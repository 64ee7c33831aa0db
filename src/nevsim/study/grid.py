"""The cases of a sweep: which values of its axes go together, and what each case is called; nothing is checked.

Latin hypercube: M. D. McKay, R. J. Beckman and W. J. Conover, Technometrics 21 (1979) 239.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from fractions import Fraction
from hashlib import sha256
from itertools import product
from math import prod
from typing import Any

from nevsim.scenario.changes import Change

DIGITS = 12
"""Of the id of a case of the grid: 100,000 cases share one by chance in one sweep of 50,000."""
SCENARIO = "scenario"
"""The name of the axis whose values are scenario files."""
BASE = "base"
"""The id of the first case, the first scenario as it stands."""


@dataclass(frozen=True)
class Axis:
    """One thing that is varied: its name heads its column, its addresses are changed together.

    ``values`` are set, or are factors where ``scales``; of a sampled range they are None, and a case has some value
    from ``low`` to ``high``, which are None where values were listed. The axis of scenario files has no address.
    """

    name: str
    title: str | None
    addresses: tuple[str, ...]
    values: tuple[Any, ...] | None
    low: float | None = None
    high: float | None = None
    scales: bool = False

    def changes(self, value: Any) -> tuple[Change, ...]:
        """Return what a value of the axis changes."""
        return tuple(Change(address, value, self.scales) for address in self.addresses)


@dataclass(frozen=True)
class SweepCase:
    """One case: a base scenario, by its number, with some changes.

    ``values`` has an entry for each axis, None where the case does not set it. ``is_named``: it is no part of the grid.
    """

    id: str
    base: int
    values: tuple[Any, ...]
    changes: tuple[Change, ...]
    is_named: bool = False


@dataclass(frozen=True)
class Twin:
    """A case that changes the same as an earlier one and is left out: its own id if it has one, and the other's."""

    own: str | None
    kept: str


def evenly(low: float, high: float, steps: int) -> tuple[float, ...]:
    """Return so many numbers from low to high, as on paper; whole ones where both ends are and it can be.

    >>> evenly(0.1, 0.3, 3), evenly(0, 5, 3), evenly(10, 30, 3)
    ((0.1, 0.2, 0.3), (0, 2.5, 5), (10, 20, 30))
    """
    first, last = Fraction(repr(low)), Fraction(repr(high))
    found = [first + (last - first) * number / (steps - 1) for number in range(steps)]
    whole = isinstance(low, int) and isinstance(high, int)
    return tuple(int(one) if whole and one.denominator == 1 else float(one) for one in found)


def size(mode: str, axes: Sequence[Axis], cases: int | None) -> int:
    """Return how many rows the grid has."""
    if not axes:
        return 0
    if mode == "sample":
        return cases or 0
    counts = [len(axis.values or ()) for axis in axes]
    return prod(counts) if mode == "product" else min(counts)


def rows(mode: str, axes: Sequence[Axis], cases: int | None, seed: int) -> Iterator[tuple[Any, ...]]:
    """Yield a value of each axis for each row of the grid; of a product the last axis changes fastest."""
    if not axes:
        return iter(())
    if mode == "sample":
        return zip(*(sampled(axis, cases or 0, seed) for axis in axes), strict=True)
    listed = [axis.values or () for axis in axes]
    return product(*listed) if mode == "product" else zip(*listed, strict=True)


def sampled(axis: Axis, cases: int, seed: int) -> list[Any]:
    """Return a value of an axis for each of so many cases, a function of seed, name and number of cases alone.

    Of a range each of so many equal parts has one value; of a list each value comes up equally often, or once more.
    """
    import numpy as np  # with the draws: a product needs neither

    from nevsim.draws.designs import orders
    from nevsim.draws.stream import uniforms

    numbers = np.arange(cases, dtype=np.int64)
    ranks = orders(seed, [f"sweep:{axis.name}:order"], numbers)[0]
    if axis.values is not None:
        return [axis.values[place] for place in (ranks * len(axis.values) // cases).tolist()]
    if axis.low is None or axis.high is None:
        raise ValueError(f"axis {axis.name} has neither values nor a range; give it one")
    shares = (ranks + uniforms(seed, [f"sweep:{axis.name}"], numbers)[0]) / cases
    found = axis.low + (axis.high - axis.low) * shares
    return [float(value) for value in np.clip(found, axis.low, axis.high)]


def cases_of(
    axes: Sequence[Axis],
    grid: Iterator[tuple[Any, ...]],
    scenarios: Sequence[str],
    named: Sequence[tuple[str, tuple[Change, ...]]],
) -> tuple[tuple[SweepCase, ...], list[Twin]]:
    """Return the base case, those of the grid and those with an id of their own, and the twins that are left out.

    The id of a case of the grid is made of its scenario and its changes, so that it stays when others are added.
    """
    seen = {_content(scenarios[0], ()): BASE}
    taken = {BASE, *(name for name, _ in named)}
    cases = [SweepCase(BASE, 0, _values(axes, scenarios[0], ()), ())]
    twins: list[Twin] = []
    for row in grid:
        base = scenarios.index(row[0]) if axes[0].name == SCENARIO else 0
        changes = tuple(change for axis, value in zip(axes, row, strict=True) for change in axis.changes(value))
        content = _content(scenarios[base], changes)
        if content in seen:
            if changes:  # a scenario as it stands is the base
                twins.append(Twin(None, seen[content]))
            continue
        seen[content] = _id(content, taken)
        taken.add(seen[content])
        cases.append(SweepCase(seen[content], base, row, changes))
    for name, changes in named:
        content = _content(scenarios[0], changes)
        if content in seen:
            twins.append(Twin(name, seen[content]))
            continue
        seen[content] = name
        cases.append(SweepCase(name, 0, _values(axes, scenarios[0], changes), changes, is_named=True))
    return tuple(cases), twins


def _values(axes: Sequence[Axis], scenario: str, changes: tuple[Change, ...]) -> tuple[Any, ...]:
    """Return the value of each axis that a case with some changes has, None where it does not set it whole."""
    known = {(change.address, change.scales): change.value for change in changes}
    found: list[Any] = []
    for axis in axes:
        own = [known.get((address, axis.scales)) for address in axis.addresses]
        found.append(own[0] if own and all(one == own[0] for one in own) else None)
    return (scenario, *found[1:]) if axes and axes[0].name == SCENARIO else tuple(found)


def _content(scenario: str, changes: tuple[Change, ...]) -> str:
    """Return the SHA-256 of a scenario's path and changes."""
    parts = [[change.address, _plain(change.value), change.scales] for change in changes]
    return sha256(json.dumps([scenario, parts]).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: 2 and 2.0 alike, the keys of a table by order, a date apart from its text."""
    if isinstance(value, dict):
        return {"table": sorted([str(key), _plain(inner)] for key, inner in value.items())}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and value == int(value):
        return int(value)
    return {"date": value.isoformat()} if isinstance(value, date | time) else value


def _id(content: str, taken: set[str]) -> str:
    length = DIGITS
    while (name := f"c-{content[:length]}") in taken:
        length += 1
    return name
