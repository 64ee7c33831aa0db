"""What a terminal shows while something is played, and nothing elsewhere: on standard error, gone when it is done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nevsim.odds.interval import Odds
    from nevsim.study.campaign import Standing


def duration(seconds: float) -> str:
    """Return a time in words, such as 4 min.

    >>> [duration(one) for one in (0.2, 59, 61, 7_000, 200_000)]
    ['1 s', '59 s', '1 min', '1 h 56 min', '55 h']
    """
    minutes, hours = seconds / 60, seconds / 3_600
    if minutes < 1:
        return f"{max(round(seconds), 1)} s"
    if hours < 1:
        return f"{round(minutes)} min"
    return f"{int(hours)} h {int(minutes) % 60} min" if hours < 24 else f"{int(hours)} h"


@contextmanager
def of_run() -> Iterator[Callable[[int, int, Odds | None], None] | None]:
    """Yield what shows the runs done and the odds so far on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from nevsim.report.style import percent

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("runs"),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    from nevsim.compiled import told

    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    with bar, told(partial(bar.console.print, "compiling the engine, which takes a minute once; its code is kept")):
        task = bar.add_task("")

        def tell(done: int, wanted: int, odds: Odds | None) -> None:
            bar.update(
                task, completed=done, total=wanted, description="" if odds is None else f"so far {percent(odds)}"
            )

        yield tell


@contextmanager
def of_sweep() -> Iterator[Callable[[Standing], None] | None]:
    """Yield what shows cases done, replications per second and time left on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("cases"), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def tell(standing: Standing) -> None:
            left = standing.left
            words = "" if left is None else f"{standing.pace:,.0f} replications/s, {duration(left)} left"
            if standing.workers == 0:
                words = "no worker is there; waiting for one"
            share = standing.cases * standing.done / standing.replications
            bar.update(task, completed=max(standing.finished, int(share)), total=standing.cases, description=words)

        yield tell
