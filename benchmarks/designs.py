"""How often the interval over replicates covers the true odds, and how much narrower designs make it.

First by games whose odds are known: d standard normal scores whose sum exceeds a level, for several d and odds, played
many times at the least runs, ten replicates. Then by the flagship, without its other readings: the half-widths of all
targets under each design, with the same runs, seed and machine.

Prints the tables of docs/verification.md. ``--quick`` plays few games, to see that the program works.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from math import sqrt
from pathlib import Path

import numpy as np
from scipy.special import ndtri

from nevsim.draws.designs import DESIGNS, LEAST, REPLICATE, design_of
from nevsim.forecast import forecast
from nevsim.odds.interval import odds_over
from nevsim.scenario.load import load

RUNS = LEAST * REPLICATE
GAMES = [(2, 0.5), (2, 0.05), (8, 0.5), (8, 0.05), (8, 0.005), (40, 0.5), (40, 0.05)]
"""Quantities in a game, and its odds."""
FLAGSHIP = Path(__file__).parents[1] / "scenarios" / "liangjiang-2025.toml"


def game(design: str, count: int, odds: float, seed: int) -> tuple[bool, float]:
    """Whether the interval of one game holds the true odds, and its half-width."""
    names = [f"games.{number}.score" for number in range(count)]
    chances = design_of(design, names)(seed, names, np.arange(RUNS, dtype=np.int64))
    hit = ndtri(chances).sum(axis=0) >= sqrt(count) * ndtri(1 - odds)
    by_replicate = hit.reshape(LEAST, REPLICATE).sum(axis=1)
    found = odds_over(by_replicate if design != "independent" else by_replicate.sum(keepdims=True), RUNS)
    return found.low <= odds <= found.high, found.half_width


def games(times: int) -> None:
    """Print coverage and mean half-width of every game and design."""
    print(f"{times} games each, {RUNS:,} runs a game\n")
    print("| scores | true odds | design | coverage | standard error | mean half-width | of independent |")
    print("|---|---|---|---|---|---|---|")
    for count, odds in GAMES:
        first = 0.0
        for design in DESIGNS:
            played = [game(design, count, odds, seed) for seed in range(times)]
            cover = float(np.mean([covered for covered, _ in played]))
            width = float(np.mean([width for _, width in played]))
            first = first or width
            error = sqrt(cover * (1 - cover) / times)
            cells = (
                count,
                f"{odds:.1%}",
                design,
                f"{cover:.1%}",
                f"{error:.1%}",
                f"{width:.3%}",
                f"{width / first:.2f}",
            )
            print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def flagship(runs: int) -> None:
    """Print the half-width of every target of the flagship under each design."""
    scenario = replace(load(FLAGSHIP), others=())
    found = {design: forecast(scenario, runs, design=design) for design in DESIGNS}
    ratios: dict[str, list[float]] = {design: [] for design in DESIGNS}
    print(f"\nThe flagship, {found['latin'].runs:,} runs\n")
    print("| target | odds | independent | latin | sobol |")
    print("|---|---|---|---|---|")
    for number, target in enumerate(found["independent"].targets):
        widths = {design: one.targets[number].odds.half_width for design, one in found.items()}
        if 0.01 < target.odds.odds < 0.99:
            for design in DESIGNS:
                ratios[design].append(widths[design] / widths["independent"])
        cells = (target.id, f"{target.odds.odds:.1%}", *(f"{width:.2%}" for width in widths.values()))
        print("| " + " | ".join(cells) + " |")
    means = (f"{float(np.exp(np.mean(np.log(ratios[design])))):.2f}" for design in DESIGNS)
    print("| mean ratio of odds from 1 % to 99 % | | " + " | ".join(means) + " |")


if __name__ == "__main__":
    quick = "--quick" in sys.argv
    games(5 if quick else 1_000)
    flagship(RUNS)
