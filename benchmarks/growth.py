"""What larger scenarios and longer runs cost: time by plants, time and memory by runs, and loading a long table."""

from __future__ import annotations

import csv
import platform
import subprocess
import sys
import tempfile
import time
import tomllib
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import tomli_w

from nevsim.forecast import forecast
from nevsim.replications import BLOCK
from nevsim.scenario.load import Scenario, load
from rounds import digits, seconds, table
from speed import FLAGSHIP, HERE, SETTLED, WORKLOAD

PIPELINE = HERE.parent / "scenarios" / "pipeline.toml"
COPIES_A_FILE = 25
"""Copies of the workload's plants in one file, which may have no more than 50,000 keys."""
PATIENCE = 120
"""Seconds after which a run is given up."""
_CHILD = """
import sys, time
from nevsim.forecast import forecast
from nevsim.scenario.load import Scenario, load
scenario = load(sys.argv[1])
began = time.perf_counter()
forecast(scenario, int(sys.argv[2]), 1)
print(time.perf_counter() - began)
"""
_PARENT = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""A small process in between: a child's peak counts what its parent had when it was made."""


def by_plants(copies: tuple[int, ...]) -> str:
    """Time the workload with its plants repeated so many times, one thread."""
    forecast(load(WORKLOAD), SETTLED, threads=1)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for count in copies:
            path = copied(Path(folder), count)
            began = time.perf_counter()
            scenario = load(path)
            loaded = time.perf_counter() - began
            blocks, plants = max(4, 64 // count), len(scenario.phases)
            once, each = _paces(scenario, blocks)
            cells = (loaded, once, 1e6 * each, 1e6 * each / plants)
            rows.append((f"{plants:,}", *map(digits, cells), f"{blocks * BLOCK:,}"))
    heads = (
        "plants",
        "seconds to load",
        f"seconds of the first {BLOCK:,} runs",
        "microseconds of a further run",
        "of a run and plant",
        "further runs",
    )
    return f"The workload made larger, one thread; of further runs the median over blocks:\n\n{table(heads, rows)}"


def _paces(scenario: Scenario, blocks: int) -> tuple[float, float]:
    """Return the seconds up to the end of the first block of replications, and of a replication of the last blocks."""
    clock: list[tuple[int, float]] = []
    began = time.perf_counter()

    def progress(done: int, *_: object) -> None:
        clock.append((done, time.perf_counter()))

    forecast(scenario, SETTLED + blocks * BLOCK, threads=1, progress=progress)
    ends = clock[1:]  # it is called once before the first block
    paces = [(end - begin) / (now - before) for (before, begin), (now, end) in pairwise(ends[SETTLED // BLOCK - 1 :])]
    return ends[0][1] - began, median(paces)


def copied(folder: Path, copies: int) -> Path:
    """Write the workload with its plants and their crew so many times, over several files, and return the last."""
    data = tomllib.loads(WORKLOAD.read_text(encoding="utf-8"))
    path = folder / f"workload-{copies}-0.toml"
    for number, first in enumerate(range(0, copies, COPIES_A_FILE)):
        chosen = range(first, min(first + COPIES_A_FILE, copies))
        own: dict[str, Any] = {
            "crews": [{**crew, "id": f"{crew['id']}-{copy}"} for copy in chosen for crew in data["crews"]],
            "plants": [_renamed(plant, copy) for copy in chosen for plant in data["plants"]],
        }
        if number == 0:
            goals = [{**goal, "at_least": copies * goal["at_least"]} for goal in data["targets"]]
            own = {**data, **own, "targets": goals}
        else:
            own = {"schema": data["schema"], "extends": path.name, **own}
        path = folder / f"workload-{copies}-{number}.toml"
        path.write_text(tomli_w.dumps(own), encoding="utf-8")
    return path


def _renamed(plant: dict[str, Any], copy: int) -> dict[str, Any]:
    stages = [{**one, "crew": f"{one['crew']}-{copy}"} if "crew" in one else one for one in plant["stages"]]
    return {**plant, "id": f"{plant['id']}-{copy}", "stages": stages}


def by_runs(longest: int) -> str:
    """Measure seconds and peak memory of fresh processes that play more and more replications, all threads."""
    rows = []
    for name, path, counts in (
        ("reference workload", WORKLOAD, (1_000, 10_000, 100_000, 1_000_000)),
        ("flagship", FLAGSHIP, (10_000, 1_000_000)),
    ):
        rows += [(name, f"{runs:,}", *_fresh(path, runs)) for runs in counts if runs <= longest]
    heads = ("scenario", "runs", "seconds", "microseconds a run", "peak memory, MiB")
    return f"Fresh processes, all threads, imports and loading left out of the seconds:\n\n{table(heads, rows)}"


def _fresh(path: Path, runs: int) -> tuple[str, str, str]:
    command = [sys.executable, "-c", _PARENT, sys.executable, "-c", _CHILD, str(path), str(runs)]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return f"over {PATIENCE}", "", ""
    spent, peak = map(float, done.stdout.split())
    unit = 2**20 if platform.system() == "Darwin" else 2**10
    return digits(spent), digits(1e6 * spent / runs), f"{peak / unit:,.0f}"


def from_table(plants: int, rounds: int) -> str:
    """Time how long a scenario takes to load whose plants stand in a table, a row a plant."""
    with PIPELINE.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        heads, *rows = csv.reader(file)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / PIPELINE.name).write_bytes(PIPELINE.read_bytes())
        with (folder / PIPELINE.with_suffix(".csv").name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(heads)
            for number in range(plants):
                first, *others = rows[number % len(rows)]
                writer.writerow([f"{first}-{number}", *others])
        found = [seconds(lambda: load(folder / PIPELINE.name)) for _ in range(rounds)]
    return f"A scenario of {plants:,} plants in a table of {len(heads)} columns loads in {digits(median(found))} s."
