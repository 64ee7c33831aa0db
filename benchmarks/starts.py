"""What it takes to begin: wall seconds of fresh processes of the command line, and what the time goes into."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median

from rounds import digits, in_turn, python, spread, table
from speed import FLAGSHIP

_PARTS = """
import json, sys, time
clock = [time.perf_counter()]
def mark():
    clock.append(time.perf_counter())
from nevsim.engine.batch import Batch
from nevsim.forecast import forecast
from nevsim.replications import Cast
from nevsim.scenario.load import load
mark()
scenario = load(sys.argv[1])
mark()
Cast.of(scenario, "independent", 1, Batch)
mark()
forecast(scenario, int(sys.argv[2]), 1)
mark()
forecast(scenario, int(sys.argv[2]), 1)
mark()
print(json.dumps([end - begin for begin, end in zip(clock, clock[1:])]))
"""


def commands(rounds: int, counts: tuple[int, ...], *, folders: bool) -> str:
    """Compare fresh processes of `nevsim run` with an interpreter that does nothing, in turn."""
    with tempfile.TemporaryDirectory() as name:
        works = {"python -c pass": ("-c", "pass"), "nevsim --help": ("-m", "nevsim", "--help")}
        for runs in counts:
            works[f"nevsim run, {runs:,} runs, --json"] = _run(runs)
        python(*_run(1))  # keeps the compiled code
        found = dict(zip(works, _timed(works, rounds), strict=True))
        if folders:
            kept = {f"nevsim run, {runs:,} runs, --json --out": _run(runs, Path(name, str(runs))) for runs in counts}
            found |= dict(zip(kept, _timed(kept, (rounds + 1) // 2), strict=True))
    base = median(found["python -c pass"])
    rows = [(one, str(len(times)), spread(times), digits(median(times) / base)) for one, times in found.items()]
    heads = ("fresh process", "times", "seconds: median (least to most)", "x python -c pass")
    return f"Cold start on the flagship, compiled code kept; --out writes figures and page:\n\n{table(heads, rows)}"


def _run(runs: int, folder: Path | None = None) -> tuple[str, ...]:
    keep = () if folder is None else ("--out", str(folder))
    return ("-m", "nevsim", "run", str(FLAGSHIP), "--runs", str(runs), "--json", *keep)


def _timed(works: dict[str, tuple[str, ...]], rounds: int) -> list[list[float]]:
    def work(command: tuple[str, ...], number: int) -> None:
        *others, last = command
        command = (*others, f"{last}-{number}") if "--out" in command else command
        subprocess.run([sys.executable, *command], check=True, capture_output=True)

    return in_turn([partial(work, one) for one in works.values()], rounds)


def parts(rounds: int, runs: int) -> str:
    """Tell what a fresh process spends its time on before and while it plays."""
    found = [json.loads(python("-c", _PARTS, str(FLAGSHIP), str(runs))) for _ in range(rounds)]
    imports, loading, laws, first, second = (median(one) for one in zip(*found, strict=True))
    rows = (
        ("imports", imports),
        ("scenario read and checked", loading),
        ("names, laws and their tables, for all readings", laws),
        (f"compiled code loaded (a first run less a second, {runs:,} replications each)", max(0.0, first - second)),
        (f"{runs:,} replications drawn, played and counted, tables again", second),
    )
    cells = [(name, digits(1_000 * spent)) for name, spent in rows]
    return f"Parts of such a process, medians (rounds: {rounds}):\n\n{table(('part', 'milliseconds'), cells)}"
