"""How often the interval of odds covers the true odds when `--precision` chooses the runs; exact, without simulation.

The runs double from n0 until the interval's half-width is at most H. For given true odds the counts of hits that go on
form a Markov chain: from n to 2n runs their masses are convolved with the binomial of n more. Where the interval is
narrow enough the chain stops, and its mass counts as covered if the interval holds the true odds. Masses that could not
show in the ninth place are left out, and what is left must sum to 1.

Prints the table of docs/verification.md.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from nevsim.odds.interval import odds_of

Floats = NDArray[np.float64]

FIRST = (1_000, 10_000)
WIDTHS = (0.02, 0.01, 0.005)
GRID = np.concatenate((np.arange(1, 100) / 50_000, np.arange(1, 2_501) / 5_000))
"""True odds up to one half, the other half being its mirror image."""
EVEN = slice(99, None)
"""The evenly spaced part of the grid, which the mean is of."""
REACH = 9.0
"""Standard deviations of a binomial that are kept."""
LEAST = 1e-20
"""The smallest mass that is carried on."""


@cache
def intervals(runs: int) -> tuple[Floats, Floats]:
    """Low and high ends of the interval of every count of hits, each (runs + 1,)."""
    below = [odds_of(hits, runs) for hits in range(runs // 2 + 1)]
    low, high = (np.array([getattr(odds, end) for odds in below]) for end in ("low", "high"))
    mirrored = slice(runs - runs // 2 - 1, None, -1)  # hits from runs // 2 + 1 to runs
    return np.concatenate((low, 1 - high[mirrored])), np.concatenate((high, 1 - low[mirrored]))


def masses(runs: int, odds: float) -> tuple[int, Floats]:
    """The first count that matters of a binomial, and the masses from there on."""
    spread = REACH * np.sqrt(runs * odds * (1 - odds)) + 40
    first, last = max(0, int(runs * odds - spread)), min(runs, int(runs * odds + spread))
    return first, binom.pmf(np.arange(first, last + 1), runs, odds)


def stopped(first_runs: int, width: float | None, odds: float) -> tuple[float, float, float]:
    """Coverage, expected runs, and all of the mass (which is 1), of the interval that has stopped."""
    runs, (first, mass) = first_runs, masses(first_runs, odds)
    covered = expected = total = 0.0
    while True:
        counts = slice(first, first + len(mass))
        low, high = (end[counts] for end in intervals(runs))
        done = np.ones(len(mass), bool) if width is None else (high - low) / 2 <= width
        ended = mass[done]
        covered += float(ended[(low[done] <= odds) & (odds <= high[done])].sum())
        expected += runs * float(ended.sum())
        total += float(ended.sum())
        going = np.flatnonzero(~done & (mass > LEAST))
        if not len(going):
            return covered, expected, total
        mass = np.where(done, 0.0, mass)[going[0] : going[-1] + 1]
        offset, more = masses(runs, odds)
        first, mass, runs = first + int(going[0]) + offset, np.convolve(mass, more), 2 * runs


def row(name: str, first_runs: int, width: float | None) -> str:
    """One line of the table."""
    found = np.array([stopped(first_runs, width, float(odds)) for odds in GRID])
    coverage, runs, total = found.T
    if np.abs(total - 1).max() > 1e-9:
        raise ArithmeticError(f"{name}: the masses sum to {total.min()} to {total.max()}, not to 1")
    worst = int(np.argmin(coverage))
    mean = coverage[EVEN].mean()
    return (
        f"| {name} | {coverage[worst]:.2%} | {GRID[worst]:.2%} | {mean:.2%} | {runs.min():,.0f} | {runs.max():,.0f} |"
    )


def main() -> None:
    """Print the table."""
    print("| interval | least coverage | at odds | mean coverage | fewest expected runs | most expected runs |")
    print("|---|---|---|---|---|---|")
    print(row("1,000 runs", 1_000, None))
    for first_runs in FIRST:
        for width in WIDTHS:
            print(row(f"from {first_runs:,} runs until ±{width:.1%}", first_runs, width))


if __name__ == "__main__":
    main()
