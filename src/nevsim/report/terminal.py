"""A result as plain tables on a terminal, and the one sentence to quote; it computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from nevsim.odds.interval import Odds
from nevsim.plant.losses import LOSSES
from nevsim.report.findings import hinges
from nevsim.report.style import amount, chance, percent, share, signed
from nevsim.result import ReadingOdds, Result, StartResult, TargetResult
from nevsim.scenario.assumptions import Assumption
from nevsim.scenario.extension import Place

COUNTED = {
    "output": "in vehicles",
    "run-rate": "in vehicles a year",
    "capacity": "in vehicles a year",
    "start": "in plants that have started",
    "count": "in what is open",
    "share": "of the vehicles sold",
}
"""What each measure is counted in."""
MOST_QUARTERS = 8
"""Quarters that the table shows at most, the last ones; all are in the results folder."""
NATURAL = 5_000
"""Columns that no table needs: each is as wide as its contents, one line a row."""


def tables(result: Result) -> str:
    """Return the tables of a result: targets, losses by cause, starts; as wide as they need to be."""
    head = result.scenario.document.scenario
    out = StringIO()
    console = Console(file=out, width=NATURAL, highlight=False, color_system=None)
    console.print(Text(head.title))
    played = f"months {result.months[0]:%Y-%m} to {result.months[-1]:%Y-%m}"
    laid = "" if result.design == "independent" else f", design {result.design}"
    console.print(f"{result.runs:,} runs, seed {result.seed}{laid}, as of {head.as_of}, {played}\n")
    console.print("Odds of each target, with 95 % interval")
    console.print(_targets(result.targets))
    if any(one.on_time is not None for one in result.targets):
        console.print(
            "on time: had every plant started as promised, none cancelled; full rate: and run in full at once"
        )
    measures = dict.fromkeys(one.measure for one in result.targets)
    console.print(", ".join(f"{measure} {COUNTED[measure]}" for measure in measures))
    repeated = [f"{one.id} {chance(one.stated)}" for one in result.targets if one.stated is not None]
    if repeated:
        console.print(f"* repeats what the scenario states, an assumption and not a finding: {', '.join(repeated)}")
    if result.values.counted:
        widths = (
            f"{one.id} {amount(float(width))}" for one, width in zip(result.targets, result.values.width, strict=True)
        )
        console.print(f"P10, P50 and P90 are the middles of cells; how wide they are: {', '.join(widths)}")
    shown = [result.targets[number] for number in result.volumes()]
    if shown:
        console.print(
            "\nFrom what was promised to what is sold, and on to the target: mean vehicles of each output target"
        )
        console.print(_losses(shown))
        if result.plan.operating.any():
            console.print("a plant that runs already promises what it makes today; its growth is a gain under ramping")
        console.print("unannounced: what is missing from the level even if every promise is kept")
    if any(one.quarters and one.stated is None for one in result.targets):
        console.print(
            "\nOdds of the same level by the end of each quarter (output and share: in as many months up to it)"
        )
        console.print(_quarters(result.targets))
        console.print(
            "first even: the first quarter by whose end the level is as likely as not; the report has every quarter"
        )
    if result.bottlenecks:
        console.print(
            "\nWhat limits: mean use by year, and how many more vehicles would be sold without that limit alone"
        )
        console.print(_limits(result))
        console.print(f"over the first {result.bottlenecks[0].runs:,} runs; ± is half of the 95 % interval")
    if result.readings:
        console.print("\nOdds under each reading of what is unclear today, on the same draws")
        console.print(_readings(result))
        unmoved = [
            target.id
            for number, target in enumerate(result.targets)
            if len({one.odds[number].hits for one in result.readings}) == 1
        ]
        console.print(f"all {len(result.readings)} combinations stand in the report; as played is the first")
        if unmoved:
            console.print(f"the same under every reading: {', '.join(unmoved)}")
    if result.starts:
        console.print("\nStart of production, over the runs in which it is not cancelled; by end: in all runs")
        console.print(_starts(result.starts, head.end))
    if not result.plan.stated.all():
        names = [title for title, stated in zip(result.plan.titles, result.plan.stated, strict=True) if not stated]
        console.print(Text(f"Capacity not stated, so no volume: {', '.join(names)}"))
    return f"{_trimmed(out.getvalue())}\n\n{words(result)}"


def words(result: Result) -> str:
    """Return what the odds of the first target hang on, a sentence a line."""
    lines = [f"What the odds of {result.targets[0].id} hang on; the report says it of every target"]
    lines += hinges(result)[0].sentences
    if any("where it is low" in line for line in lines):
        lines.append("low and high: the lower and the upper half of what is drawn of a quantity")
    return "\n".join(lines)


def _trimmed(text: str) -> str:
    lines = [line.rstrip() for line in text.splitlines()]
    kept = [line for line, above in zip(lines, ["x", *lines], strict=False) if line or above]
    return "\n".join(kept).strip("\n")


def _table(columns: Iterable[tuple[str, str]], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name, justify in columns:
        table.add_column(Text(name), justify="right" if justify == "right" else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def printed(columns: Iterable[tuple[str, str]], rows: Iterable[Sequence[str]]) -> str:
    """Return one table, as wide as it needs to be; each column by its name and "right" where it stands to the right."""
    out = StringIO()
    Console(file=out, width=NATURAL, highlight=False, color_system=None).print(_table(columns, rows))
    return _trimmed(out.getvalue())


def _targets(targets: Sequence[TargetResult]) -> Table:
    columns = [("target", ""), ("measure", ""), ("level", "right"), ("odds", "right")]
    columns += [(name, "right") for name in ("on time", "full rate", "P10", "P50", "P90")]
    rows = [
        (
            one.id,
            one.measure,
            amount(one.at_least),
            percent(one.odds) + ("*" if one.stated is not None else ""),
            "" if one.on_time is None else _alone(one.on_time),
            "" if one.full is None else _alone(one.full),
            *(amount(value) for value in (one.p10, one.p50, one.p90)),
        )
        for one in targets
    ]
    return _table(columns, rows)


def _alone(odds: Odds) -> str:
    """Return odds without their interval, or their bound, in few characters."""
    return percent(odds).partition(" (")[0].replace("under", "<").replace("over", ">")


def _losses(targets: Sequence[TargetResult]) -> Table:
    """Return causes as rows and targets as columns: what takes less than half a vehicle is left out."""
    lost = [one.losses or {} for one in targets]
    rows = [("promised", *(amount(one.promised or 0.0) for one in targets))]
    causes = [cause for cause in LOSSES if any(abs(losses[cause]) >= 0.5 for losses in lost)]
    rows += [(cause, *(signed(-losses[cause]) for losses in lost)) for cause in causes]
    sold = [(one.promised or 0.0) - sum((one.losses or {})[cause] for cause in LOSSES) for one in targets]
    rows.append(("sold", *(amount(value) for value in sold)))
    if any(one.already for one in targets):
        rows.append(("made before", *(amount(one.already) for one in targets)))
    rows.append(("level", *(amount(one.at_least) for one in targets)))
    rows.append(("unannounced", *(amount(losses["unannounced"]) for losses in lost)))
    return _table([("", ""), *((one.id, "right") for one in targets)], rows)


def _quarters(targets: Sequence[TargetResult]) -> Table:
    """Return targets as rows and the ends of quarters as columns, and from when on a target is as likely as not."""
    found = [one for one in targets if one.stated is None and one.quarters]
    days = sorted({one.day for target in found for one in target.quarters})
    shown = days[-MOST_QUARTERS:]
    columns = [("target", ""), *((f"{day:%Y-%m}", "right") for day in shown), ("first even", "right")]
    rows = []
    for target in found:
        known = {one.day: one.odds for one in target.quarters}
        cells = [_alone(known[day]) if day in known else "" for day in shown]
        rows.append((target.id, *cells, "never" if target.likely_by is None else f"{target.likely_by:%Y-%m}"))
    return _table(columns, rows)


def _limits(result: Result) -> Table:
    years = sorted({month.year for month in result.months})
    outputs = [result.targets[number].id for number in result.volumes()]
    columns = [("limit", ""), ("", "")]
    columns += [(heading, "right") for heading in (*map(str, years), *outputs)]
    rows = []
    for one in result.bottlenecks:
        used = one.by_year(result.months)
        costs = [f"{amount(cost.vehicles)} ± {amount(cost.half_width)}" for cost in one.costs if cost.target in outputs]
        rows.append((one.kind, one.id, *(f"{100 * share:.0f} %" for share in used), *costs))
    return _table(columns, rows)


def _readings(result: Result) -> Table:
    """Return targets as rows, and as columns each reading by itself, the others as in the first column."""
    first = result.readings[0]
    alone = [one for one in result.readings[1:] if len(_changes(first, one)) == 1]
    heads = ["as played", *(": ".join(_changes(first, one)[0]) for one in alone)]
    rows = [
        (target.id, *(_alone(one.odds[number]) for one in (first, *alone)))
        for number, target in enumerate(result.targets)
        if len({one.odds[number].hits for one in result.readings}) > 1
    ]
    return _table([("target", ""), *((head, "right") for head in heads)], rows)


def _changes(first: ReadingOdds, one: ReadingOdds) -> list[tuple[str, str]]:
    """Return the readings that differ from the first combination, each with its label."""
    return [(name, label) for name, label in one.labels.items() if label != first.labels[name]]


def _starts(starts: Sequence[StartResult], end: date) -> Table:
    columns = [("plant", ""), ("promised by", "right"), *((name, "right") for name in ("P10", "P50", "P90"))]
    columns += [("cancelled", "right"), ("by end", "right")]
    rows = [
        (
            one.title,
            "no date" if one.promised is None else one.promised.isoformat(),
            *(day_or_beyond(one.percentile(part), end) for part in (0.1, 0.5, 0.9)),
            share(one.cancelled, one.runs),
            share(int(one.days.sum()), one.runs),
        )
        for one in starts
    ]
    return _table(columns, rows)


def day_or_beyond(day: date | None, end: date) -> str:
    """Return a day, or that it lies beyond the end."""
    return f"> {end:%Y-%m}" if day is None else day.isoformat()


def sentence(result: Result, place: str) -> str:
    """Return the line that can be quoted: the odds of the first target with their error, as of when, and the folder."""
    first = result.targets[0]
    head = result.scenario.document.scenario
    stated = ", a probability that the scenario states" if first.stated is not None else ""
    return (
        f"{first.title}: {percent(first.odds)} at 95 % confidence{stated}, from {result.runs:,} runs,"
        f" as of {head.as_of}; results in {place}"
    )


def _origin(place: Place) -> str:
    """Return where a value was written, and where the one stood that it replaced."""
    return str(place) if place.over is None else f"{place}, over {_origin(place.over)}"


def listing(found: Sequence[Assumption]) -> str:
    """Return a resolved scenario as a table: every value, each law with its P5, P50, P95, its source and its place."""
    columns = [("address", ""), ("value", ""), ("P5", "right"), ("P50", "right"), ("P95", "right")]
    rows = []
    for one in found:
        shares = ["" if one.percentiles is None else f"{value:,.4g}" for value in one.percentiles or (0, 0, 0)]
        place = " and ".join(_origin(origin) for origin in one.origins)
        value = f"{one.value} {one.unit}".strip()
        rows.append((one.address, value, *shares, one.source or "", place))
    return printed([*columns, ("source", ""), ("written at", "")], rows)
