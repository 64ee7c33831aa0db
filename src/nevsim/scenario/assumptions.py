"""Every assumption of a scenario in words, with its law, its unit and its source; nothing is checked here."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from nevsim.laws import Law
from nevsim.scenario.address import Path, at
from nevsim.scenario.contents import Entry, beginnings, limits, quantities
from nevsim.scenario.extension import Place
from nevsim.scenario.load import Scenario
from nevsim.scenario.provenance import Noted, Record, Source, day_of
from nevsim.scenario.quantity import ChoiceLaw, EmpiricalLaw, Lawful, MixtureLaw, Stated, unit_of
from nevsim.scenario.ranges import RANGES, Figure, law_of
from nevsim.scenario.readings import label_of
from nevsim.scenario.schema import Document, Supply

UNITS = {
    "output": "vehicles",
    "run-rate": "vehicles a year",
    "capacity": "vehicles a year",
    "start": "starts",
    "count": "open",
    "share": "of what is sold",
}
"""The unit of each measure."""
COUNTED = ("crews", "openings", "starts", "teams")
"""Units of which there can be one."""
SMALLEST = 1e-9
"""Numbers from which on are written out, as 0.00006."""


@dataclass(frozen=True)
class Assumption:
    """Something that a scenario takes for granted.

    ``value`` in words, ``unit`` as written; ``law`` where it is a quantity; ``source`` the id of its source or None,
    ``place`` where it stands, ``origins`` that and where else parts of it were written.
    """

    address: str
    value: str
    unit: str
    law: Law | None
    source: str | None
    where: str | None
    note: str | None
    place: Place
    origins: tuple[Place, ...]

    @property
    def percentiles(self) -> tuple[float, float, float] | None:
        """P5, P50 and P95 of a law that is not one value, else None."""
        if self.law is None or self.law.is_fixed:
            return None
        low, middle, high = (float(value) for value in self.law.quantile(np.array([0.05, 0.5, 0.95])))
        return low, middle, high


def assumptions(scenario: Scenario) -> list[Assumption]:
    """Return everything that a scenario states, in the order of its file: quantities, promises, markets, targets."""
    document = scenario.document
    found: list[tuple[Path, Assumption]] = []
    written = [entry for entry in quantities(document) if _written(scenario, entry.path)]
    found += [(entry.path, _quantity(scenario, entry)) for entry in written]
    for path, record in beginnings(document):
        if record.announced is not None:
            where = (*path, "announced")
            words = f"by the end of {day_of(record.announced)}"
            found.append((where, _assumption(scenario, where, words, "promised start", None, record.announced)))
        if record.begins is not None:
            where = (*path, "begins")
            words = f"from {day_of(record.begins)}"
            found.append((where, _assumption(scenario, where, words, "earliest stage", None, record.begins)))
    for index, hazard in enumerate(document.hazards):
        for key, day, words in (("from", hazard.from_, "not before"), ("until", hazard.until, "before")):
            if day is not None:
                where = ("hazards", index, key)
                found.append((where, _assumption(scenario, where, f"{words} {day_of(day)}", "onsets", None, day)))
    for path, limit in limits(document):
        unit = f"{limit.unit or 'units'} a year" if isinstance(limit, Supply) else "vehicles a year"
        for number, row in enumerate(limit.yearly):
            where = (*path, "yearly", number)
            text = f"{_number(row.value)} from {row.from_:%Y-%m} on"
            found.append((where, _assumption(scenario, where, text, unit, None, row)))
    for index, rollout in enumerate(document.rollouts):
        if rollout.begins is not None:
            where = ("rollouts", index, "begins")
            words = f"from {day_of(rollout.begins)}"
            found.append((where, _assumption(scenario, where, words, "first opening", None, rollout.begins)))
    for index, factor in enumerate(document.factors):
        where = ("factors", index)
        words = ", ".join(f"{load:g} on {pattern}" for pattern, load in factor.loads.items())
        found.append((where, _assumption(scenario, where, words, "loads", None, factor)))
    for index, reading in enumerate(document.readings):
        where = ("readings", index)
        words = " or ".join(reading.labels or (label_of(value) for value in reading.values))
        found.append((where, _assumption(scenario, where, words, "readings", None, reading)))
    for index, target in enumerate(document.targets):
        where = ("targets", index)
        level = "all" if target.at_least is None else f"at least {_number(target.at_least)}"
        found.append((where, _assumption(scenario, where, level, UNITS[target.measure], None, target)))
    order = {name: number for number, name in enumerate(Document.model_fields)}
    return [one for _, one in sorted(found, key=lambda pair: (order[str(pair[0][0])], int(pair[0][1])))]


def resolved(scenario: Scenario) -> list[Assumption]:
    """Return every value of a scenario in the order of the file: its assumptions, and the plain facts beside them."""
    known = {one.address: one for one in assumptions(scenario)}
    return list(_resolved(scenario, (), known))


def _resolved(scenario: Scenario, path: Path, known: dict[str, Assumption]) -> Iterator[Assumption]:
    value = at(scenario.text.data, path)
    address = scenario.address(path)
    if address in known:
        yield known[address]
    if path[:1] == ("sources",) and len(path) == 2:
        source = scenario.document.sources[str(path[1])]
        yield _plain(scenario, path, f"{source.title} ({source.kind}, {source.date})")
    elif isinstance(value, dict) and (address not in known or path[0] == "targets"):
        for key in value:
            if key not in ("source", "where", "note", "id", "at_least") or not path:
                yield from _resolved(scenario, (*path, key), known)
    elif isinstance(value, list) and any(isinstance(element, dict) for element in value):
        for index in range(len(value)):
            yield from _resolved(scenario, (*path, index), known)
    elif address not in known:
        yield _plain(scenario, path, ", ".join(map(str, value)) if isinstance(value, list) else str(value))


def _plain(scenario: Scenario, path: Path, value: str) -> Assumption:
    return Assumption(scenario.address(path), value, "", None, None, None, None, *_places(scenario, path))


def unsourced(scenario: Scenario) -> list[Assumption]:
    """Return the assumptions that name no source."""
    return [one for one in assumptions(scenario) if one.source is None]


def source_of(scenario: Scenario, assumption: Assumption) -> Source | None:
    """Return the source of an assumption, or None."""
    return scenario.document.sources.get(assumption.source or "")


def _quantity(scenario: Scenario, entry: Entry) -> Assumption:
    noted = entry.quantity if isinstance(entry.quantity, Noted) else None
    unit = unit_of(entry.quantity) or RANGES[entry.field].unit
    if entry.field == "uses":
        supplies = {one.id: one.unit or "units" for one in scenario.document.supplies}
        unit = f"{supplies[str(entry.path[-1])]} a vehicle"
    return _assumption(scenario, entry.path, law_text(entry.quantity), unit, law_of(entry.quantity), noted)


def _assumption(
    scenario: Scenario, path: Path, value: str, unit: str, law: Law | None, stated: Noted | date | None
) -> Assumption:
    around = _around(scenario, path)
    place, origins = _places(scenario, path)
    noted = stated if isinstance(stated, Noted) else None
    return Assumption(
        address=scenario.address(path),
        value=value,
        unit=unit.removesuffix("s") if unit in COUNTED and value in ("1", "at least 1") else unit,
        law=law,
        source=_source(noted) or around,
        where=noted.where if noted else None,
        note=noted.note if noted else None,
        place=place,
        origins=origins,
    )


def _places(scenario: Scenario, path: Path) -> tuple[Place, tuple[Place, ...]]:
    """Return where a value stands, and every file's first place in it; a target's own keys are listed by themselves."""
    place = scenario.text.place(path)
    return place, (place,) if path[0] == "targets" and len(path) == 2 else scenario.text.origins(path)


def _source(noted: Noted | None) -> str | None:
    """Return the source of a statement; a mixture whose parts all have the same one has it too."""
    if isinstance(noted, MixtureLaw) and noted.source is None:
        sources = {_source(part) if isinstance(part, Noted) else None for part in noted.laws}
        return sources.pop() if len(sources) == 1 else None
    return noted.source if noted else None


def _around(scenario: Scenario, path: Path) -> str | None:
    """Return the source that the record around a quantity names for all of it, such as its ramp."""
    if path[0] not in ("crews", "rollouts") and (len(path) < 2 or path[-2] not in ("ramp", "operating")):
        return None
    source = getattr(record_at(scenario, path[:-1]), "source", None)
    return str(source) if source is not None else None


def record_at(scenario: Scenario, path: Path) -> object:
    """Return the record at a path of a document."""
    owner: object = scenario.document
    for part in path:
        owner = owner[part] if isinstance(part, int) and isinstance(owner, tuple) else getattr(owner, str(part))
    return owner


def _written(scenario: Scenario, path: Path) -> bool:
    """Whether a quantity was written, rather than left at its default."""
    owner = record_at(scenario, path[:-1])
    return not isinstance(owner, Record) or str(path[-1]) in owner.model_fields_set


def law_text(quantity: Figure) -> str:
    """Return a quantity as a reader would say it.

    >>> law_text(50_000.0)
    '50,000'
    """
    if isinstance(quantity, Stated):
        return _number(quantity.value)
    if not isinstance(quantity, Lawful):
        return _number(quantity)
    name = str(getattr(quantity, "law", ""))
    skipped = {"law", "unit", "source", "where", "note", "laws", "weights", "values"}
    given = {
        key: value
        for key, value in ((key, getattr(quantity, key)) for key in type(quantity).model_fields)
        if key not in skipped and value is not None
    }
    order = {"low": 0, "high": 2, "scale": 3, "shift": 3, "min": 4, "max": 5}
    parts = [f"{key} {_number(given[key])}" for key in sorted(given, key=lambda key: order.get(key, 1))]
    if isinstance(quantity, MixtureLaw):
        shares = quantity.weights or (1.0,) * len(quantity.laws)
        total = sum(shares)
        mixed = [f"{weight / total:.0%} {law_text(part)}" for weight, part in zip(shares, quantity.laws, strict=True)]
        return "; ".join([" or ".join(mixed), *parts])
    if isinstance(quantity, EmpiricalLaw) and quantity.values:
        least, most = min(quantity.values), max(quantity.values)
        parts.insert(0, f"{len(quantity.values):,} values from {_number(least)} to {_number(most)}")
        if quantity.weights is not None:
            parts.insert(1, "weighted")
    if isinstance(quantity, ChoiceLaw):
        parts.insert(0, " or ".join(_number(value) for value in quantity.values))
        if quantity.weights is not None:
            parts.insert(1, "weights " + ":".join(_number(weight) for weight in quantity.weights))
    return f"{name}, {', '.join(parts)}"


def _number(value: float) -> str:
    if math.isfinite(value) and value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{Decimal(f'{value:.6g}'):,f}" if math.isfinite(value) and abs(value) >= SMALLEST else f"{value:,.6g}"
