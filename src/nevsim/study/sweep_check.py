"""What a sweep file may not say: keys that do not go together, addresses without a value, values that are refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from nevsim.errors import Fault, ScenarioError
from nevsim.scenario.address import Path, settable
from nevsim.scenario.changes import Change, ChangeError, changed
from nevsim.scenario.contents import Found
from nevsim.scenario.extension import Place, Text
from nevsim.scenario.faults import at_place, shown
from nevsim.scenario.load import Scenario, checked
from nevsim.study.grid import BASE, SCENARIO, Axis
from nevsim.study.sweep_file import AxisRecord, SweepDocument

COLUMNS = (
    "case",
    "target",
    "odds",
    "low",
    "high",
    "hits",
    "runs",
    "mean",
    "p10",
    "p50",
    "p90",
    "difference",
    "difference_low",
    "difference_high",
)
"""Columns of the table of a sweep beside its axes, whose names no axis may have."""
SEEDED = (("scenario", "runs"), ("scenario", "seed"))
MOST_TRIALS = 250
"""Values of a range that are tried, spread evenly over its steps; the others are left to their cases' own check."""
INSIDE = 0.381966
"""How far up a sampled range a value is tried beside its ends: a fraction that no whole number meets by chance."""


def name_of(axis: AxisRecord) -> str:
    """Return the name of an axis: its id, or its path."""
    return axis.id or axis.path[0]


def check_shape(document: SweepDocument) -> Found:
    """The keys of the sweep, of each axis and of each case go together."""
    head = document.sweep
    if head.mode == "sample" and head.cases is None:
        yield ("sweep",), "missing-key", '"cases" is missing; mode sample needs how many: add cases'
    if head.mode != "sample" and head.cases is not None:
        message = f'cases beside mode {head.mode}; it goes with mode sample alone: remove it or write mode = "sample"'
        yield ("sweep", "cases"), "axis", message
    for number, name in enumerate(head.scenario):
        if name in head.scenario[:number]:
            yield ("sweep", SCENARIO, number), "duplicate-id", f"{shown(name)} stands here twice; remove one"
    names: set[str] = set(COLUMNS) | {SCENARIO}
    for index, axis in enumerate(document.axes):
        yield from _axis_faults(("axes", index), axis, head.mode, names)
        names.add(name_of(axis))
    yield from _case_faults(document)


def check_contents(document: SweepDocument) -> Found:
    """There is something to vary."""
    if not document.axes and not document.cases and len(document.sweep.scenario) == 1:
        yield ("sweep",), "missing-key", "there is nothing to vary; add a table [[axes]], or [[cases]]"


def _axis_faults(where: Path, axis: AxisRecord, mode: str, names: set[str]) -> Found:
    name, key = name_of(axis), "path" if axis.id is None else "id"
    if name in (*COLUMNS, SCENARIO):
        yield (*where, key), "bad-id", f"found {shown(name)}, which is a column of the table; add another id"
    elif len(axis.path) > 1 and axis.id is None:
        yield where, "missing-key", '"id" is missing; an axis of several addresses needs a name: add it'
    elif name in names:
        yield (*where, key), "duplicate-id", f"{shown(name)} stands here twice; add an id of its own"
    is_range = axis.low is not None or axis.high is not None
    given = [word for word in ("values", "scale") if getattr(axis, word) is not None] + ["low"] * is_range
    if len(given) != 1:
        found = " and ".join(given) or "none of them"
        yield where, "axis", f"found {found}, want one of values, scale, or low and high; keep one"
        return
    for word in ("steps", "scales"):
        if not is_range and word in axis.model_fields_set:
            yield (*where, word), "axis", f"{word} beside {given[0]}; it goes with low and high alone: remove it"
    if not is_range:
        return
    if axis.low is None or axis.high is None:
        missing = "low" if axis.low is None else "high"
        yield where, "missing-key", f'"{missing}" is missing; a range needs both ends: add it'
        return
    if axis.high <= axis.low:
        yield (*where, "high"), "out-of-range", f"found {axis.high:g}, want more than low, {axis.low:g}; correct it"
    if axis.scales and axis.low < 0:
        yield (*where, "low"), "out-of-range", f"found {axis.low:g}, want a factor of 0 or more; correct it"
    if mode == "sample" and axis.steps is not None:
        yield (*where, "steps"), "axis", "steps beside mode sample, which takes a range whole; remove it"
    if mode != "sample" and axis.steps is None:
        yield where, "missing-key", f'"steps" is missing; mode {mode} needs how many values of the range: add it'


def _case_faults(document: SweepDocument) -> Found:
    seen: set[str] = set()
    for index, case in enumerate(document.cases):
        where: Path = ("cases", index)
        if case.id == BASE:
            yield (*where, "id"), "bad-id", f"found {shown(BASE)}, which is the scenario as it stands; rename it"
        elif case.id in seen:
            yield (*where, "id"), "duplicate-id", f"{shown(case.id)} stands here twice; rename one"
        seen.add(case.id)
        if not case.set and not case.scale:
            yield where, "missing-key", "there is nothing to change; add set or scale"
        for address, value in case.set.items():
            if "." not in address and isinstance(value, dict):
                message = f'found a table at {address}; write a whole address in quotes: "{address}.north.slip"'
                yield (*where, "set", address), "address", message


def check_counts(axes: Sequence[Axis], mode: str, count: int, most: int) -> Found:
    """Axes side by side are of one length, and there are not too many cases."""
    lengths = {axis.name: len(axis.values or ()) for axis in axes}
    if mode == "zip" and len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} has {length}" for name, length in list(lengths.items())[:4])
        yield ("axes",), "axis", f"{listed}; mode zip wants as many values of each: correct one"
    if count > most:
        yield ("sweep",), "too-large", f"found {count:,} cases, want at most {most:,}; remove some values"


def addressed(text: Text, changes: Sequence[tuple[Path, Change]], base: Scenario) -> Iterator[Fault]:
    """Yield a fault for each address that names nothing in a scenario, may not be changed, or cannot be scaled."""
    for where, change in changes:
        if change.address.partition(".")[0] == "readings":
            message = f"found {change.address}, but a sweep plays the first of each reading; put what it sets there"
            yield at_place(text, where, "address", message)
        elif any(path in SEEDED for path in settable(base.text.data, change.address)):
            message = f"found {change.address}, which every case has in common; write it in [sweep]"
            yield at_place(text, where, "address", message)
        else:
            try:
                changed(base.text, change, text.place(where))
            except ChangeError as error:
                if error.kind != "number-too-large":
                    yield at_place(text, where, error.kind, str(error))


def check_overlaps(axes: Sequence[tuple[Path, Axis]], base: Scenario) -> Found:
    """No axis sets what an axis before it has changed already."""
    earlier: dict[Path, str] = {}
    for where, axis in axes:
        own = [path for address in axis.addresses for path in settable(base.text.data, address)]
        whole = set(own)
        lost = [known for known in earlier if any(known[:end] in whole for end in range(1, len(known) + 1))]
        if lost and not axis.scales:
            other = earlier[lost[0]]
            yield (*where, "path"), "axis", f"it sets what {shown(other)} above has changed; remove one or put it first"
        earlier |= dict.fromkeys(own, axis.name)


def tried(text: Text, base: Scenario, changes: Sequence[tuple[Path, Change]]) -> Fault | None:
    """Return the first fault of a scenario with some changes, told at the place of its change; None where it is sound.

    ``changes`` go with the path of each in the sweep file.
    """
    found = base.text
    where: Path = ()
    try:
        for where, change in changes:
            found = changed(found, change, text.place(where))
        checked(base.path, found, readings=False)
    except ChangeError as error:
        return at_place(text, where, error.kind, str(error))
    except ScenarioError as error:
        file = text.place(()).file
        first = next((fault for fault in error.faults if fault.file == file), error.faults[0])
        place = Place(file, first.line, first.column) if first.file == file else text.place(changes[0][0])
        return Fault(file, place.line, place.column, first.address, first.message, first.kind)
    return None


def trials(index: int, axis: Axis, record: AxisRecord) -> Iterator[tuple[Path, Any]]:
    """Yield the values of an axis that are tried, each with its path in the sweep file."""
    where: Path = ("axes", index)
    if record.low is None:
        key = "scale" if axis.scales else "values"
        yield from (((*where, key, number), value) for number, value in enumerate(axis.values or ()))
        return
    yield (*where, "low"), axis.low
    yield (*where, "high"), axis.high
    if axis.values is not None:
        inner = axis.values[1:-1]
        count = min(len(inner), MOST_TRIALS)
        yield from (((*where, "steps"), inner[number * len(inner) // count]) for number in range(count))
    elif axis.low is not None and axis.high is not None:
        yield where, axis.low + (axis.high - axis.low) * INSIDE
