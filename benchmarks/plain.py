"""The yardstick of speed: the reference workload, as one would write it by hand in SimPy.

It is no engine of nevsim and imports nothing of it: minutes are floats and draws come from `random`.
"""

import argparse
import json
import math
import random
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

import simpy

DAY, MONTH, YEAR = 1_440.0, 43_830.0, 525_960.0  # minutes
FIRSTS = [date(2022 + m // 12, m % 12 + 1, 1) for m in range(10, 49)]  # 2022-11 to 2026-01
EDGES = [(first - FIRSTS[0]).days * DAY for first in FIRSTS]  # minutes since 2022-11-01

# The reference workload of the project: generated parameters, no real plants.
NAMEPLATES = [240, 150, 300, 100, 200, 120, 280, 180, 90, 150, 220, 160]  # thousand vehicles a year
BEGINS = [0, 20, 45, 60, 90, 110, 120, 75, 150, 180, 30, 140]  # days after 2022-11-01
PROMISE = 451  # days from there to the end of the announced day
ON_CREW = (4, 8)  # the fourth and the eighth plant share one crew
LOAD, TARGET, IN_2025 = 0.82, 1_440_000, slice(26, 38)  # share of the rate run; vehicles; months


def lognormal(p10: float, p90: float) -> tuple[float, float]:
    """Mean and standard deviation of the logarithm, from two percentiles."""
    return (math.log(p10) + math.log(p90)) / 2, math.log(p90 / p10) / (2 * 1.2815515655446004)


PERMIT, EQUIPMENT = lognormal(31.6, 113.9), lognormal(53.9, 150.3)  # days
Process = Generator[simpy.Event, Any, None]


@dataclass(slots=True)
class Plant:
    """One plant; `books` has a row a month: promised, late, stopped, ramping, underused, sold (vehicles)."""

    nameplate: float  # vehicles a year
    begins: float  # this and all below in minutes
    announced: float
    ramp: float
    start: float = math.inf
    age: float = 0.0  # operated since start, up to `seen`
    seen: float = 0.0
    stops: int = 0  # hazards active now
    settled: tuple[float, float] = (0.0, 0.0)  # age and integral of the ramp's share at the last month end
    books: list[tuple[float, ...]] = field(default_factory=list)

    def build(self, env: simpy.Environment, rng: random.Random, crew: simpy.Resource | None) -> Process:
        """Pass the four stages, the second with the crew where there is one, then start production."""
        yield env.timeout(self.begins)
        yield env.timeout(rng.lognormvariate(*PERMIT) * DAY)
        construction = rng.triangular(180, 450, 270) * DAY
        if crew is None:
            yield env.timeout(construction)
        else:
            with crew.request() as granted:
                yield granted
                yield env.timeout(construction)
        yield env.timeout(rng.lognormvariate(*EQUIPMENT) * DAY)
        yield env.timeout(rng.triangular(30, 120, 60) * DAY)
        self.start = self.seen = env.now

    def grow(self, now: float) -> None:
        """Bring the age up to now."""
        if self.start <= now and not self.stops:
            self.age += now - self.seen
        self.seen = now

    def account(self, begin: float, end: float) -> float:
        """Book the month from begin to end and return the vehicles sold."""
        rate = self.nameplate / 12 / (end - begin)
        promised = rate * (end - max(begin, self.announced)) if self.announced < end else 0.0
        started = running = ramped = 0.0
        if self.start < end:
            self.grow(end)
            x = self.age / self.ramp
            climbed = self.ramp * (x * x * x * (1 - x / 2) if x < 1 else x - 0.5)
            started = rate * (end - max(begin, self.start))
            running = rate * (self.age - self.settled[0])
            ramped = rate * (climbed - self.settled[1])
            self.settled = self.age, climbed
        sold = LOAD * ramped
        late, stopped = promised - started, started - running
        self.books.append((promised, late, stopped, running - ramped, ramped - sold, sold))
        return sold


def outages(env: simpy.Environment, rng: random.Random, rate: float, plants: list[Plant]) -> Process:
    """Stop the plants again and again; rate in onsets a year of exposed time."""
    while True:
        yield env.timeout(rng.expovariate(rate / YEAR))
        for plant in plants:
            plant.grow(env.now)
            plant.stops += 1
        yield env.timeout(rng.expovariate(1 / MONTH))
        for plant in plants:
            plant.grow(env.now)
            plant.stops -= 1


def months(env: simpy.Environment, plants: list[Plant], sold: list[float]) -> Process:
    """Account for every plant at every month end."""
    for begin, end in pairwise(EDGES):
        yield env.timeout(end - begin)
        sold.append(sum([plant.account(begin, end) for plant in plants]))


def play(rng: random.Random) -> tuple[list[float], list[Plant]]:
    """Play one replication: vehicles sold by all plants a month (38), and the plants with their books."""
    env = simpy.Environment()
    plants: list[Plant] = []
    sold: list[float] = []
    crew = simpy.Resource(env, 1)
    for thousands, begins in zip(NAMEPLATES, BEGINS, strict=True):
        ramp = rng.triangular(6, 18, 9) * MONTH
        plants.append(Plant(thousands * 1_000, begins * DAY, (begins + PROMISE) * DAY, ramp))
        env.process(plants[-1].build(env, rng, crew if len(plants) in ON_CREW else None))
        env.process(outages(env, rng, 0.5, plants[-1:]))
    env.process(outages(env, rng, 0.3, plants))
    env.run(until=env.process(months(env, plants, sold)))
    return sold, plants


def run(runs: int, seed: int) -> dict[str, Any]:
    """Play at least two replications: mean vehicles a month with standard errors, odds, and seconds taken."""
    if runs < 2:
        raise ValueError(f"runs is {runs}: a standard error needs at least 2")
    sums, squares, hits = [0.0] * 38, [0.0] * 38, 0
    rng, began = random.Random(seed), time.perf_counter()
    for _ in range(runs):
        sold, _plants = play(rng)
        hits += sum(sold[IN_2025]) >= TARGET * (1 - 1e-9)
        sums = [total + x for total, x in zip(sums, sold, strict=True)]
        squares = [total + x * x for total, x in zip(squares, sold, strict=True)]
    result = {"runs": runs, "seconds": time.perf_counter() - began}
    result["replications_per_second"] = runs / result["seconds"]
    means = [total / runs for total in sums]
    errors = [math.sqrt(max(0.0, s / runs - m * m) / (runs - 1)) for s, m in zip(squares, means, strict=True)]
    return {**result, "monthly_mean": means, "monthly_standard_error": errors, "odds": hits / runs}


def main() -> None:
    """Print the result of a run as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    print(json.dumps(run(**vars(parser.parse_args()))))


if __name__ == "__main__":
    main()
