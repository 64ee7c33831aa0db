"""What a sweep found out: the odds of every case and target, and where they come nearest to a share; nothing is played.

The cases come in the order of the sweep, the base first: the scenario as it stands, to which the others are compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nevsim.odds.interval import Odds
from nevsim.odds.paired import Difference

EVEN, LIKELY = 0.5, 0.8
"""Odds that are looked for: as likely as not, and four in five."""
MODES = ("product", "zip", "sample")
"""Every value of an axis with every one of the others; axes that move together; values drawn at random."""


@dataclass(frozen=True)
class SweepAxis:
    """What varies: its column's ``name``, its ``title`` in words or its address, and its value in every case.

    A value is a number or a text; None where the case has no place on the axis, as the base may and cases by hand do.
    """

    name: str
    title: str
    values: tuple[float | str | None, ...]

    @property
    def is_number(self) -> bool:
        """Whether all of its values are numbers."""
        return all(isinstance(value, int | float) for value in self.values if value is not None)

    def levels(self, cases: list[int]) -> list[float | str]:
        """Return the values of these cases, each once: numbers rising, or texts in the order of the cases."""
        found = dict.fromkeys(value for case in cases if (value := self.values[case]) is not None)
        return sorted(found, key=float) if self.is_number else list(found)


@dataclass(frozen=True)
class SweepCase:
    """A case: what it changes, in words, and why its odds are withheld; None where they are not.

    ``is_by_hand``: it was written as a case of its own, and lies off the axes, whatever of theirs it sets beside.
    """

    id: str
    changes: tuple[str, ...] = ()
    withheld: str | None = None
    is_by_hand: bool = False


@dataclass(frozen=True)
class SweepTarget:
    """A target of every case."""

    id: str
    title: str


@dataclass(frozen=True)
class SweepTable:
    """The odds of a sweep, of each case and target, and their paired differences from the base: the first case.

    ``runs`` of each case, all on the draws of one ``seed``; odds and differences are None where they are withheld.
    Raises ValueError for a mode that is none, and where its parts are not of one size.
    """

    id: str
    title: str
    mode: str
    runs: int
    seed: int
    as_of: date
    axes: tuple[SweepAxis, ...]
    cases: tuple[SweepCase, ...]
    targets: tuple[SweepTarget, ...]
    odds: tuple[tuple[Odds | None, ...], ...]
    differences: tuple[tuple[Difference | None, ...], ...]

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ValueError(f"mode {self.mode!r}: one of {', '.join(MODES)} is wanted")
        sizes = {len(axis.values) for axis in self.axes} | {len(self.odds), len(self.differences)}
        if not self.cases or sizes != {len(self.cases)}:
            raise ValueError(f"{len(self.cases)} cases with values, odds and differences of {sorted(sizes)}")
        widths = {len(row) for rows in (self.odds, self.differences) for row in rows}
        if not self.targets or widths != {len(self.targets)}:
            raise ValueError(f"{len(self.targets)} targets with odds and differences of {sorted(widths)}")

    @property
    def on_axes(self) -> list[int]:
        """The positions of the cases of the grid, with a value on every axis, the base aside; none without axes."""
        several = range(1, len(self.cases)) if self.axes else ()
        return [
            case
            for case in several
            if not self.cases[case].is_by_hand and all(axis.values[case] is not None for axis in self.axes)
        ]

    @property
    def is_line(self) -> bool:
        """Whether its cases lie along one axis: a single one, or several that move together."""
        return bool(self.on_axes) and (len(self.axes) == 1 or self.mode == "zip")

    @property
    def by_hand(self) -> list[int]:
        """The positions of the other cases, the base aside."""
        placed = set(self.on_axes)
        return [case for case in range(1, len(self.cases)) if case not in placed]

    @property
    def withheld(self) -> list[int]:
        """The positions of the cases whose odds are withheld; a case that lacks a target of others has its own odds."""
        return [case for case, row in enumerate(self.odds) if not any(row)]


def known(table: SweepTable, target: int) -> list[tuple[int, Odds]]:
    """Return the positions of the cases whose odds of a target are known, with the odds."""
    return [(case, odds) for case, row in enumerate(table.odds) if (odds := row[target]) is not None]


def nearest(table: SweepTable, target: int, share: float, most: int = 1) -> list[int]:
    """Return the positions of the cases whose odds of a target come nearest to a share, the nearest first.

    Of two as near the earlier comes first; cases whose odds are withheld are passed by.
    """
    found = sorted(known(table, target), key=lambda one: abs(one[1].odds - share))
    return [case for case, _ in found[:most]]


@dataclass(frozen=True)
class Crossing:
    """Where the odds pass a share between two neighbours on an axis of numbers, on the line from one to the other."""

    at: float
    below: int
    above: int


def crossings(table: SweepTable, target: int, share: float) -> list[Crossing]:
    """Return where the odds of a target pass a share along an axis of numbers: a single one, or the first of a line.

    ``below`` and ``above`` are the positions of the neighbours with the lower and the higher value on the axis; they
    are the same one where its odds are the share exactly. Over a case whose odds are withheld nothing is told.
    """
    if not table.is_line or not table.axes[0].is_number:
        return []
    values = table.axes[0].values
    cases = sorted(table.on_axes, key=lambda case: float(values[case] or 0))
    found = []
    for number, case in enumerate(cases):
        here = table.odds[case][target]
        after = table.odds[cases[number + 1]][target] if number + 1 < len(cases) else None
        if here is None:
            continue
        place = float(values[case] or 0)
        if here.odds == share:
            found.append(Crossing(place, case, case))
        elif after is not None and (here.odds - share) * (after.odds - share) < 0:
            other = cases[number + 1]
            part = (share - here.odds) / (after.odds - here.odds)
            found.append(Crossing(place + part * (float(values[other] or 0) - place), case, other))
    return found
