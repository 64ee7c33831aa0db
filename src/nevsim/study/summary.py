"""The result as plain data for `run --json`; its keys are relied on from outside."""

from __future__ import annotations

from typing import Any

from nevsim.odds.bottleneck import Bottleneck
from nevsim.odds.interval import Odds
from nevsim.result import QuarterOdds, ReadingOdds, Result, TargetResult
from nevsim.study.manifest import digest


def summary(result: Result) -> dict[str, Any]:
    """Return scenario, runs, seed, engine, targets with odds, intervals, quantity and losses; readings and limits."""
    facts = {
        "scenario": {"id": result.scenario.id, "digest": digest(result.scenario)},
        "runs": result.runs,
        "seed": result.seed,
        "engine": result.engine,
        "design": result.design,
        "targets": [
            {
                **target_facts(one),
                "stated": one.stated,
                "quarters": [_quarter(quarter) for quarter in one.quarters],
            }
            for one in result.targets
        ],
        "limits": [_limit(one) for one in result.bottlenecks],
    }
    if result.readings:
        facts["readings"] = [_reading(result, one) for one in result.readings]
    return facts


def _quarter(one: QuarterOdds) -> dict[str, Any]:
    return {"by": one.day.isoformat(), **odds_facts(one.odds)}


def _reading(result: Result, one: ReadingOdds) -> dict[str, Any]:
    ids = [target.id for target in result.targets]
    targets = [{"id": name, **odds_facts(odds)} for name, odds in zip(ids, one.odds, strict=True)]
    return {"labels": one.labels, "targets": targets}


def odds_facts(odds: Odds) -> dict[str, Any]:
    """Return odds with their interval and counts."""
    return {"odds": odds.odds, "low": odds.low, "high": odds.high, "hits": odds.hits, "runs": odds.runs}


def _limit(one: Bottleneck) -> dict[str, Any]:
    costs = [{"target": cost.target, "vehicles": cost.vehicles, "half_width": cost.half_width} for cost in one.costs]
    return {"kind": one.kind, "id": one.id, "used": one.used.tolist(), "runs": one.runs, "costs": costs}


def target_facts(one: TargetResult) -> dict[str, Any]:
    """Return what is known of one target, by the keys of `run --json`."""
    return {
        "id": one.id,
        **odds_facts(one.odds),
        "odds_on_time": None if one.on_time is None else one.on_time.odds,
        "on_time_low": None if one.on_time is None else one.on_time.low,
        "on_time_high": None if one.on_time is None else one.on_time.high,
        "odds_full": None if one.full is None else one.full.odds,
        "full_low": None if one.full is None else one.full.low,
        "full_high": None if one.full is None else one.full.high,
        "mean": one.mean,
        "p10": one.p10,
        "p50": one.p50,
        "p90": one.p90,
        "promised": one.promised,
        "losses": one.losses,
    }
