"""Measures nevsim against a plain SimPy program and against itself, in one run on one machine; prints what it compared.

Ratios are taken round by round, the programs in turn, because a shared machine's speed drifts. Nothing is asserted.
``--write docs/performance.md`` puts what it prints between the page's two marks, and draws the figure beside it.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import errors
import growth
import speed
import starts
import sweeps
from nevsim.replications import threads_for

BEGIN, END = "<!-- bench -->", "<!-- end of bench -->"
"""What stands between these in the page is written by this program."""


def main() -> None:
    """Print all comparisons as they are found, and put them into a page where one is named."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds and replications: a minute or two, not ten")
    parser.add_argument(
        "--write", type=Path, metavar="PAGE", help="put the tables into this page, the figure beside it"
    )
    arguments = parser.parse_args()
    if arguments.write is not None:
        split(arguments.write)
    found = []
    for section in sections(quick=arguments.quick):
        print(f"{section}\n", flush=True)
        found.append(section)
    if arguments.write is not None:
        found.append(errors.figure(arguments.write.with_suffix(".svg"), quick=arguments.quick))
        print(found[-1])
        before, after = split(arguments.write)
        text = "\n\n".join([before + BEGIN, *found, END + after])
        arguments.write.write_text(text, encoding="utf-8", newline="\n")


def split(page: Path) -> tuple[str, str]:
    """Return what stands before and after the marks of a page."""
    text = page.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise SystemExit(f"{page}: want the marks {BEGIN} and {END}, each on a line")
    return text.partition(BEGIN)[0], text.partition(END)[2]


def sections(*, quick: bool) -> Iterator[str]:
    """Yield what was compared, one table after the other."""
    yield machine() + (" Quick settings: the figures are rough." if quick else "")
    if quick:
        yield speed.workload(3, 500, 50_000)
        yield speed.flagship(2, 300, 5_000)
        yield speed.parts(1, 16)
        yield starts.commands(2, (1_000,), folders=False)
        yield starts.parts(1, 1_000)
        yield growth.by_plants((1, 10))
        yield growth.by_runs(100_000)
        yield growth.from_table(500, 1)
        yield sweeps.parts(10, 20_000)
        yield speed.agreement(1_000)
        return
    yield speed.workload(7, 1_000, 200_000)
    yield speed.flagship(5, 1_000, 20_000)
    yield speed.parts(3, 64)
    yield starts.commands(5, (1_000, 10_000), folders=True)
    yield starts.parts(3, 1_000)
    yield growth.by_plants((1, 10, 100))
    yield growth.by_runs(1_000_000)
    yield growth.from_table(500, 3)
    yield sweeps.parts(1_000, 20_000)
    yield sweeps.workers(3, 40, 20_000)
    yield sweeps.memory((10_000, 1_000_000))
    yield speed.agreement(4_000)


def machine() -> str:
    """Return what the comparison ran on."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numba", "numpy", "simpy"))
    return (
        f"Python {platform.python_version()}, {libraries}; {platform.system()}, {platform.machine()}, {processor()},"
        f" {os.cpu_count()} processors, of which this process may use {threads_for(None)}."
    )


def processor() -> str:
    """Return the model of the processor, as far as the system tells it."""
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "processor unknown"


if __name__ == "__main__":
    main()
