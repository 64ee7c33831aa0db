"""A result as tables, one function a table: each column has a name, a unit and an axis in docs/results.md."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
from pandas.api.typing import NaTType

from nevsim.odds.spread import CELLS
from nevsim.plant.losses import LEVELS, LOSSES
from nevsim.result import Result
from nevsim.scenario.assumptions import assumptions, source_of
from nevsim.study.summary import odds_facts, target_facts

SHARES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""The percentiles of the fan."""
ODDS = ("odds", "low", "high", "hits", "runs")


def odds(result: Result) -> pd.DataFrame:
    """One row a target: its odds with their intervals, and its quantity."""
    rows = []
    for one in result.targets:
        facts = target_facts(one)
        del facts["promised"], facts["losses"]
        stated = np.nan if one.stated is None else one.stated
        named = {"target": facts.pop("id"), "title": one.title, "measure": one.measure, "at_least": one.at_least}
        rows.append({**named, **facts, "stated": stated})
    return pd.DataFrame(rows)


def losses(result: Result) -> pd.DataFrame:
    """One row an output target and cause: mean vehicles over its scope and window, and their share of the promise."""
    rows = []
    for one in result.targets:
        if one.losses is None or one.promised is None:
            continue
        sold = one.promised - sum(one.losses[cause] for cause in LOSSES)
        for cause, amount in (("promised", one.promised), *one.losses.items(), ("sold", sold)):
            share = amount / one.promised if one.promised else np.nan
            rows.append({"target": one.id, "cause": cause, "vehicles": amount, "share_of_promised": share})
    return pd.DataFrame(rows, columns=["target", "cause", "vehicles", "share_of_promised"])


def fan(result: Result) -> pd.DataFrame:
    """One row a volume target and month: percentiles of the yearly rate of its scope, and the mean promise."""
    frames = []
    for number, target in enumerate(result.targets):
        scope = result.series_of(number)
        if scope is None:
            continue
        frame = pd.DataFrame({"target": target.id, "month": pd.to_datetime(list(result.months))})
        for share, values in zip(SHARES, result.fan(scope, SHARES), strict=True):
            frame[f"p{round(share * 100)}"] = values
        frame["promised"] = np.nan if target.measure == "count" else result.promised_rate(number)
        frames.append(frame)
    columns = ["target", "month", *(f"p{round(share * 100)}" for share in SHARES), "promised"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def milestones(result: Result) -> pd.DataFrame:
    """One row a phase that is to start: the promise, the percentiles of its start, and how often it never comes."""
    return pd.DataFrame(
        [
            {
                "phase": one.phase,
                "title": one.title,
                "promised": _stamp(one.promised),
                **{f"p{share}": _stamp(one.percentile(share / 100)) for share in (10, 50, 90)},
                "share_cancelled": one.cancelled / one.runs,
                "share_beyond": one.beyond / one.runs,
                "runs": one.runs,
            }
            for one in result.starts
        ],
        columns=["phase", "title", "promised", "p10", "p50", "p90", "share_cancelled", "share_beyond", "runs"],
    )


def _stamp(day: date | None) -> pd.Timestamp | NaTType:
    return pd.NaT if day is None else pd.Timestamp(day)


def volumes(result: Result) -> pd.DataFrame:
    """One row a phase and month: mean vehicles promised, lost by each cause, and sold."""
    count, months = len(result.plan.phases), len(result.months)
    lost = result.levels[:-1] - result.levels[1:]
    columns = {
        "promised": result.levels[0],
        **dict(zip(LOSSES, lost, strict=True)),
        "sold": result.levels[len(LEVELS) - 1],
    }
    frame = pd.DataFrame({name: values.reshape(count * months) for name, values in columns.items()})
    frame.insert(0, "phase", np.repeat(result.plan.phases, months))
    frame.insert(1, "month", pd.to_datetime(list(result.months) * count))
    return frame


def starts(result: Result) -> pd.DataFrame:
    """One row a phase and day on which it starts in some run: how many runs."""
    frames = []
    for one in result.starts:
        days = np.flatnonzero(one.days)
        first = pd.Timestamp(one.start) - pd.Timedelta(days=1)
        frames.append(
            pd.DataFrame({"phase": one.phase, "day": first + pd.to_timedelta(days, "D"), "runs": one.days[days]})
        )
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["phase", "day", "runs"])


def histogram(result: Result) -> pd.DataFrame:
    """One row a target and cell of its fixed grid that has runs: the cell's edges and how many runs."""
    frames = []
    counts = result.values.counts()
    for number, target in enumerate(result.targets):
        cells = np.flatnonzero(counts[number])
        width = float(result.values.width[number])
        low = np.where(cells > 0, (cells - 1) * width, 0.0)
        high = np.where(cells == 0, 0.0, np.where(cells == CELLS - 1, np.inf, low + width))
        frames.append(pd.DataFrame({"target": target.id, "low": low, "high": high, "runs": counts[number, cells]}))
    return pd.concat(frames, ignore_index=True)


def hits(result: Result) -> pd.DataFrame:
    """One row a replication, one column a target: whether it was hit."""
    return pd.concat(list(hit_parts(result)), ignore_index=True)


def hit_parts(result: Result) -> Iterator[pd.DataFrame]:
    """Yield the rows of :func:`hits`, a million at once."""
    first = 0
    for part in result.hit_bits.parts():
        frame = pd.DataFrame(part, columns=[target.id for target in result.targets])
        frame.insert(0, "replication", np.arange(first, first + len(frame), dtype=np.int64))
        first += len(frame)
        yield frame


def paths(result: Result) -> pd.DataFrame:
    """One row a volume target, replication (the first 50) and month: the yearly rate of the target's scope."""
    frames = []
    count, _, months = result.paths.shape
    for number, target in enumerate(result.targets):
        scope = result.series_of(number)
        if scope is not None:
            frame = pd.DataFrame({"target": target.id, "replication": np.repeat(np.arange(count), months)})
            frame["month"] = pd.to_datetime(list(result.months) * count)
            frame["rate"] = result.paths[:, scope].reshape(count * months)
            frames.append(frame)
    return (
        pd.concat(frames, ignore_index=True)
        if frames
        else pd.DataFrame(columns=["target", "replication", "month", "rate"])
    )


def quarters(result: Result) -> pd.DataFrame:
    """One row a target and quarter in which it can be measured: the odds of its level by then."""
    rows = [
        {"target": target.id, "by": pd.Timestamp(one.day), **odds_facts(one.odds)}
        for target in result.targets
        for one in target.quarters
    ]
    return pd.DataFrame(rows, columns=["target", "by", *ODDS])


def readings(result: Result) -> pd.DataFrame:
    """One row a combination of readings and target: its odds on the same draws."""
    rows = [
        {
            "combination": number,
            "labels": "; ".join(f"{name}: {label}" for name, label in one.labels.items()),
            "target": target.id,
            **odds_facts(odds),
        }
        for number, one in enumerate(result.readings)
        for target, odds in zip(result.targets, one.odds, strict=True)
    ]
    return pd.DataFrame(rows, columns=["combination", "labels", "target", *ODDS])


def swings(result: Result) -> pd.DataFrame:
    """One row a drawn quantity and target: its odds where the quantity was in its lower half, and in its upper."""
    rows = [
        {
            "address": one.address,
            "target": result.targets[one.target].id,
            **{f"{key}_if_{half}": value for half, odds in sides for key, value in odds_facts(odds).items()},
        }
        for one in result.swings
        for sides in ((("low", one.low), ("high", one.high)),)
    ]
    columns = [f"{key}_if_{half}" for half in ("low", "high") for key in ODDS]
    return pd.DataFrame(rows, columns=["address", "target", *columns])


def limits(result: Result) -> pd.DataFrame:
    """One row a crew, supply or market and month: the mean share of it that is in use."""
    months = pd.to_datetime(list(result.months))
    frames = [
        pd.DataFrame({"kind": one.kind, "limit": one.id, "month": months, "used": one.used})
        for one in result.bottlenecks
    ]
    columns = ["kind", "limit", "month", "used"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def costs(result: Result) -> pd.DataFrame:
    """One row a crew, supply or market and output target: the vehicles that would be sold more without it."""
    rows = [
        {
            "kind": one.kind,
            "limit": one.id,
            "target": cost.target,
            "vehicles": cost.vehicles,
            "half_width": cost.half_width,
            "runs": one.runs,
        }
        for one in result.bottlenecks
        for cost in one.costs
    ]
    return pd.DataFrame(rows, columns=["kind", "limit", "target", "vehicles", "half_width", "runs"])


def stated(result: Result) -> pd.DataFrame:
    """One row an assumption: its address, value, percentiles, source and place."""
    rows = []
    for one in assumptions(result.scenario):
        source = source_of(result.scenario, one)
        p5, p50, p95 = one.percentiles or (np.nan, np.nan, np.nan)
        rows.append(
            {
                "address": one.address,
                "value": one.value,
                "unit": one.unit,
                "p5": p5,
                "p50": p50,
                "p95": p95,
                "source": one.source,
                "kind": source.kind if source else None,
                "dated": source.date.isoformat() if source else None,
                "where": one.where,
                "note": one.note,
            }
        )
    return pd.DataFrame(rows)


TABLES = {
    "odds": odds,
    "losses": losses,
    "fan": fan,
    "milestones": milestones,
    "volumes": volumes,
    "starts": starts,
    "histogram": histogram,
    "hits": hits,
    "paths": paths,
    "quarters": quarters,
    "readings": readings,
    "swings": swings,
    "limits": limits,
    "costs": costs,
    "assumptions": stated,
}
"""Every table that a results folder holds as Parquet, by its file's name."""
