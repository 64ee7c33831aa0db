"""A sweep of six cases, and workers that are this process: what several tests of sweeps play."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nevsim import shipped
from nevsim.study import pool

TEXT = """
schema = 1
[sweep]
id = "both"
scenario = "{scenario}"
runs = {runs}
seed = 5
[[axes]]
id = "size"
path = "plants.*.nameplate"
scale = [0.9, 1.1]
[[axes]]
id = "load"
path = "plants.south.load"
values = [0.5, 0.8]
[[cases]]
id = "late"
set = {{ "plants.north.announced" = "2024-Q2" }}
scale = {{ "plants.north.slip" = 1.5 }}
"""
RUNS = 3_000


class Here(Executor):
    """Plays jobs in this process, as they are handed over."""

    def submit(self, task: Any, /, *arguments: Any, **_: Any) -> Future[Any]:
        found: Future[Any] = Future()
        found.set_result(task(*arguments))
        return found


class Alone:
    """Workers that are this process."""

    deaths: tuple[type[BaseException], ...] = ()
    strikes, fall_together = 1, True

    def size(self) -> int:
        return 1

    def executor(self) -> Executor:
        return Here()

    def renew(self) -> None:
        raise AssertionError("nobody died")

    def fail(self, error: Exception) -> Exception:
        return error


@contextmanager
def here(_workers: int) -> Iterator[pool.Crew]:
    yield Alone()


def written(folder: Path, runs: int = RUNS, text: str = TEXT) -> Path:
    """Write the sweep and its scenario into a folder."""
    folder.mkdir(exist_ok=True)
    (folder / "example.toml").write_text(shipped.path_of("example").read_text(encoding="utf-8"), encoding="utf-8")
    path = folder / "both.toml"
    path.write_text(text.format(scenario="example.toml", runs=runs), encoding="utf-8")
    return path
