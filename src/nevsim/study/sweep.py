"""A sweep: many cases of one scenario, or of several, that differ in a few values; read and checked, not played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from os.path import relpath
from pathlib import Path as FilePath

from pydantic import ValidationError

from nevsim.errors import Fault, ScenarioError, UsageError
from nevsim.forecast import check_request
from nevsim.scenario.address import Path
from nevsim.scenario.changes import Change
from nevsim.scenario.extension import Text, without
from nevsim.scenario.faults import MAX_FAULTS, at_place, faults_of, shown
from nevsim.scenario.load import Scenario, checked, parsed, read
from nevsim.scenario.samples import with_samples
from nevsim.scenario.sheet import cell_fault
from nevsim.study import sweep_check
from nevsim.study.grid import SCENARIO, Axis, SweepCase, Twin, cases_of, evenly, rows, size
from nevsim.study.sweep_file import LARGEST, MODELS, AxisRecord, CaseRecord, SweepDocument

__all__ = ["Axis", "Base", "Sweep", "SweepCase", "read_sweep"]


@dataclass(frozen=True)
class Base:
    """A scenario that cases change: its path, and its text with the first value of each reading in place.

    The text needs no file any more: tables, ``extends`` and observed values have been read into it. ``labels`` names
    the value that was taken of each reading.
    """

    path: str
    text: Text
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sweep:
    """A sweep that was read and checked; ``cases[0]`` is the first scenario as it stands.

    Values of axes were tried alone on their scenario, all but those inside long ranges; that they go together, each
    case checks.
    ``warnings`` tell of cases that were left out because they change the same as others.
    """

    id: str
    title: str
    path: str
    mode: str
    runs: int
    seed: int
    axes: tuple[Axis, ...]
    bases: tuple[Base, ...]
    cases: tuple[SweepCase, ...]
    warnings: tuple[Fault, ...] = ()


def read_sweep(path: str | FilePath, runs: int | None = None, seed: int | None = None) -> Sweep:
    """Return the sweep of a file; ``runs`` and ``seed`` override the file's own, which default to the scenario's.

    The cases that mode sample draws depend on the seed of the files alone, so that another ``seed`` plays the same.
    Raises ScenarioError with every fault that was found, at its place in the sweep file or in its scenario, and
    UsageError where the sweep file cannot be read.
    """
    file = FilePath(path)
    check_request(runs, seed)
    text = parsed(file)
    if "sweep" not in text.data and text.data.keys() & {"plants", "rollouts", "extends"}:
        raise UsageError(f"{file}: is a scenario, want a sweep file; play it with: nevsim run {file}")
    document, text, faults = _document(with_samples(text))
    if document is None:
        raise ScenarioError(faults[:MAX_FAULTS])
    shape = list(sweep_check.check_shape(document))
    if not faults:
        shape += sweep_check.check_contents(document)
    names = [_name_of(name, file.parent) for name in document.sweep.scenario]
    bases, missing = _bases(file, text, document)
    faults += [*(at_place(text, *found) for found in shape), *missing]
    text = without(text, {where[:2] for where, _, _ in shape if where[0] != "sweep"})
    document = SweepDocument.model_validate(text.data)  # what is left has no fault of its own
    axes = _axes(text, document, names)
    count = size(document.sweep.mode, axes, document.sweep.cases) + len(document.cases) + 1
    counts = sweep_check.check_counts(axes, document.sweep.mode, count, LARGEST)
    faults += [at_place(text, *found) for found in counts]
    if not missing and len(faults) < MAX_FAULTS:
        faults += _of_meaning(text, document, axes, bases, MAX_FAULTS - len(faults))
    if faults:
        raise ScenarioError(faults[:MAX_FAULTS])
    head, first = document.sweep, bases[0].document.scenario
    own_seed = first.seed if head.seed is None else head.seed
    grid = rows(head.mode, axes, head.cases, own_seed)
    named = [(case.id, _changes(case)) for case in document.cases]
    cases, twins = cases_of(axes, grid, names, named)
    return Sweep(
        head.id,
        head.title or head.id,
        str(path),
        head.mode,
        int((head.runs or first.runs) if runs is None else runs),
        int(own_seed if seed is None else seed),
        tuple(axes),
        tuple(Base(base.path, base.text, base.labels) for base in bases),
        cases,
        tuple(_warnings(text, document, twins)),
    )


def _document(text: Text) -> tuple[SweepDocument | None, Text, list[Fault]]:
    """Return the records of a sweep file, without those axes, cases and keys that have a fault of shape."""
    try:
        return SweepDocument.model_validate(text.data), text, []
    except ValidationError as error:
        faults = faults_of(error, text, cell_fault, MODELS)
        details = error.errors(include_url=False)
    removed: set[Path] = {detail["loc"][:2] for detail in details if detail["loc"][:1] in (("axes",), ("cases",))}
    removed |= {detail["loc"] for detail in details if detail["type"] == "extra_forbidden"}
    rest = without(text, removed)
    try:
        return SweepDocument.model_validate(rest.data), rest, faults
    except ValidationError:
        return None, text, faults


def _bases(file: FilePath, text: Text, document: SweepDocument) -> tuple[list[Scenario], list[Fault]]:
    """Return the scenarios, each with the first of its readings in place, and what is wrong with them."""
    found: list[Scenario] = []
    faults: list[Fault] = []
    for number, name in enumerate(document.sweep.scenario):
        where = file.parent / name
        try:
            scenario = checked(str(where), read(where), readings=False)
        except ScenarioError as error:
            faults += [fault for fault in error.faults if fault not in faults]
            continue
        except UsageError:
            message = f"found {shown(name)}, want a scenario file, by its path from {file.parent}; correct the path"
            faults.append(at_place(text, ("sweep", SCENARIO, number), "scenario-missing", message))
            continue
        plain = without(scenario.text, {("readings",)})
        found.append(Scenario(scenario.path, scenario.document, plain, scenario.phases, (), scenario.labels))
    return found, faults


def _name_of(scenario: str, folder: FilePath) -> str:
    """Return the path of a scenario from the folder of its sweep, the same however it is written."""
    try:
        return FilePath(relpath(folder / scenario, folder)).as_posix()
    except ValueError:  # on another drive
        return FilePath(scenario).as_posix()


def _axes(text: Text, document: SweepDocument, names: Sequence[str]) -> list[Axis]:
    """Return the axes, that of the scenarios first; numbers are as written, whole or not."""
    axes = [Axis(SCENARIO, None, (), tuple(names))] if len(names) > 1 else []
    for index, record in enumerate(document.axes):
        raw = text.data["axes"][index]
        low, high = raw.get("low"), raw.get("high")
        listed = raw.get("values", raw.get("scale"))
        values = None if listed is None else tuple(listed)
        if record.steps is not None:
            values = evenly(low, high, record.steps)
        scales = record.scales or record.scale is not None
        axes.append(Axis(sweep_check.name_of(record), record.title, record.path, values, low, high, scales))
    return axes


def _changes(case: CaseRecord) -> tuple[Change, ...]:
    """Return what a case changes: what it sets, then what it scales."""
    scaled = (Change(address, factor, scales=True) for address, factor in case.scale.items())
    return (*(Change(address, value) for address, value in case.set.items()), *scaled)


def _of_meaning(
    text: Text, document: SweepDocument, axes: Sequence[Axis], bases: Sequence[Scenario], most: int
) -> list[Fault]:
    """Return the faults of addresses and values: each axis and each case is tried alone on its scenarios."""
    faults: list[Fault] = []
    own = axes[len(axes) - len(document.axes) :]
    sound: list[tuple[Path, Axis]] = []
    for index, (record, axis) in enumerate(zip(document.axes, own, strict=False)):
        wrong = _axis_faults(text, index, record, axis, bases, most)
        faults += wrong
        sound += [] if wrong else [(("axes", index), axis)]
    faults += [at_place(text, *found) for found in sweep_check.check_overlaps(sound, bases[0])]
    for index, case in enumerate(document.cases):
        placed: list[tuple[Path, Change]] = [
            (("cases", index, "scale" if change.scales else "set", change.address), change) for change in _changes(case)
        ]
        wrong = list(sweep_check.addressed(text, placed, bases[0]))
        if not wrong and placed and (fault := sweep_check.tried(text, bases[0], placed)) is not None:
            wrong.append(fault)
        faults += wrong
        if len(faults) > most:
            break
    return faults


def _axis_faults(
    text: Text, index: int, record: AxisRecord, axis: Axis, bases: Sequence[Scenario], most: int
) -> list[Fault]:
    tried = list(sweep_check.trials(index, axis, record))
    for base in bases:
        whole = isinstance(text.data["axes"][index]["path"], str)
        faults: list[Fault] = []
        for number, change in enumerate(axis.changes(tried[0][1])):
            where: Path = ("axes", index, "path") if whole else ("axes", index, "path", number)
            faults += sweep_check.addressed(text, [(where, change)], base)
        if not faults:
            for where, value in tried:
                if where[-1] == "steps" and faults:
                    break  # one value of a range tells for the others
                fault = sweep_check.tried(text, base, [(where, change) for change in axis.changes(value)])
                faults += [] if fault is None else [fault]
                if len(faults) > most:
                    break
        if faults:
            return faults
    return []


def _warnings(text: Text, document: SweepDocument, twins: Sequence[Twin]) -> list[Fault]:
    """Return what is told of the cases that were left out, those of the grid in one line."""
    places = {case.id: index for index, case in enumerate(document.cases)}
    found = []
    unnamed = [twin for twin in twins if twin.own is None]
    if unnamed:
        message = f"{len(unnamed):,} of the grid's cases change the same as others and are played once; remove values"
        found.append(at_place(text, ("axes",), "same-case", message))
    for twin in twins:
        if twin.own is not None:
            message = f"it changes the same as the case {twin.kept}, which is played and this is not; remove it"
            found.append(at_place(text, ("cases", places[twin.own]), "same-case", message))
    return found
