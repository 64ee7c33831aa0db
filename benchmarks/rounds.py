"""Times pieces of work in turn, round by round, and lays out what was found as tables; it knows no program."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

Times = list[float]


@dataclass(frozen=True)
class Program:
    """What is measured: a name, the replications of a round, and the work of a round, which takes them and a seed."""

    name: str
    runs: int
    work: Callable[[int, int], Any]


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes, in seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turn(works: Sequence[Callable[[int], object]], rounds: int) -> list[Times]:
    """Return the seconds of each work in each round; the works take the number of the round and follow one another."""
    found: list[Times] = [[] for _ in works]
    for number in range(1, rounds + 1):
        for work, times in zip(works, found, strict=True):
            began = time.perf_counter()
            work(number)
            times.append(time.perf_counter() - began)
    return found


def rates(programs: Sequence[Program], rounds: int) -> list[Times]:
    """Return the replications per second of each program in each round."""
    times = in_turn([partial(one.work, one.runs) for one in programs], rounds)
    return [[one.runs / spent for spent in found] for one, found in zip(programs, times, strict=True)]


def compared(programs: Sequence[Program], found: Sequence[Times], yardstick: str) -> str:
    """Return a table of programs and their rates, with the ratios round by round to the first of them."""
    rows = []
    for one, rate in zip(programs, found, strict=True):
        ratios = [mine / base for mine, base in zip(rate, found[0], strict=True)]
        rows.append((one.name, f"{one.runs:,}", f"{median(rate):,.0f}", spread(ratios)))
    return table(("program", "replications a round", "replications/s", f"x {yardstick}: median (least to most)"), rows)


def spread(values: Times) -> str:
    """Return the median of some values, with the least and the most of them.

    >>> spread([0.5, 1.25, 300.0]), spread([1.0])
    ('1.25 (0.500 to 300)', '1.00 (1.00 to 1.00)')
    """
    return f"{digits(median(values))} ({digits(min(values))} to {digits(max(values))})"


def digits(value: float) -> str:
    """Return a number above 0 with three digits, or as a whole number where that has more.

    >>> [digits(value) for value in (0.01234, 1.0, 12.34, 1234.5)]
    ['0.0123', '1.00', '12.3', '1,234']
    """
    places = 2
    while places < 6 and value < 10 ** (2 - places):
        places += 1
    while places and value >= 10 ** (3 - places):
        places -= 1
    return f"{value:,.{places}f}"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table in Markdown: its first column is words, the others are numbers."""
    heads = list(heads)
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *map(list, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def python(*arguments: str) -> str:
    """Return what a fresh process of this Python prints."""
    done = subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True)
    return done.stdout
