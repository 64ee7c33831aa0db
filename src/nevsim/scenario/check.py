"""What a scenario file means as a whole: every fault of a document in one go; shapes are in schema."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from itertools import islice, pairwise

from nevsim.clock import UNIT_MINUTES, deadline_of, next_month
from nevsim.errors import Fault
from nevsim.laws import LawError, Truncated
from nevsim.scenario.address import Path, nearest
from nevsim.scenario.contents import Found, Subject, beginnings, limits, quantities, records, scopes
from nevsim.scenario.extension import Text
from nevsim.scenario.factors import check_factors, uncertain_of, warn_factors
from nevsim.scenario.faults import MAX_FAULTS, at_place, shown
from nevsim.scenario.oddities import WARNINGS
from nevsim.scenario.phases import PhaseView, in_scope
from nevsim.scenario.provenance import day_of
from nevsim.scenario.quantity import unit_of
from nevsim.scenario.ranges import law_of, months_of, quantity_faults
from nevsim.scenario.readings import check_readings
from nevsim.scenario.schema import (
    Crew,
    Document,
    Factor,
    Hazard,
    Limit,
    Phase,
    Plant,
    Ramp,
    Reading,
    Rollout,
    Scope,
    Stage,
    Target,
)
from nevsim.scenario.target_check import check_targets, warn_already, warn_out_of_reach
from nevsim.scenario.waits import check_stages

MAX_MONTHS = 600
"""Months that a play may last."""
MIN_STEP = 1e-6
"""Share of a ramp's duration that lies between two of its points at least: no slope overflows."""
MAX_PAIRS = 400_000
"""Pairs of a scope and a phase that a scenario may have, so that a check takes no longer than a second or two."""

Named = Plant | Phase | Stage | Crew | Hazard | Limit | Rollout | Factor | Reading | Target


def check_document(document: Document, views: tuple[PhaseView, ...], text: Text) -> tuple[list[Fault], list[Fault]]:
    """Return the faults and the warnings of a document, each at its place."""
    subject = Subject(document, views)
    pairs = sum(1 for _ in scopes(document)) * len(views)
    if pairs > MAX_PAIRS:
        message = f"found {pairs:,} pairs of a scope and a phase, want at most {MAX_PAIRS:,}; split the scenario"
        return [at_place(text, (), "too-large", message)], []
    uncertain = uncertain_of(document)
    whole = (
        check_targets(document, views),
        check_factors(document, text, uncertain),
        check_readings(text, document.readings),
    )
    faults = _at_places(text, [*(check(subject) for check in CHECKS), *whole])
    if faults:
        return faults, []
    odd = (warn_factors(document, text, uncertain), warn_already(document), warn_out_of_reach(document, views))
    return [], _at_places(text, [*(warn(subject) for warn in WARNINGS), *odd])


def _at_places(text: Text, checks: list[Found]) -> list[Fault]:
    return [at_place(text, *found) for check in checks for found in islice(check, MAX_FAULTS)]


def check_ids(subject: Subject) -> Found:
    """No two things of one list have one id."""
    document = subject.document
    lists: list[tuple[Path, tuple[Named, ...]]] = [
        (("plants",), document.plants),
        (("crews",), document.crews),
        (("hazards",), document.hazards),
        (("supplies",), document.supplies),
        (("markets",), document.markets),
        (("rollouts",), document.rollouts),
        (("factors",), document.factors),
        (("readings",), document.readings),
        (("targets",), document.targets),
    ]
    for path, record in beginnings(document):
        lists.append(((*path, "stages"), record.stages or ()))
        if isinstance(record, Plant):
            lists.append(((*path, "phases"), record.phases or ()))
    for path, named in lists:
        seen: set[str] = set()
        for index, one in enumerate(named):
            name = one.id
            if name in seen:
                yield (
                    (*path, index),
                    "duplicate-id",
                    f'"{name}" stands here twice; rename one or merge the two',
                )
            seen.add(name)


def check_clock(subject: Subject) -> Found:
    """The play runs over whole months, and not for ever."""
    head = subject.document.scenario
    for key in ("start", "end"):
        day: date = getattr(head, key)
        if day.day != 1:
            first = day.replace(day=1) if key == "start" else next_month(day)
            yield ("scenario", key), "bad-date", f"found {day}, want the first of a month; write {first}"
    if head.end <= head.start:
        message = f"found {head.end}, want a month after start, {head.start}; move one of the two"
        yield ("scenario", "end"), "horizon", message
    elif (head.end.year - head.start.year) * 12 + head.end.month - head.start.month > MAX_MONTHS:
        yield (
            ("scenario", "end"),
            "horizon",
            f"found {head.end}, want at most {MAX_MONTHS} months after start; move end",
        )


def check_sources(subject: Subject) -> Found:
    """Every source that is named exists, and none is later than the date of the file."""
    document = subject.document
    for name, source in document.sources.items():
        if source.date > document.scenario.as_of:
            message = f"dated {source.date}, after as_of {document.scenario.as_of}; remove what it informs"
            yield ("sources", name, "date"), "later-than-as-of", message
    for path, record in records(document):
        source_name = getattr(record, "source", None)
        if source_name is not None and source_name not in document.sources:
            close = nearest(source_name, document.sources)
            message = f"found {shown(source_name)}, want one of the [sources]{close or '; add it there'}"
            yield (*path, "source"), "unknown-source", message


def check_contents(subject: Subject) -> Found:
    """There is something to play."""
    if not subject.document.plants and not subject.document.rollouts:
        yield ("plants",), "missing-key", "there is nothing to play; add a table [[plants]], or [[rollouts]]"


def check_beginnings(subject: Subject) -> Found:
    """Every phase begins in one way."""
    for view in subject.views:
        ways = [name for name in ("announced", "stages", "operating") if name in view.given]
        if "operating" in ways and len(ways) > 1:
            other = next(name for name in ways if name != "operating")
            yield (
                view.where(other),
                "two-beginnings",
                f"{other} beside operating; a running plant has neither: keep one",
            )
        if not ways:
            if "slip" in view.given:
                yield view.where("slip"), "no-beginning", "slip without announced; add the promised start"
            else:
                yield view.path, "no-beginning", "want one of announced, stages or operating; add one"
        elif "slip" in view.given and "announced" not in ways:
            yield (
                view.where("slip"),
                "two-beginnings",
                f"slip beside {ways[-1]}; slip goes with announced alone: keep one",
            )
        elif "slip" in view.given and "stages" in ways:
            yield (
                view.where("slip"),
                "two-beginnings",
                "slip beside stages; both say when it starts: keep one",
            )
        if view.phase is not None and view.phase.begins is not None and "stages" not in view.given:
            message = "begins goes with stages, and this phase has none; add stages or remove it"
            yield view.where("begins"), "begins-without-stages", message
        if view.operates:
            yield from _doubted(view)
    yield from _misplaced(subject.document)


def _doubted(view: PhaseView) -> Found:
    """What already runs, by itself or with its plant, has no chance to start and no load of its own."""
    record = view.plant if view.phase is None else view.phase
    beside = "operating" if record.operating is not None else "operating of its plant"
    for name in ("load", "realised"):
        if getattr(record, name) is not None:
            yield (*view.path, name), "not-when-operating", f"{name} beside {beside}; it already runs: remove it"


def _misplaced(document: Document) -> Found:
    for path, record in beginnings(document):
        phases = (record.phases or ()) if isinstance(record, Plant) else ()
        if record.begins is not None:
            begins = day_of(record.begins)
            if begins < document.scenario.start:
                message = f"found {begins}, before start {document.scenario.start}; state what remains from start on"
                yield (*path, "begins"), "begins-early", message
            if record.stages is None and not any(phase.stages for phase in phases) and path[-2] != "phases":
                yield (
                    (*path, "begins"),
                    "begins-without-stages",
                    "begins goes with stages; add stages or remove it",
                )


def check_ramps(subject: Subject) -> Found:
    """Every ramp has what its shape needs and nothing else."""
    for path, record in beginnings(subject.document):
        if record.ramp is not None:
            yield from _ramp_faults((*path, "ramp"), record.ramp)
    for view in subject.views:
        ramp: Ramp | None = view.value("ramp")
        if view.operates and ramp is not None and ramp.shape == "step":
            message = "step beside operating: its share would jump; write linear, s-curve, fast-start or points"
            yield (*view.where("ramp"), "shape"), "ramp", message


def _ramp_faults(path: Path, ramp: Ramp) -> Found:
    if ramp.shape == "step" and ramp.duration is not None:
        yield (*path, "duration"), "ramp", "a step takes no time; remove duration, or choose another shape"
    if ramp.shape != "step" and ramp.duration is None:
        yield path, "missing-key", f'"duration" is missing; a ramp of shape {ramp.shape} needs one: add it'
    if ramp.shape == "points" and ramp.points is None:
        yield path, "missing-key", '"points" is missing; shape points needs [[0, 0], ..., [1, 1]]: add them'
    if ramp.points is None:
        return
    if ramp.shape != "points":
        yield (
            (*path, "points"),
            "ramp",
            f'points beside shape {ramp.shape}; write shape = "points" or remove them',
        )
    rising = all(a[0] + MIN_STEP <= b[0] and a[1] <= b[1] for a, b in pairwise(ramp.points))
    if not rising or ramp.points[:1] != ((0.0, 0.0),) or ramp.points[-1:] != ((1.0, 1.0),):
        yield (*path, "points"), "ramp", f"want pairs rising from [0, 0] to [1, 1] by {MIN_STEP:g} or more; sort them"


def check_quantities(subject: Subject) -> Found:
    """Every quantity has a law that stays in its range."""
    for place in quantities(subject.document):
        for kind, message in quantity_faults(place.field, place.quantity):
            yield place.path, kind, message


def check_slips(subject: Subject) -> Found:
    """Every slip leaves some chance of a start at or after minute zero."""
    head = subject.document.scenario
    for view in subject.views:
        promise = view.value("announced")
        if promise is None or "stages" in view.given or "operating" in view.given:
            continue
        day: date = getattr(promise, "date", promise) if not isinstance(promise, date) else promise
        minute = deadline_of(day, head.start)
        slip = view.value("slip")
        if minute >= 0 and slip is None:
            continue
        try:
            law = law_of(0.0 if slip is None else slip)
        except LawError:
            continue  # named by check_quantities
        unit = "months" if slip is None else unit_of(slip) or "months"
        try:
            Truncated(law, -minute / UNIT_MINUTES[unit], math.inf)
        except LawError:
            latest = f"{0.0 if slip is None else law.support[1] * months_of('slip', slip):g}"
            message = (
                f"promised {day}, slip at most {latest} months, so before start: declare it operating or widen slip"
            )
            yield view.where("announced" if slip is None else "slip"), "no-mass", message


def check_names(subject: Subject) -> Found:
    """Every crew, supply and rollout that is named is there."""
    document = subject.document
    crews = {crew.id for crew in document.crews}
    supplies = {supply.id for supply in document.supplies}
    rollouts = {rollout.id for rollout in document.rollouts}
    for path, record in beginnings(document):
        for number, stage in enumerate(record.stages or ()):
            if stage.crew is not None and stage.crew not in crews:
                yield (*path, "stages", number, "crew"), "unknown-id", _unknown(stage.crew, "crews", crews)
        for name in record.uses or {}:
            if name not in supplies:
                yield (*path, "uses", name), "unknown-id", _unknown(name, "supplies", supplies)
    for index, target in enumerate(document.targets):
        if target.rollout is not None and target.rollout not in rollouts:
            yield ("targets", index, "rollout"), "unknown-id", _unknown(target.rollout, "rollouts", rollouts)


def _unknown(name: str, table: str, known: set[str]) -> str:
    return f"found {shown(name)}, want one of the [[{table}]]{nearest(name, known) or '; add it there'}"


def check_scopes(subject: Subject) -> Found:
    """Every scope selects something, and every name in it is known."""
    known = _names(subject)
    for path, scope in scopes(subject.document):
        unknown = list(_unknown_names(known, path, scope))
        yield from unknown
        if not unknown and not any(in_scope(scope, view) for view in subject.views):
            yield path, "scope-matches-nothing", "no plant matches all of it; remove a key or correct a value"


def _names(subject: Subject) -> dict[str, set[str]]:
    """Return all that a scope may name, by its keys."""
    plants = subject.document.plants
    return {
        "plant": {name for view in subject.views for name in (view.name, view.plant.id, f"{view.plant.id}.main")},
        "owner": {plant.owner for plant in plants if plant.owner is not None},
        "region": {plant.region for plant in plants if plant.region is not None},
        "product": {plant.product for plant in plants if plant.product is not None},
        "tags": {tag for view in subject.views for tag in view.tags},
    }


def _unknown_names(known: dict[str, set[str]], path: Path, scope: Scope) -> Found:
    for key, names in known.items():
        for value in getattr(scope, key) or ():
            if value not in names:
                cure = nearest(value, names) or "; correct it or add it to a plant"
                message = f"found {shown(value)}, which no plant has{cure}"
                yield (*path, key), "scope-matches-nothing", message


def check_hazards(subject: Subject) -> Found:
    """Hazards have time to come in, and list each month once."""
    for index, hazard in enumerate(subject.document.hazards):
        path: Path = ("hazards", index)
        if hazard.months is not None and len(set(hazard.months)) < len(hazard.months):
            yield (*path, "months"), "out-of-range", "a month stands here twice; list each once"
        if hazard.from_ is None or hazard.until is None:
            continue
        first, last = day_of(hazard.from_), day_of(hazard.until)
        if last <= first:
            yield (*path, "until"), "bad-date", f"found {last}, want a day after from, {first}; move one of the two"


def check_limits(subject: Subject) -> Found:
    """The rows of a supply and of a market follow one another at firsts of months."""
    for path, limit in limits(subject.document):
        for number, row in enumerate(limit.yearly):
            where = (*path, "yearly", number, "from")
            if row.from_.day != 1:
                first = row.from_.replace(day=1)
                yield where, "bad-date", f"found {row.from_}, want the first of a month; write {first}"
            if number and row.from_ <= limit.yearly[number - 1].from_:
                yield where, "bad-date", f"found {row.from_}, want a month after the row above; sort the rows"


def check_rollouts(subject: Subject) -> Found:
    """No rollout begins before the play."""
    start = subject.document.scenario.start
    for index, rollout in enumerate(subject.document.rollouts):
        if rollout.begins is not None and day_of(rollout.begins) < start:
            message = f"found {day_of(rollout.begins)}, before start {start}; state what remains from start on"
            yield ("rollouts", index, "begins"), "begins-early", message


CHECKS: tuple[Callable[[Subject], Found], ...] = (
    check_ids,
    check_clock,
    check_sources,
    check_contents,
    check_beginnings,
    check_ramps,
    check_quantities,
    check_slips,
    check_stages,
    check_names,
    check_scopes,
    check_hazards,
    check_limits,
    check_rollouts,
)
