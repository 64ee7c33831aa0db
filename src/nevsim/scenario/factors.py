"""Which quantities each common cause moves, and how far: patterns of addresses resolved and checked; no draws."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from nevsim.laws import LawError
from nevsim.scenario.address import Path, address_of, at, settable
from nevsim.scenario.contents import Entry, Found, quantities
from nevsim.scenario.extension import Text
from nevsim.scenario.ranges import law_of
from nevsim.scenario.schema import Document, Factor

SEQUENCES = (("hazards", "duration"), ("hazards", "severity"), ("rollouts", "fit_out"))
"""What is drawn anew for each outage or opening, by table and key: it has no one value that a factor could move."""
_ROOM = 1e-12

Loads = dict[str, dict[str, float]]
"""For each address, the load of every factor on it."""
Uncertain = dict[Path, Entry]
"""What a factor may move, by its path."""


def loads_of(document: Document, text: Text) -> Loads:
    """Return the loads on each quantity, by its address and the id of the factor, in the order of the file."""
    uncertain = uncertain_of(document)
    found: Loads = {}
    for factor in document.factors:
        for pattern, load in factor.loads.items():
            for path in _moved(text, pattern, uncertain):
                found.setdefault(address_of(text.data, path), {})[factor.id] = load
    return found


def warn_factors(document: Document, text: Text, uncertain: Uncertain) -> Found:
    """Name each pattern that nothing uncertain matches: a number that a law may have been elsewhere."""
    for index, factor in enumerate(document.factors):
        for pattern in factor.loads:
            if not any(True for _ in _moved(text, pattern, uncertain)):
                message = f'nothing uncertain stands at "{pattern}", so nothing moves; write a law there, or remove it'
                yield ("factors", index, "loads", pattern), "factor-moves-nothing", message


def check_factors(document: Document, text: Text, uncertain: Uncertain) -> Found:
    """Every pattern matches what a factor may move, once for each factor, and no quantity beyond its variance."""
    squares: dict[Path, list[float]] = {}
    for index, factor in enumerate(document.factors):
        yield from _of_factor(index, factor, text, uncertain, squares)


def _of_factor(index: int, factor: Factor, text: Text, uncertain: Uncertain, squares: dict[Path, list[float]]) -> Found:
    taken: dict[Path, str] = {}
    for pattern, load in factor.loads.items():
        where: Path = ("factors", index, "loads", pattern)
        moved = list(_moved(text, pattern, uncertain))
        if not moved:
            yield from ((where, "factor", message) for message in _matches_nothing(text, pattern))
        for path in moved:
            other = taken.setdefault(path, pattern)
            if other != pattern:
                message = f'"{other}" loads {address_of(text.data, path)} too; keep one of the two'
                yield where, "factor", message
            squares.setdefault(path, []).append(load * load)
            total = fsum(squares[path])
            if total > 1 + _ROOM:
                message = (
                    f"squared loads on {address_of(text.data, path)} come to {total:.4g}, want at most 1; lower one"
                )
                yield where, "factor", message


def _matches_nothing(text: Text, pattern: str) -> Iterator[str]:
    paths = settable(text.data, pattern)
    if any((path[0], path[-1]) in SEQUENCES for path in paths if len(path) > 1):
        yield f'"{pattern}" is drawn anew for each outage or opening; use its rate or pace'
    elif not any(_stands(text, path) for path in paths):
        yield f'nothing stands at "{pattern}"; list the addresses with: nevsim show SCENARIO'


def _stands(text: Text, path: Path) -> bool:
    """Whether there is a value at a path, beside whose owner it could be set."""
    owner = at(text.data, path[:-1])
    return isinstance(owner, list) or path[-1] in owner


def uncertain_of(document: Document) -> Uncertain:
    """Return every quantity that is drawn once a replication, by its path; none where there is no factor to move it."""
    if not document.factors:
        return {}
    return {
        entry.path: entry
        for entry in quantities(document)
        if (entry.path[0], entry.path[-1]) not in SEQUENCES and _is_uncertain(entry)
    }


def _is_uncertain(entry: Entry) -> bool:
    """Whether a quantity is no fixed one; a law with a fault of its own, told elsewhere, is taken for one."""
    try:
        law = law_of(entry.quantity)
    except LawError:
        return True
    return 0 < law.mean < 1 if entry.field == "realised" else not law.is_fixed


def _moved(text: Text, pattern: str, uncertain: Uncertain) -> Iterator[Path]:
    """Yield the paths that a pattern leads to and at which something uncertain stands."""
    for path in dict.fromkeys(settable(text.data, pattern)):
        if path in uncertain:
            yield path
