"""What each stage waits for, across phases and plants, and whether that has an order; no minutes and no crews."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from nevsim.scenario.address import Path, nearest
from nevsim.scenario.contents import Found, Subject
from nevsim.scenario.faults import shown
from nevsim.scenario.phases import PhaseView
from nevsim.scenario.schema import MAIN, Stage

MAX_SHOWN = 5
"""Stages of a circle that its fault names."""


@dataclass(frozen=True)
class Milestone:
    """What can be waited for: the end of a stage of a phase, or the start of production where ``stage`` is None."""

    phase: int
    stage: int | None


def milestones(views: tuple[PhaseView, ...]) -> dict[str, Milestone]:
    """Return every milestone by the name that other phases know it by."""
    found: dict[str, Milestone] = {}
    for phase, view in enumerate(views):
        start = view.name if view.phase is not None else f"{view.plant.id}.{MAIN}"
        found[start] = Milestone(phase, None)
        for number, stage in enumerate(stages_of(view)):
            found[f"{view.name}.{stage.id}"] = Milestone(phase, number)
    return found


def stages_of(view: PhaseView) -> tuple[Stage, ...]:
    """Return the stages of a phase."""
    return view.value("stages") or ()


def waits_of(
    view: PhaseView, phase: int, number: int, known: dict[str, Milestone]
) -> tuple[list[Milestone], list[tuple[int, str]]]:
    """Return what a stage waits for, and the position and name in its ``after`` of each that nobody knows."""
    stages = stages_of(view)
    after = stages[number].after
    if after is None:
        return [Milestone(phase, number - 1)] if number else [], []
    found, unknown = [], []
    for position, name in enumerate(after):
        milestone = known.get(f"{view.name}.{name}" if "." not in name else name)
        if milestone is None:
            unknown.append((position, name))
        else:
            found.append(milestone)
    return found, unknown


def check_stages(subject: Subject) -> Found:
    """Stages wait for what exists, and not for one another in a circle."""
    known = milestones(subject.views)
    graph: dict[Milestone, list[Milestone]] = {}
    told = set()
    for phase, view in enumerate(subject.views):
        stages = stages_of(view)
        graph[Milestone(phase, None)] = [Milestone(phase, number) for number in range(len(stages))]
        for number in range(len(stages)):
            found, unknown = waits_of(view, phase, number, known)
            graph[Milestone(phase, number)] = found
            path = (*view.where("stages"), number, "after")
            for position, name in unknown:
                if (path, position) not in told:
                    told.add((path, position))
                    yield (*path, position), "unknown-stage", _unknown(name, view, known)
    if any(len({stage.id for stage in stages_of(view)}) < len(stages_of(view)) for view in subject.views):
        return  # an id stands twice, so who waits for whom is open
    yield from _circle(subject.views, graph)


def _unknown(name: str, view: PhaseView, known: dict[str, Milestone]) -> str:
    own = [stage.id for stage in stages_of(view)]
    if f"{name}.{MAIN}" in known:
        cure = f'; did you mean "{name}.{MAIN}"?'
    else:
        cure = nearest(name, own if "." not in name else known) or "; add or correct it"
    return f'found {shown(name)}, want a stage of this phase, "plant.phase" or "plant.phase.stage"{cure}'


def _circle(views: tuple[PhaseView, ...], graph: dict[Milestone, list[Milestone]]) -> Found:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[Milestone] = error.args[1][::-1]
        if circle[0].stage is None:  # a phase without stages waits for nothing, so some stage stands in every circle
            circle = [*circle[1:], circle[1]]
        first = circle[0]
        alone = len({milestone.phase for milestone in circle}) == 1
        names = [_name(views, milestone, alone) for milestone in circle]
        way = " after ".join(names if len(names) <= MAX_SHOWN else [*names[: MAX_SHOWN - 2], "...", names[-1]])
        path: Path = (*views[first.phase].where("stages"), first.stage or 0, "after")
        yield path, "stage-circle", f"{way}; want an order: remove one after"


def _name(views: tuple[PhaseView, ...], milestone: Milestone, alone: bool) -> str:
    view = views[milestone.phase]
    if milestone.stage is None:
        return f"the start of {view.name}"
    stage = stages_of(view)[milestone.stage].id
    return stage if alone else f"{view.name}.{stage}"
