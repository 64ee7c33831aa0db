"""Walks over a document: its records, beginnings, scopes and quantities, each with its path; no judgement of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nevsim.scenario.address import Path
from nevsim.scenario.phases import PhaseView
from nevsim.scenario.provenance import Record
from nevsim.scenario.ranges import Figure
from nevsim.scenario.schema import Beginning, Document, Limit, Scope

Found = Iterator[tuple[Path, str, str]]
"""Path, kind and words of each fault that a check finds."""


@dataclass(frozen=True)
class Subject:
    """What every check looks at: a document, and every phase with what it takes from its plant."""

    document: Document
    views: tuple[PhaseView, ...]


@dataclass(frozen=True)
class Entry:
    """A quantity of a document: its field, its path and what was written."""

    field: str
    path: Path
    quantity: Figure


def quantities(document: Document) -> Iterator[Entry]:
    """Yield every quantity of a document, stated or by default where the field always has one, in its order."""
    for index, plant in enumerate(document.plants):
        path: Path = ("plants", index)
        yield from _of_beginning(plant, path)
        for number, phase in enumerate(plant.phases or ()):
            yield from _of_beginning(phase, (*path, "phases", number))
    yield from _of_the_rest(document)


def _of_beginning(record: Beginning, path: Path) -> Iterator[Entry]:
    for name in ("nameplate", "built", "realised", "load", "slip"):
        quantity: Figure | None = getattr(record, name)
        if quantity is not None:
            yield Entry(name, (*path, name), quantity)
    if record.ramp is not None and record.ramp.duration is not None:
        yield Entry("duration", (*path, "ramp", "duration"), record.ramp.duration)
    if record.operating is not None:
        yield Entry("share", (*path, "operating", "share"), record.operating.share)
        if record.operating.to is not None:
            yield Entry("to", (*path, "operating", "to"), record.operating.to)
    for supply, quantity in (record.uses or {}).items():
        yield Entry("uses", (*path, "uses", supply), quantity)
    for number, stage in enumerate(record.stages or ()):
        yield Entry("duration", (*path, "stages", number, "duration"), stage.duration)


def _of_the_rest(document: Document) -> Iterator[Entry]:
    for table, names in (
        ("crews", ("count",)),
        ("hazards", ("rate", "duration", "severity")),
        ("supplies", ("growth", "level")),
        ("markets", ("growth", "level")),
        ("rollouts", ("planned", "teams", "fit_out", "pace")),
    ):
        for index, record in enumerate(getattr(document, table)):
            for name in names:
                yield Entry(name, (table, index, name), getattr(record, name))
    for index, rollout in enumerate(document.rollouts):
        yield Entry("opened", ("rollouts", index, "already"), rollout.already)
    for index, target in enumerate(document.targets):
        if target.already is not None:
            yield Entry("already", ("targets", index, "already"), target.already)


def beginnings(document: Document) -> Iterator[tuple[Path, Beginning]]:
    """Yield every plant and phase with its path."""
    for index, plant in enumerate(document.plants):
        yield ("plants", index), plant
        for number, phase in enumerate(plant.phases or ()):
            yield ("plants", index, "phases", number), phase


def scopes(document: Document) -> Iterator[tuple[Path, Scope]]:
    """Yield every scope of hazards, markets and targets with its path."""
    for name in ("hazards", "markets"):
        for index, record in enumerate(getattr(document, name)):
            yield (name, index, "scope"), record.scope
    for index, target in enumerate(document.targets):
        if target.measure != "count":
            yield ("targets", index, "scope"), target.scope
        if target.part is not None:
            yield ("targets", index, "part"), target.part


def limits(document: Document) -> Iterator[tuple[Path, Limit]]:
    """Yield every supply and market with its path."""
    for index, supply in enumerate(document.supplies):
        yield ("supplies", index), supply
    for index, market in enumerate(document.markets):
        yield ("markets", index), market


def records(document: Document) -> list[tuple[Path, Record]]:
    """Return every record of a document with its path."""
    found: list[tuple[Path, Record]] = []
    _gather(document, (), found)
    return found


def _gather(
    value: Record | tuple[object, ...] | dict[str, object], path: Path, found: list[tuple[Path, Record]]
) -> None:
    parts: Iterable[tuple[str | int, object]]
    if isinstance(value, Record):
        found.append((path, value))
        fields = type(value).model_fields
        parts = ((fields[name].alias or name, part) for name, part in vars(value).items() if part is not None)
    elif isinstance(value, tuple):
        parts = enumerate(value)
    else:
        parts = value.items()
    for key, part in parts:
        if isinstance(part, Record | tuple | dict):
            _gather(part, (*path, key), found)
