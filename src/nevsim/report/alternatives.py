"""What each figure of the report says, in words for those who cannot see it; no drawing and no page."""

from __future__ import annotations

from collections.abc import Sequence

from nevsim.report.readings import differing
from nevsim.report.style import about, amount, day_label, month_label, percent, quantity
from nevsim.result import Result, TargetResult
from nevsim.scenario.assumptions import UNITS


def fan_words(result: Result, number: int) -> str:
    """Return the first and last month of a target's series."""
    rates = result.fan(result.series_of(number) or 0, (0.05, 0.5, 0.95))
    first, last = month_label(result.months[0]), month_label(result.months[-1])
    counted = result.targets[number].measure == "count"
    what, unit = ("number open", "open") if counted else ("yearly rate", "vehicles a year")
    return (
        f"Fan of the {what} by month, {result.targets[number].title}. Median {amount(rates[1, 0])} {unit}"
        f" in {first} and {amount(rates[1, -1])} in {last}, when 90 % of the runs lie between {amount(rates[0, -1])}"
        f" and {amount(rates[2, -1])}."
    )


def waterfall_words(found: TargetResult) -> str:
    """Return the promise, what is made and the level; the causes between them stand in the table of losses."""
    return (
        f"Waterfall, {found.title}. From a mean promise of {amount(found.promised or 0.0)} vehicles to a mean of"
        f" {amount(found.mean)} made, against a level of {amount(found.at_least)}. Its numbers stand in the table"
        " of losses."
    )


def starts_words(count: int) -> str:
    """Return how many phases are shown."""
    phases = "one phase" if count == 1 else f"{count} phases"
    return f"Promised day and simulated start of production of {phases}. Its numbers stand in the table of starts."


def curve_words(found: TargetResult) -> str:
    """Return the percentiles of a measured quantity and the odds of its level."""
    p10, p50, p90, level = (
        quantity(value, found.measure) for value in (found.p10, found.p50, found.p90, found.at_least)
    )
    return (
        f"Share of the runs that reach at least each value, {found.title}. P10 {p10}, P50 {p50}, P90 {p90}"
        f" {UNITS[found.measure]}; odds of at least {level}: {percent(found.odds)}."
    )


def quarters_words(result: Result, targets: Sequence[int]) -> str:
    """Return from when on the level of each of these targets is as likely as not."""
    levels = [
        f"{result.targets[number].title}, {'never' if day is None else 'by ' + day_label(day)}"
        for number in targets
        for day in (result.targets[number].likely_by,)
    ]
    return f"Odds of each level by the end of each quarter; as likely as not: {'; '.join(levels)}."


def limits_words(result: Result) -> str:
    """Return how much each limit is used, and what it costs the first output target."""
    used = [
        f"{one.kind} {one.id} {100 * float(one.used.mean()):.0f} %"
        + "".join(f", costs {about(cost.vehicles, cost.half_width)}" for cost in one.costs[:1])
        for one in result.bottlenecks
    ]
    costs = ", and the mean vehicles that it costs" if result.bottlenecks[0].costs else ""
    return f"Mean use by month of each limit{costs}. Over all months: {'; '.join(used)}."


def readings_words(result: Result, targets: Sequence[int]) -> str:
    """Return between what the odds of those of these targets lie that the readings move."""
    spans = [
        f"{result.targets[number].title} from {100 * min(odds):.1f} to {100 * max(odds):.1f} %"
        for number in differing(result)
        if number in targets
        for odds in ([one.odds[number].odds for one in result.readings],)
    ]
    moved_by = "; ".join(spans) or "no target by more than its interval"
    return f"Odds under {len(result.readings)} combinations of readings: {moved_by}."
