"""A result as one plain HTML page that holds its figures and every assumption with its source; it computes nothing."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

import nevsim
from nevsim.odds.interval import Odds
from nevsim.plant.losses import LOSSES
from nevsim.plant.plan import TargetPlan
from nevsim.report.alternatives import (
    curve_words,
    fan_words,
    limits_words,
    quarters_words,
    readings_words,
    starts_words,
    waterfall_words,
)
from nevsim.report.canvas import sheets
from nevsim.report.evidence import kinds, scope_words, season_words, sections, when
from nevsim.report.fan import rollouts
from nevsim.report.figures import named
from nevsim.report.findings import hinges
from nevsim.report.gantt import start_pages
from nevsim.report.quarters import moved, quarter_pages
from nevsim.report.readings import differing, reading_pages
from nevsim.report.style import (
    about,
    amount,
    chance,
    day_label,
    month_label,
    percent,
    quantity,
    share,
    signed,
    window_label,
)
from nevsim.report.terminal import day_or_beyond
from nevsim.report.waterfall import GAINS, ROUNDING
from nevsim.result import Result, TargetResult
from nevsim.scenario.assumptions import UNITS
from nevsim.scenario.schema import Target
from nevsim.scenario.target_check import window_of

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
COLUMNS = 4
"""Targets beside one another in a table of losses or of readings."""
QUARTERS = 14
"""Quarters beside one another in a table at most; of many more, only the last of each year is listed."""
NBSP = "\N{NO-BREAK SPACE}"


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
        gone = abs(loss) <= ROUNDING * max(self.first.promised or 0.0, 1.0)
        return "0" if gone else signed(-loss).replace("-", "\N{MINUS SIGN}")


def page(result: Result, drawn: Mapping[str, str]) -> str:
    """Return the report of a result as a self-contained HTML page: the same result, the same text.

    ``drawn`` holds its figures as SVG, by the names of :func:`nevsim.report.figures.figures`.
    """
    document = result.scenario.document
    evidence = sections(result)
    apart = differing(result)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            result=result,
            head=document.scenario,
            version=nevsim.__version__,
            announced=[target for target in result.targets[1:] if _is_announced(result, target)],
            levels=[_level(target, plan) for target, plan in zip(document.targets, result.plan.targets, strict=True)],
            volumes=_volumes(result, drawn),
            causes=LOSSES,
            gains=GAINS,
            meanings=MEANINGS,
            columns=COLUMNS,
            hinges=hinges(result),
            openings=[
                picture_of(drawn[f"fan-{result.targets[number].id}"], fan_words(result, number))
                for number in rollouts(result)
            ],
            quarters=_pictures(drawn, "quarters", [quarters_words(result, some) for some in quarter_pages(result)]),
            limits=picture_of(drawn["limits"], limits_words(result)) if result.bottlenecks else None,
            readings=_pictures(drawn, "readings", _readings(result)),
            moved=[result.targets[number] for number in moved(result)],
            ends=_ends(result),
            years=sorted({month.year for month in result.months}),
            differing=apart,
            unmoved=[
                one.title for number, one in enumerate(result.targets) if number not in apart and one.stated is None
            ],
            counted={result.targets[number].id: result.targets[number].title for number in result.volumes()},
            starts=_pictures(drawn, "starts", [starts_words(len(rows)) for rows in start_pages(result)]),
            curves=_curves(result, drawn),
            groups=evidence,
            kinds=kinds(evidence),
            season=season_words(document.scenario.season),
            sources=document.sources,
            warnings=result.scenario.warnings,
            units=UNITS,
        )
    )


def environment() -> Environment:
    """Return what fills templates in: everything that is filled in is escaped."""
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
        "quantity": quantity,
        "percent": _percent,
        "kept": _kept,
        "odds": _odds,
        "day": day_label,
        "month": month_label,
        "started": day_or_beyond,
        "stated": _stated,
        "is_link": is_link,
    }
    environment.globals |= {"share": share, "window": window_label, "about": about}
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


def _kept(text: str) -> str:
    """Return a text in which no number is parted from its per cent sign."""
    return text.replace(" %", f"{NBSP}%")


def _percent(odds: Odds) -> str:
    return _kept(percent(odds))


def _odds(odds: Odds) -> str:
    """Return odds without their interval, or their bound, in few characters."""
    return _percent(odds).partition(" (")[0].replace("under", "<").replace("over", ">")


def _stated(probability: float) -> str:
    return chance(probability).replace(" %", f"{NBSP}%")


def _is_announced(result: Result, found: TargetResult) -> bool:
    """Whether somebody stated the target, rather than its scenario's author."""
    document = result.scenario.document
    key = next(target.source for target in document.targets if target.id == found.id)
    return key is not None and document.sources[key].kind == "statement"


def _level(target: Target, plan: TargetPlan) -> str:
    """Return the level of a target with its unit and when it counts."""
    unit = "start" if plan.measure == "start" and plan.at_least == 1 else UNITS[plan.measure]
    level = quantity(plan.at_least, plan.measure)
    return f"{level} {unit} {when(target)}"


def picture_of(drawn: str, alt: str, caption: str = "") -> Picture:
    """Return a figure, given as SVG, for the page."""
    code = b64encode(drawn.encode()).decode("ascii")
    return Picture(f"data:image/svg+xml;base64,{code}", alt, caption)


def _pictures(drawn: Mapping[str, str], name: str, alts: list[str]) -> list[Picture]:
    """Return the figures of one kind, one for each of the words in place of them."""
    return [picture_of(drawn[one], alt) for one, alt in zip(named(name, len(alts)), alts, strict=True)]


def _readings(result: Result) -> list[str]:
    return [readings_words(result, some) for some in reading_pages(result)] if result.readings else []


def _ends(result: Result) -> list[list[date]]:
    """Return the quarters of each table: all of them, or only the last of each year where they are many."""
    days = sorted({one.day for number in moved(result) for one in result.targets[number].quarters})
    shown = [day for day in days if len(days) <= 2 * QUARTERS or day.month == 12]
    return [shown[places.start : places.stop] for places in sheets(len(shown), QUARTERS)]


def _volumes(result: Result, drawn: Mapping[str, str]) -> list[Volume]:
    """Return the scopes and windows of the output targets, each with the targets that share it."""
    volumes = []
    for number in result.volumes():
        first, target = result.targets[number], result.scenario.document.targets[number]
        same = partial(_same_output, result.plan.targets[number])
        shared = tuple(one for one, plan in zip(result.targets, result.plan.targets, strict=True) if same(plan))
        pictures = (
            picture_of(drawn[f"fan-{first.id}"], fan_words(result, number)),
            picture_of(drawn[f"waterfall-{first.id}"], waterfall_words(first)),
        )
        label = f"{scope_words(target.scope)}; {window_label(*window_of(target))}"
        volumes.append(Volume(label, first, result.plan.targets[number].already, shared, pictures))
    return volumes


def _same_output(one: TargetPlan, other: TargetPlan) -> bool:
    return one.measure == other.measure and one.window == other.window and bool((one.inside == other.inside).all())


def _curves(result: Result, drawn: Mapping[str, str]) -> list[Picture]:
    """Return the exceedance of every measured quantity once, with the odds of the further targets on it.

    What repeats a stated probability has no curve.
    """
    targets = zip(result.targets, result.plan.targets, strict=True)
    found: dict[tuple[object, ...], list[TargetResult]] = {}
    for one, plan in targets:
        if one.stated is None:
            part = None if plan.part is None else plan.part.tobytes()
            measured = (plan.measure, plan.inside.tobytes(), part, plan.rollout, plan.window, plan.at, plan.already)
            found.setdefault(measured, []).append(one)
    pictures = []
    for first, *others in found.values():
        also = "; ".join(
            f"{quantity(one.at_least, one.measure)} {UNITS[one.measure]}: {percent(one.odds)}" for one in others
        )
        caption = _kept(f"Odds of the other levels on this curve: {also}.") if also else ""
        pictures.append(picture_of(drawn[f"exceedance-{first.id}"], curve_words(first), caption))
    return pictures
