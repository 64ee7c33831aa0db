"""Replications per second of a plain SimPy program and of nevsim's engines, and what a replication's parts cost."""

from __future__ import annotations

import math
import time
from pathlib import Path
from statistics import median

import plain
from nevsim.engine.batch import Batch
from nevsim.forecast import forecast
from nevsim.odds.tally import Tally
from nevsim.odds.target import judge
from nevsim.replications import BLOCK, LONG, Cast, at_once, threads_for
from nevsim.scenario.load import Scenario, load
from rounds import Program, compared, digits, rates, table

HERE = Path(__file__).parent
WORKLOAD = HERE / "workload.toml"
FLAGSHIP = HERE.parent / "scenarios" / "liangjiang-2025.toml"
WARM = 2 * BLOCK
SETTLED = 5 * BLOCK
"""Replications after which a tally has gone over from values to counts by month."""


def engines(scenario: Scenario, slow: int, fast: int) -> list[Program]:
    """Return nevsim from draws to odds by each engine, in so many replications a round; the compiled code is loaded."""
    forecast(scenario, WARM, threads=1)
    every = threads_for(None)

    def program(name: str, runs: int, engine: str, threads: int) -> Program:
        return Program(name, runs, lambda runs, seed: forecast(scenario, runs, seed, engine=engine, threads=threads))

    return [
        program("nevsim, SimPy engine", slow, "simpy", 1),
        program("nevsim, batch engine, one thread", fast, "batch", 1),
        program(f"nevsim, batch engine, all threads ({every})", fast, "batch", every),
    ]


def workload(rounds: int, slow: int, fast: int) -> str:
    """Compare the plain program with nevsim, draws to odds, on the reference workload."""
    programs = [Program("plain SimPy program", slow, plain.run), *engines(load(WORKLOAD), slow, fast)]
    head = f"The reference workload, 12 plants; {rounds} rounds in turn:"
    return f"{head}\n\n{compared(programs, rates(programs, rounds), 'plain')}"


def flagship(rounds: int, slow: int, fast: int) -> str:
    """Compare nevsim's engines on the shipped scenario."""
    scenario = load(FLAGSHIP)
    programs = engines(scenario, slow, fast)
    head = f"The flagship, {len(scenario.phases)} phases, {1 + len(scenario.others)} combinations of readings; "
    return f"{head}{rounds} rounds in turn:\n\n{compared(programs, rates(programs, rounds), 'SimPy engine')}"


def parts(rounds: int, blocks: int) -> str:
    """Time draws, play, readings and counts of the batch engine apart, one thread, on workload and flagship."""
    names = {"reference workload": load(WORKLOAD), "flagship": load(FLAGSHIP)}
    rows = []
    for name, scenario in names.items():
        shared = max(1, blocks // (1 if name == "reference workload" else 8))
        found = [_parts(scenario, seed, shared) for seed in range(1, rounds + 1)]
        draws, play, readings, counts = (median(one) for one in zip(*found, strict=True))
        least = median(one[0] + one[1] for one in found)
        whole = median(sum(one) for one in found)
        rows.append((name, *map(_micros, (draws, play, readings, counts, least, whole))))
    heads = ("microseconds a replication", "draws", "play", "other readings", "counts", "draws + play", "all four")
    return f"The batch engine's parts on one thread, medians (rounds: {rounds}):\n\n{table(heads, rows)}"


def _micros(value: float) -> str:
    return digits(value) if value >= 0.005 else "none"


def _parts(scenario: Scenario, seed: int, blocks: int) -> tuple[float, float, float, float]:
    """Return the microseconds a replication of draws, play, other readings and counts, once the tally is settled."""
    cast = Cast.of(scenario, "independent", seed, Batch)
    plan = cast.names.plan
    size = min(at_once(cast.names, cast.engine), LONG * BLOCK)
    spent, timed = [0.0] * 4, 0
    tally = None
    for first in range(0, SETTLED + blocks * BLOCK, size):
        clock = [time.perf_counter()]
        draws = cast.draw(cast.names, first, size)
        clock.append(time.perf_counter())
        sums = cast.engine.sums()
        harvest = cast.engine.harvest(draws, sums, keeps=cast.shares_loads)
        clock.append(time.perf_counter())
        hits = []
        for other in cast.others:
            read = cast.draw(other.names, first, size, draws if other.is_like else None)
            opened = harvest.played.opened if other.is_like else None
            hits.append(judge(other.names.plan, other.engine.seen(read, opened, harvest.loaded)).hits)
        clock.append(time.perf_counter())
        if tally is None:
            tally = Tally(plan, 2 * (draws.terms.nameplate * draws.terms.built).max(axis=0), len(cast.others))
        tally.add(harvest, draws.chances)
        for number, found in enumerate(hits):
            tally.add_reading(number, found)
        tally.add_sums(sums, is_whole=True)
        clock.append(time.perf_counter())
        if first >= SETTLED:
            timed += size
            spent = [total + end - begin for total, begin, end in zip(spent, clock, clock[1:], strict=False)]
    draws_, play, readings, counts = (1e6 * total / timed for total in spent)
    return draws_, play, readings, counts


def agreement(runs: int) -> str:
    """Compare the monthly means of the plain program with nevsim's, in standard errors of their difference."""
    theirs = plain.run(runs, 1)
    ours = forecast(load(WORKLOAD), runs, 1)
    means = ours.levels[-1].sum(axis=0)
    scores = [
        (mine - other) / (math.sqrt(2) * error)
        for mine, other, error in zip(means, theirs["monthly_mean"], theirs["monthly_standard_error"], strict=True)
        if mine > 1_000
    ]
    worst = max(scores, key=abs)
    last = theirs["monthly_mean"][-1]
    return (
        f"Agreement with the plain program, {runs:,} replications each, {len(scores)} months over 1,000 vehicles: the "
        f"largest difference of\ntheir means is {worst:+.2f} of its standard errors; in the last month "
        f"{means[-1]:,.0f} vehicles here, {last:,.0f} there."
    )
