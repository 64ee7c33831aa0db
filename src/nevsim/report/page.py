"""A result as one plain HTML page that holds its figures and every assumption with its source; it computes nothing."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from matplotlib.figure import Figure

import nevsim
from nevsim.forecast import Result, TargetResult
from nevsim.plant.losses import LOSSES
from nevsim.plant.plan import TargetPlan
from nevsim.report.canvas import svg
from nevsim.report.figures import figures
from nevsim.report.style import MONTHS, amount, day_label, month_label, percent, share, window_label
from nevsim.report.terminal import day_or_beyond, signed
from nevsim.report.waterfall import ROUNDING
from nevsim.scenario.assumptions import Assumption, assumptions, source_of
from nevsim.scenario.phases import PhaseView
from nevsim.scenario.provenance import Source
from nevsim.scenario.schema import Hazard, Scope, Target
from nevsim.scenario.target_check import window_of

UNITS = {
    "output": "vehicles",
    "run-rate": "vehicles a year",
    "capacity": "vehicles a year",
    "start": "starts",
}
"""The unit of each measure's level."""
MEANINGS = {
    "cancelled": "the whole promise of a phase that never goes ahead.",
    "shrunk": "the part of the promised capacity that does not get built; a gain where more is built.",
    "late": "the promise from the promised day to the actual start; a gain where the start is early.",
    "stopped": "the time that outages take after the start, by their severity.",
    "ramping": "what is not made yet on the way to the full rate; a gain where running plants grow beyond their share.",
    "underused": "what a load below the full rate leaves unmade; a gain where it is above.",
    "short": "what could not be made for want of supplies.",
    "unsold": "what the market does not take.",
    "unannounced": "how far the level lies above the mean promise and what was made before: nobody announced it.",
}
"""What each cause of loss is, in one line."""
GROUPS = {"plants": "Plants", "hazards": "Hazards", "markets": "Markets", "targets": "Targets"}
"""The tables of assumptions, by the head of their addresses."""
COLUMNS = 4
"""Targets beside one another in a table of losses."""
NO_SOURCE = "no source"
NOT_STATED = "not stated: counts as a start, adds no capacity"


@dataclass(frozen=True)
class Picture:
    """A figure as a data URI, in which its ids meet no others; ``alt`` says what it shows."""

    uri: str
    alt: str
    caption: str


@dataclass(frozen=True)
class Volume:
    """A scope and window of output targets: the targets on it, their position and plan, and its pictures."""

    label: str
    first: TargetResult
    already: float
    targets: tuple[TargetResult, ...]
    pictures: tuple[Picture, ...]

    def loss(self, cause: str) -> str:
        """Return a cause's part of the way from the promise to what is made; what it takes is negative."""
        loss = (self.first.losses or {})[cause]
        return "0" if abs(loss) <= ROUNDING * max(self.first.promised or 0.0, 1.0) else signed(-loss)


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
    """The assumptions on one plant, hazard, market or target, and what it says without a number."""

    name: str
    title: str
    facts: tuple[str, ...]
    lines: tuple[Line, ...]


def page(result: Result) -> str:
    """Return the report of a result as a self-contained HTML page: the same result, the same text."""
    document = result.scenario.document
    sections = _sections(result)
    drawn = figures(result)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            result=result,
            head=document.scenario,
            version=nevsim.__version__,
            announced=[target for target in result.targets[1:] if _is_announced(result, target)],
            levels=[
                _level(target, plan)
                for target, plan in zip(document.targets, result.plan.targets, strict=True)
            ],
            volumes=_volumes(result, drawn),
            causes=LOSSES,
            meanings=MEANINGS,
            columns=COLUMNS,
            starts=_picture(drawn["starts"], _starts_alt(result), "") if result.starts else None,
            curves=_curves(result, drawn),
            groups={name: sections[key] for key, name in GROUPS.items() if sections[key]},
            kinds=_kinds(
                [line for group in sections.values() for section in group for line in section.lines]
            ),
            season=_season(document.scenario.season),
            sources=document.sources,
            warnings=result.scenario.warnings,
            units=UNITS,
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("nevsim.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "amount": amount,
        "percent": percent,
        "day": day_label,
        "month": month_label,
        "started": day_or_beyond,
        "stated": _stated,
        "is_link": is_link,
    }
    environment.globals |= {"share": share, "window": window_label}
    return environment


def is_link(url: str | None) -> bool:
    """Whether a url may be followed from the page: http or https and a host, nothing that could be a script."""
    if url is None or any(character.isspace() for character in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _stated(probability: float) -> str:
    return f"{100 * probability:.3g} %"


def _is_announced(result: Result, found: TargetResult) -> bool:
    """Whether somebody stated the target, rather than its scenario's author."""
    document = result.scenario.document
    key = next(target.source for target in document.targets if target.id == found.id)
    return key is not None and document.sources[key].kind == "statement"


def _level(target: Target, plan: TargetPlan) -> str:
    """Return the level of a target with its unit and when it counts."""
    unit = "start" if plan.measure == "start" and plan.at_least == 1 else UNITS[plan.measure]
    return f"{amount(plan.at_least)} {unit} {_when(target)}"


def _when(target: Target) -> str:
    if target.at is None:
        return f"in {window_label(*window_of(target))}"
    return f"in {month_label(target.at)}" if target.measure == "run-rate" else f"by {day_label(target.at)}"


def _picture(draw: Callable[[], Figure], alt: str, caption: str) -> Picture:
    code = b64encode(svg(draw()).encode()).decode("ascii")
    return Picture(f"data:image/svg+xml;base64,{code}", alt, caption)


def _volumes(result: Result, drawn: dict[str, Callable[[], Figure]]) -> list[Volume]:
    """Return the scopes and windows of the output targets, each with the targets that share it."""
    volumes = []
    for number in result.volumes():
        first, target = result.targets[number], result.scenario.document.targets[number]
        same = partial(_same_output, result.plan.targets[number])
        shared = tuple(
            one for one, plan in zip(result.targets, result.plan.targets, strict=True) if same(plan)
        )
        pictures = (
            _picture(
                drawn[f"fan-{first.id}"],
                _fan_alt(result, number),
                "How the yearly rate may go, month by month.",
            ),
            _picture(
                drawn[f"waterfall-{first.id}"],
                _waterfall_alt(first),
                "Where the promised vehicles go, on average.",
            ),
        )
        label = f"{_scope(target.scope)}, {window_label(*window_of(target))}"
        volumes.append(Volume(label, first, result.plan.targets[number].already, shared, pictures))
    return volumes


def _same_output(one: TargetPlan, other: TargetPlan) -> bool:
    return (
        one.measure == other.measure
        and one.window == other.window
        and bool((one.inside == other.inside).all())
    )


def _curves(result: Result, drawn: dict[str, Callable[[], Figure]]) -> list[Picture]:
    """Return the exceedance of every measured quantity once, with the odds of the further targets on it.

    What repeats a stated probability has no curve.
    """
    targets = zip(result.targets, result.plan.targets, strict=True)
    found: dict[tuple[str, bytes, tuple[int, int], int, float], list[TargetResult]] = {}
    for one, plan in targets:
        if one.stated is None:
            quantity = (plan.measure, plan.inside.tobytes(), plan.window, plan.at, plan.already)
            found.setdefault(quantity, []).append(one)
    pictures = []
    for first, *others in found.values():
        also = "; ".join(
            f"{amount(one.at_least)} {UNITS[one.measure]}: {percent(one.odds)}" for one in others
        )
        caption = f"Odds of the other levels on this curve: {also}." if also else ""
        pictures.append(_picture(drawn[f"exceedance-{first.id}"], _curve_alt(first), caption))
    return pictures


def _fan_alt(result: Result, number: int) -> str:
    rates = result.fan(result.scope_of(number) or 0, (0.05, 0.5, 0.95))
    first, last = month_label(result.months[0]), month_label(result.months[-1])
    return (
        f"Fan of the yearly rate by month, {result.targets[number].title}. Median {amount(rates[1, 0])} vehicles a year"
        f" in {first} and {amount(rates[1, -1])} in {last}, when 90 % of the runs lie between {amount(rates[0, -1])} and"
        f" {amount(rates[2, -1])}."
    )


def _waterfall_alt(found: TargetResult) -> str:
    return (
        f"Waterfall, {found.title}. From a mean promise of {amount(found.promised or 0.0)} vehicles to a mean of"
        f" {amount(found.mean)} made, against a level of {amount(found.at_least)}. Its numbers stand in the table of losses."
    )


def _starts_alt(result: Result) -> str:
    count = len(result.starts)
    phases = "one phase" if count == 1 else f"{count} phases"
    return f"Promised day and simulated start of production of {phases}. Its numbers stand in the table of starts."


def _curve_alt(found: TargetResult) -> str:
    unit = UNITS[found.measure]
    return (
        f"Share of the runs that reach at least each value, {found.title}. P10 {amount(found.p10)}, P50"
        f" {amount(found.p50)}, P90 {amount(found.p90)} {unit}; odds of at least {amount(found.at_least)}:"
        f" {percent(found.odds)}."
    )


def _sections(result: Result) -> dict[str, list[Section]]:
    """Return the assumptions by table and by plant, hazard, market or target, in the order of the scenario."""
    document = result.scenario.document
    written: dict[tuple[str, str], list[Line]] = {}
    for one in assumptions(result.scenario):
        head, name = one.address.split(".")[:2]
        written.setdefault((head, name), []).append(_line(one, source_of(result.scenario, one)))
    for view in result.scenario.phases:
        if view.value("nameplate") is None:
            address = f"{result.scenario.address(view.path)}.nameplate"
            line = Line(address, NOT_STATED, "", (), "not stated")
            written.setdefault(("plants", view.plant.id), []).insert(0, line)
    titles_and_facts: dict[str, list[tuple[str, str, tuple[str, ...]]]] = {
        "plants": [(one.id, one.name or one.id, _plant_facts(result, one.id)) for one in document.plants],
        "hazards": [(one.id, one.id, _hazard_facts(one)) for one in document.hazards],
        "markets": [(one.id, one.id, (f"limits: {_scope(one.scope)}",)) for one in document.markets],
        "targets": [
            (one.id, one.title or one.id, (_scope(one.scope), _when(one))) for one in document.targets
        ],
    }
    return {
        head: [
            Section(name, title, facts, tuple(written.get((head, name), ())))
            for name, title, facts in sections
        ]
        for head, sections in titles_and_facts.items()
    }


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
    return (*facts, *dict.fromkeys(_ramp_fact(view) for view in views))


def _ramp_fact(view: PhaseView) -> str:
    ramp = view.value("ramp")
    phase = "" if view.phase is None else f" of {view.phase.id}"
    return f"ramp{phase}: {'step' if ramp is None else ramp.shape}"


def _hazard_facts(hazard: Hazard) -> tuple[str, ...]:
    facts = [f"hits: {_scope(hazard.scope)}, {'each plant by itself' if hazard.each else 'all together'}"]
    if hazard.months is not None:
        facts.append(f"onsets in {', '.join(MONTHS[month - 1] for month in hazard.months)}")
    facts += [f"from {day_label(hazard.from_)}"] if hazard.from_ else []
    facts += [f"before {day_label(hazard.until)}"] if hazard.until else []
    return tuple(facts)


def _scope(scope: Scope) -> str:
    """Return a scope in words.

    >>> _scope(Scope(region=("north", "south"), tags=("premium",))), _scope(Scope())
    ('region north or south; tags premium', 'everything')
    """
    words = []
    for key in Scope.model_fields:
        values = getattr(scope, key)
        if values:
            words.append(f"{key} {(' and ' if key == 'tags' else ' or ').join(values)}")
    return "; ".join(words) or "everything"


def _kinds(lines: Sequence[Line]) -> list[str]:
    """Return how many assumptions rest on each kind of source, in words."""
    several = {
        "statement": "statements",
        "statistic": "statistics",
        "judgement": "judgements",
        NO_SOURCE: NO_SOURCE,
    }
    counts = {kind: sum(line.kind == kind for line in lines) for kind in several}
    return [f"{count} {kind if count == 1 else several[kind]}" for kind, count in counts.items()]


def _season(weights: tuple[float, ...]) -> str | None:
    """Return the weights of the months in words, or None where the months are alike."""
    if len(set(weights)) == 1:
        return None
    return ", ".join(f"{month} {weight:g}" for month, weight in zip(MONTHS, weights, strict=True))
