"""From a scenario to a plan: dates become minutes, scopes become masks, waits become positions; no chance."""

from __future__ import annotations

from datetime import date

import numpy as np

from nevsim.arrays import Bools, Minutes
from nevsim.clock import (
    MONTH_MINUTES,
    YEAR,
    deadline_of,
    minute_of,
    month_edges,
    months_between,
    next_month,
    season_weights,
)
from nevsim.plant.plan import UNANNOUNCED, Plan, RampPlan, RolloutPlan, StagePlan, StreamPlan, TargetPlan
from nevsim.scenario.load import Scenario
from nevsim.scenario.phases import PhaseView, in_scope
from nevsim.scenario.provenance import StatedDay, day_of
from nevsim.scenario.quantity import figure_of
from nevsim.scenario.ranges import law_of
from nevsim.scenario.schema import Hazard, Ramp, Rollout, Scope, Target
from nevsim.scenario.target_check import window_of
from nevsim.scenario.waits import milestones, stages_of, waits_of


def lower(scenario: Scenario) -> Plan:
    """Return the plan of a scenario: what is the same in every replication."""
    document, views = scenario.document, scenario.phases
    head = document.scenario
    return Plan(
        start=head.start,
        edges=month_edges(head.start, head.end),
        season=season_weights(head.start, head.end, head.season),
        phases=tuple(view.name for view in views),
        titles=tuple(view.title for view in views),
        announced=np.array([_announced(view, head.start) for view in views], dtype=np.int64),
        operating=np.array([view.operates for view in views], dtype=bool),
        stated=np.array([view.value("nameplate") is not None for view in views], dtype=bool),
        climbs=np.array([view.operates and view.value("ramp") is not None for view in views], dtype=bool),
        ramps=tuple(_ramp(view.value("ramp")) for view in views),
        stages=_stages(scenario, head.start),
        crews=tuple(crew.id for crew in document.crews),
        streams=tuple(stream for hazard in document.hazards for stream in _streams(scenario, hazard)),
        supplies=tuple(supply.id for supply in document.supplies),
        markets=tuple(market.id for market in document.markets),
        members=_mask([market.scope for market in document.markets], views),
        rollouts=tuple(_rollout(rollout, head.start) for rollout in document.rollouts),
        targets=tuple(_target(scenario, target) for target in document.targets),
    )


def promised_day(view: PhaseView) -> date | None:
    """Return the last day of a phase's promise, or None where it announced nothing."""
    promise = view.value("announced")
    return None if promise is None else day_of(promise)


def _announced(view: PhaseView, start: date) -> int:
    if view.operates:
        return 0
    day = promised_day(view)
    return UNANNOUNCED if day is None else deadline_of(day, start)


def _ramp(ramp: Ramp | None) -> RampPlan:
    return RampPlan("step") if ramp is None else RampPlan(ramp.shape, ramp.points or ())


def _mask(scopes: list[Scope], views: tuple[PhaseView, ...]) -> Bools:
    mask = np.array([[in_scope(scope, view) for view in views] for scope in scopes], dtype=bool)
    return mask.reshape(len(scopes), len(views))


def _rollout(rollout: Rollout, start: date) -> RolloutPlan:
    most = int(law_of(rollout.planned).support[1])
    return RolloutPlan(rollout.id, _minute(rollout.begins, start), int(figure_of(rollout.already)), most)


def _minute(begins: date | StatedDay | None, start: date) -> int:
    return 0 if begins is None else minute_of(day_of(begins), start)


def _stages(scenario: Scenario, start: date) -> tuple[StagePlan, ...]:
    views = scenario.phases
    known = milestones(views)
    crews = {crew.id: number for number, crew in enumerate(scenario.document.crews)}
    firsts = np.cumsum([0, *(len(stages_of(view)) for view in views)]).tolist()
    plans: list[StagePlan] = []
    for phase, view in enumerate(views):
        minute = _minute(view.value("begins"), start)
        for number, stage in enumerate(stages_of(view)):
            waits, _ = waits_of(view, phase, number, known)
            after = tuple(firsts[one.phase] + one.stage for one in waits if one.stage is not None)
            starts = tuple(one.phase for one in waits if one.stage is None)
            crew = None if stage.crew is None else crews[stage.crew]
            plans.append(StagePlan(stage.id, phase, after, starts, minute, crew))
    return tuple(plans)


def _hit(scenario: Scenario, hazard: Hazard) -> dict[str, list[int]]:
    """Return the phases that each stream of a hazard hits, by its address."""
    name = f"hazards.{hazard.id}"
    found: dict[str, list[int]] = {} if hazard.each else {name: []}
    for number, view in enumerate(scenario.phases):
        if in_scope(hazard.scope, view):
            found.setdefault(f"{name}.plants.{view.plant.id}" if hazard.each else name, []).append(number)
    return found


def _streams(scenario: Scenario, hazard: Hazard) -> list[StreamPlan]:
    head = scenario.document.scenario
    opens, lengths = _exposed(hazard, head.start, head.end)
    months = hazard.months or ()
    year = sum(MONTH_MINUTES[month - 1] for month in months) if months else float(YEAR)
    return [
        StreamPlan(name, hazard.id, tuple(phases), opens, lengths, year)
        for name, phases in _hit(scenario, hazard).items()
    ]


def _exposed(hazard: Hazard, start: date, end: date) -> tuple[Minutes, Minutes]:
    """Return the spans of minutes in which onsets may fall: listed months within from and until, joined."""
    low = max(start, start if hazard.from_ is None else day_of(hazard.from_))
    high = min(end, end if hazard.until is None else day_of(hazard.until))
    spans: list[list[int]] = []
    for first in months_between(start, end):
        if hazard.months is not None and first.month not in hazard.months:
            continue
        opens, closes = minute_of(max(first, low), start), minute_of(min(next_month(first), high), start)
        if closes <= opens:
            continue
        if spans and spans[-1][1] == opens:
            spans[-1][1] = closes
        else:
            spans.append([opens, closes])
    edges = np.array(spans, dtype=np.int64).reshape(-1, 2)
    return edges[:, 0], edges[:, 1] - edges[:, 0]


def _target(scenario: Scenario, target: Target) -> TargetPlan:
    head, views = scenario.document.scenario, scenario.phases
    inside = _mask([target.scope], views)[0]
    title = target.title or target.id
    if target.measure == "count":
        number = [rollout.id for rollout in scenario.document.rollouts].index(str(target.rollout))
        already = figure_of(scenario.document.rollouts[number].already)
        at = _deadline(target, head.start)
        nothing = np.zeros(len(views), dtype=bool)
        level = target.at_least or 0.0
        return TargetPlan(target.id, title, "count", nothing, level, at=at, already=already, rollout=number)
    if target.measure in ("output", "share"):
        first, last = window_of(target)
        months = months_between(head.start, head.end)
        begin = 0 if first <= head.start else months.index(first)
        stop = len(months) if last == head.end else months.index(last)
        already = 0.0 if target.already is None else figure_of(target.already)
        level = target.at_least or 0.0
        window = (begin, stop)
        part = None if target.part is None else inside & _mask([target.part], views)[0]
        return TargetPlan(target.id, title, target.measure, inside, level, window=window, already=already, part=part)
    if target.measure == "start":
        inside = inside & np.array([not view.operates for view in views])
    level = float(inside.sum()) if target.at_least is None else target.at_least
    return TargetPlan(target.id, title, target.measure, inside, level, at=_deadline(target, head.start))


def _deadline(target: Target, start: date) -> int:
    return 0 if target.at is None else deadline_of(target.at, start)
