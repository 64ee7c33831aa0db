"""What a sweep costs beside the playing: jobs and store, a second worker, and the memory of the process that leads."""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path

import tomli_w

from nevsim.study.campaign import Standing
from nevsim.sweeping import sweep
from rounds import digits, python, spread, table
from speed import WORKLOAD

SPINS = 3_000_000
_LEAD = """
import resource, sys
from nevsim.sweeping import sweep
if __name__ == "__main__":
    sweep(sys.argv[1], sys.argv[2], workers=1)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""

_BETWEEN = "import subprocess, sys; subprocess.run(sys.argv[1:], check=True)"
"""A small process in between: a peak counts what the process had that made it."""


def written(folder: Path, cases: int, runs: int) -> Path:
    """Write a sweep of the workload: the base, and nameplates of one plant up to so many cases."""
    path = folder / f"sweep-{cases}-{runs}.toml"
    axis = {"path": "plants.p0.nameplate", "values": [200_000 + 100 * number for number in range(cases - 1)]}
    head = {"id": "workload-sweep", "scenario": os.path.relpath(WORKLOAD, folder), "runs": runs, "seed": 1}
    path.write_text(tomli_w.dumps({"schema": 1, "sweep": head, "axes": [axis]}), encoding="utf-8")
    return path


def parts(cases: int, runs: int) -> str:
    """Tell what the seconds of a sweep with one worker go into."""
    clock: list[float] = []
    last = None

    def see(standing: Standing) -> None:
        nonlocal last
        last = standing
        clock.append(time.perf_counter())

    with tempfile.TemporaryDirectory() as name:
        path = written(Path(name), cases, runs)
        began = time.perf_counter()
        sweep(path, Path(name, "out"), workers=1, progress=see)
        ended = time.perf_counter()
    assert last is not None
    own = last.playing + last.preparing
    rows = [
        ("replications drawn, played and counted", last.playing),
        ("scenarios changed and checked, laws and their tables", last.preparing),
        ("jobs and store, start of the worker", clock[-1] - clock[0] - own),
        ("before them: the sweep file read, every value tried", clock[0] - began),
        ("after them: the table, figures and the page", ended - clock[-1]),
    ]
    cells = [(one, digits(spent), f"{100 * spent / last.playing:.1f} %") for one, spent in rows]
    head = f"A sweep of the workload, {cases:,} cases of {runs:,} runs, one worker:"
    return f"{head}\n\n{table(('part', 'seconds', 'of the first'), cells)}"


def _spin(count: int) -> int:
    total = 0
    for number in range(count):
        total += number & 1
    return total


def _spins(workers: int) -> float:
    """Return the loops per second of so many processes that do nothing else."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(workers) as pool:
        pool.map(_spin, [1] * workers)
        began = time.perf_counter()
        pool.map(_spin, [SPINS] * workers, chunksize=1)
        return workers * SPINS / (time.perf_counter() - began)


def workers(rounds: int, cases: int, runs: int) -> str:
    """Compare what a second worker gains with what a second process gains that only counts, in turn."""
    found: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as name:
        path = written(Path(name), cases, runs)
        for number in range(rounds):
            paces = []
            for count in (1, 2):
                pace: list[tuple[float, int]] = []
                sweep(
                    path,
                    Path(name, f"{number}-{count}"),
                    workers=count,
                    progress=lambda one, pace=pace: pace.append((time.perf_counter(), one.done)),
                )
                (begin, first), (end, last) = pace[2 * count], pace[-1]  # once every worker has begun
                paces.append((last - first) / (end - begin))
            found.append((paces[1] / paces[0], _spins(2) / _spins(1)))
    gains = [mine for mine, _ in found]
    spins = [other for _, other in found]
    shares = [mine / other for mine, other in found]
    rows = (
        ("two workers of a sweep, x one", spread(gains)),
        ("two processes that only count, x one", spread(spins)),
        ("the first over the second", spread(shares)),
    )
    head = f"A second worker; {cases:,} cases of {runs:,} runs, {rounds} rounds in turn:"
    return f"{head}\n\n{table(('what', 'median (least to most)'), rows)}"


def memory(counts: tuple[int, ...]) -> str:
    """Tell the peak memory of the process that leads a sweep of two cases, by runs."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        script = Path(name, "lead.py")
        script.write_text(_LEAD, encoding="utf-8")
        for runs in counts:
            files = str(script), str(written(Path(name), 2, runs)), str(Path(name, str(runs)))
            peak = int(python("-c", _BETWEEN, sys.executable, *files))
            rows.append((f"{runs:,}", f"{peak / 1024:.0f}"))
    return f"The process that leads a sweep, two cases:\n\n{table(('runs a case', 'peak memory, MiB'), rows)}"
