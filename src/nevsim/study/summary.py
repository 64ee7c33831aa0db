"""The result as plain data for `run --json`; its keys are relied on from outside."""

from __future__ import annotations

from typing import Any

from nevsim.forecast import Result, TargetResult
from nevsim.study.manifest import digest


def summary(result: Result) -> dict[str, Any]:
    """Return scenario, runs, seed, engine and targets, each with odds, intervals, quantity and losses."""
    return {
        "scenario": {"id": result.scenario.id, "digest": digest(result.scenario)},
        "runs": result.runs,
        "seed": result.seed,
        "engine": result.engine,
        "targets": [target_facts(one) for one in result.targets],
    }


def target_facts(one: TargetResult) -> dict[str, Any]:
    """Return what is known of one target, by the keys of `run --json`."""
    return {
        "id": one.id,
        "odds": one.odds.odds,
        "low": one.odds.low,
        "high": one.odds.high,
        "hits": one.odds.hits,
        "runs": one.odds.runs,
        "odds_on_time": one.on_time.odds,
        "on_time_low": one.on_time.low,
        "on_time_high": one.on_time.high,
        "odds_full": one.full.odds,
        "full_low": one.full.low,
        "full_high": one.full.high,
        "mean": one.mean,
        "p10": one.p10,
        "p50": one.p50,
        "p90": one.p90,
        "promised": one.promised,
        "losses": one.losses,
    }
