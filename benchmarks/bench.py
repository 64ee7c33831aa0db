"""Measures nevsim against a plain SimPy program and against itself, in one run on one machine; prints what it compared.

Ratios are taken round by round, the two programs in turn, because a shared machine's speed drifts. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import plain
from nevsim.forecast import forecast
from nevsim.scenario.load import load

HERE = Path(__file__).parent
WORKLOAD = HERE / "workload.toml"
FLAGSHIP = HERE.parent / "scenarios" / "liangjiang-2025.toml"


def main() -> None:
    """Print all comparisons."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each comparison")
    parser.add_argument("--runs", type=int, default=1_000, help="replications of each round")
    arguments = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors")
    print(f"{arguments.rounds} rounds of {arguments.runs:,} replications in turn: medians, and ratios round by round\n")
    speed(arguments.rounds, arguments.runs)
    agreement(4 * arguments.runs)
    memory()
    start()


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes, in seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def speed(rounds: int, runs: int) -> None:
    """Compare replications per second of the plain program and of nevsim, draws to tallies, on the same model."""
    workload, flagship = load(WORKLOAD), load(FLAGSHIP)
    rates: dict[str, list[float]] = {"plain SimPy, workload": [], "nevsim, workload": [], "nevsim, flagship": []}
    for number in range(rounds + 1):
        taken = (
            seconds(partial(plain.run, runs, number)),
            seconds(partial(forecast, workload, runs, number)),
            seconds(partial(forecast, flagship, runs, number)),
        )
        if number:
            for name, spent in zip(rates, taken, strict=True):
                rates[name].append(runs / spent)
    base = rates["plain SimPy, workload"]
    print("| program | replications/s | x plain SimPy (min, median, max) |\n|---|---|---|")
    for name, found in rates.items():
        ratios = sorted(one / other for one, other in zip(found, base, strict=True))
        shown = f"{ratios[0]:.2f}, {statistics.median(ratios):.2f}, {ratios[-1]:.2f}"
        print(f"| {name} | {statistics.median(found):,.0f} | {shown} |")
    print()


def agreement(runs: int) -> None:
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
    print(f"monthly means of {runs:,} replications each, {len(scores)} months over 1,000: the largest of their")
    print(f"differences is {worst:+.2f} standard errors; last month {means[-1]:,.0f}, plain program {last:,.0f}\n")


def memory() -> None:
    """Print the peak memory of processes that play more and more replications."""
    print("| replications of the workload | peak memory, MiB |\n|---|---|")
    for runs in (1_000, 10_000, 50_000):
        code = f"import nevsim; nevsim.load({str(WORKLOAD)!r}).run({runs})"
        print(f"| {runs:,} | {peak([sys.executable, '-c', code]):,.0f} |")
    print()


def peak(command: list[str]) -> float:
    """Return the peak memory of a process in MiB."""
    report = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); "
    report += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    done = subprocess.run([sys.executable, "-c", report, *command], check=True, capture_output=True, text=True)
    unit = 2**20 if platform.system() == "Darwin" else 2**10
    return int(done.stdout) / unit


def start(rounds: int = 15) -> None:
    """Print how long `nevsim --help` takes beside an interpreter that does nothing."""
    ratios = []
    for _ in range(rounds):
        nothing = seconds(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True))
        ratios.append(seconds(_help) / nothing)
    print(f"nevsim --help takes {statistics.median(ratios):.1f} times what python -c pass takes (median of {rounds})")


def _help() -> None:
    subprocess.run([sys.executable, "-m", "nevsim", "--help"], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
