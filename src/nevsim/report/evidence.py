"""Everything that a scenario takes for granted as lines of tables, with who says so; no HTML and no figures."""

from __future__ import annotations

from dataclasses import dataclass

from nevsim.report.style import MONTHS, amount, day_label, month_label, window_label
from nevsim.result import Result
from nevsim.scenario.assumptions import Assumption, assumptions, source_of
from nevsim.scenario.provenance import Source, day_of
from nevsim.scenario.schema import Hazard, Reading, Scope, Target
from nevsim.scenario.target_check import window_of

NO_SOURCE = "no source"
NOT_STATED = "not stated: counts as a start, adds no capacity"
KINDS = {"statement": "statements", "statistic": "statistics", "judgement": "judgements"}
"""Kinds of sources, one and several."""


@dataclass(frozen=True)
class Line:
    """A line of a table of assumptions; ``kind`` is its source's, whose id is ``key``, or that there is none."""

    address: str
    value: str
    unit: str
    percentiles: tuple[str, ...]
    kind: str
    key: str | None = None
    source: Source | None = None
    where: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Section:
    """The assumptions on one plant, limit, hazard, rollout, reading or target, and what it says without a number."""

    title: str
    facts: tuple[str, ...]
    lines: tuple[Line, ...]


def sections(result: Result) -> dict[str, list[Section]]:
    """Return the assumptions by table and by what each table lists, in the order of the scenario."""
    document = result.scenario.document
    titles: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}
    titles |= {("plants", one.id): (one.name or one.id, _plant_facts(result, one.id)) for one in document.plants}
    titles |= {("crews", one.id): (one.id, _crew_facts(result, one.id)) for one in document.crews}
    titles |= {("hazards", one.id): (one.id, _hazard_facts(one)) for one in document.hazards}
    titles |= {("supplies", one.id): (one.id, _supply_facts(result, one.id)) for one in document.supplies}
    titles |= {("markets", one.id): (one.id, (f"limits: {scope_words(one.scope)}",)) for one in document.markets}
    titles |= {("rollouts", one.id): (one.title or one.id, ()) for one in document.rollouts}
    titles |= {("factors", one.id): (one.id, ("moves together what it loads",)) for one in document.factors}
    titles |= {("readings", one.id): (one.id, _reading_facts(one)) for one in document.readings}
    titles |= {("targets", one.id): (one.title or one.id, _target_facts(one)) for one in document.targets}
    lines = _lines(result)
    found: dict[str, list[Section]] = {}
    for table, name in dict.fromkeys((*lines, *titles)):
        title, facts = titles.get((table, name), (name, ()))
        found.setdefault(table, []).append(Section(title, facts, tuple(lines.get((table, name), ()))))
    return found


def _lines(result: Result) -> dict[tuple[str, str], list[Line]]:
    """Return the lines of tables by the first two parts of their addresses."""
    lines: dict[tuple[str, str], list[Line]] = {}
    for one in assumptions(result.scenario):
        table, name = one.address.split(".")[:2]
        lines.setdefault((table, name), []).append(_line(one, source_of(result.scenario, one)))
    for view in result.scenario.phases:
        if view.value("nameplate") is None:
            address = f"{result.scenario.address(view.path)}.nameplate"
            lines.setdefault(("plants", view.plant.id), []).append(Line(address, NOT_STATED, "", (), "not stated"))
    return lines


def _line(one: Assumption, source: Source | None) -> Line:
    shown = tuple(amount(value) for value in one.percentiles or ())
    kind = source.kind if source else NO_SOURCE
    return Line(one.address, one.value, one.unit, shown, kind, one.source, source, one.where, one.note)


def _plant_facts(result: Result, plant: str) -> tuple[str, ...]:
    """Return what a plant says without a number: whose it is, where, what it makes, its tags and its ramps."""
    views = [view for view in result.scenario.phases if view.plant.id == plant]
    one = views[0].plant
    named = {
        "owner": one.owner,
        "region": one.region,
        "product": one.product,
        "tags": ", ".join(one.tags or ()),
    }
    facts = [f"{key}: {value}" for key, value in named.items() if value]
    ramps = {view.name: view.value("ramp").shape for view in views if view.value("ramp") is not None}
    if len(set(ramps.values())) == 1:
        return (*facts, f"ramp: {next(iter(ramps.values()))}")
    return (*facts, *(f"ramp of {name}: {shape}" for name, shape in ramps.items()))


def _crew_facts(result: Result, crew: str) -> tuple[str, ...]:
    plan = result.plan
    holders = dict.fromkeys(
        plan.titles[stage.phase] for stage in plan.stages if stage.crew is not None and plan.crews[stage.crew] == crew
    )
    return (f"held by: {', '.join(holders) or 'nothing'}",)


def _supply_facts(result: Result, supply: str) -> tuple[str, ...]:
    users = [view.title for view in result.scenario.phases if supply in (view.value("uses") or {})]
    return (f"used by: {', '.join(users) or 'nothing'}",)


def _reading_facts(reading: Reading) -> tuple[str, ...]:
    paths = (reading.path,) if isinstance(reading.path, str) else reading.path
    return (f"in place of {', '.join(paths)}",)


def _hazard_facts(hazard: Hazard) -> tuple[str, ...]:
    facts = [f"hits: {scope_words(hazard.scope)}, {'each plant by itself' if hazard.each else 'all together'}"]
    if hazard.months is not None:
        facts.append(f"onsets in {', '.join(MONTHS[month - 1] for month in hazard.months)}")
    facts += [f"from {day_label(day_of(hazard.from_))}"] if hazard.from_ else []
    facts += [f"before {day_label(day_of(hazard.until))}"] if hazard.until else []
    return tuple(facts)


def _target_facts(target: Target) -> tuple[str, ...]:
    if target.rollout is not None:
        return f"rollout {target.rollout}", when(target)
    part = () if target.part is None else (f"part: {scope_words(target.part)}",)
    return scope_words(target.scope), *part, when(target)


def when(target: Target) -> str:
    """Return the window or the day of a target in words."""
    if target.at is None:
        return f"in {window_label(*window_of(target))}"
    return f"in {month_label(target.at)}" if target.measure == "run-rate" else f"by {day_label(target.at)}"


def scope_words(scope: Scope) -> str:
    """Return a scope in words.

    >>> scope_words(Scope(region=("north", "south"), tags=("premium",))), scope_words(Scope())
    ('region north or south, tags premium', 'everything')
    """
    words = []
    for key in Scope.model_fields:
        values = getattr(scope, key)
        if values:
            words.append(f"{key} {(' and ' if key == 'tags' else ' or ').join(values)}")
    return ", ".join(words) or "everything"


def kinds(found: dict[str, list[Section]]) -> list[str]:
    """Return how many assumptions rest on each kind of source, in words."""
    kinds = [line.kind for sections in found.values() for section in sections for line in section.lines]
    named = [f"{kinds.count(kind)} {kind if kinds.count(kind) == 1 else several}" for kind, several in KINDS.items()]
    return [*named, f"{kinds.count(NO_SOURCE)} with no source"]


def season_words(weights: tuple[float, ...]) -> str | None:
    """Return the weights of the months in words, or None where the months are alike."""
    if len(set(weights)) == 1:
        return None
    return ", ".join(f"{month} {weight:g}" for month, weight in zip(MONTHS, weights, strict=True))
