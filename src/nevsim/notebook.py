"""The Python face: load a scenario, run it, look at it, keep it; a thin chain over the pure functions below."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from nevsim.errors import UsageError
from nevsim.forecast import Progress, forecast
from nevsim.result import Result
from nevsim.scenario.load import Scenario
from nevsim.scenario.load import load as load_scenario

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nevsim.study.kept import Kept


@dataclass(frozen=True, repr=False)
class Case:
    """A scenario that was loaded and checked."""

    scenario: Scenario

    def __repr__(self) -> str:
        """Say which scenario it is, in a line."""
        document = self.scenario.document
        return f"Case({self.scenario.id}: {len(document.plants)} plants, {len(document.targets)} targets)"

    def run(
        self,
        runs: int | None = None,
        seed: int | None = None,
        precision: float | None = None,
        progress: Progress | None = None,
        design: str = "independent",
        engine: str = "batch",
        threads: int | None = None,
        keep: bool = False,
    ) -> Outcome:
        """Play the scenario and return what came out; runs and seed default to the scenario's own.

        ``precision`` doubles the runs until the half-width of every target's 95 % interval is at most that. ``design``
        is ``"independent"``, ``"latin"`` or ``"sobol"``, in whole replicates of 1,024 runs. ``engine``
        is ``"batch"`` or the slow and readable ``"simpy"``, which find the same; ``threads`` are as many as there are
        processors by default, and show in no result. ``keep``: every replication with its draws, in tables that
        :meth:`Outcome.save` writes beside the others. Raises :class:`nevsim.errors.UsageError` for what cannot be.
        """
        began = monotonic()
        kept = None
        if keep:
            from nevsim.study.kept import Kept

            kept = Kept()
        add = None if kept is None else kept.add
        found = forecast(self.scenario, runs, seed, precision, progress, design, engine, threads, add)
        return Outcome(found, monotonic() - began, kept)


@dataclass(frozen=True, repr=False)
class Outcome:
    """What a run found out, as pandas frames, figures, a page and a folder."""

    result: Result
    seconds: float
    kept: Kept | None = None

    def __repr__(self) -> str:
        """Say what was played and the odds of the first target, in a line."""
        from nevsim.report.style import percent

        found, first = self.result, self.result.targets[0]
        return f"Outcome({found.scenario.id}, {found.runs:,} runs: {first.id} {percent(first.odds)})"

    @property
    def odds(self) -> pd.DataFrame:
        """One row a target: its odds with their 95 % intervals, and its quantity."""
        from nevsim.study import frames

        return frames.odds(self.result)

    def fan(self) -> pd.DataFrame:
        """One row a volume target and month: percentiles of its scope's yearly rate, and the mean promise."""
        from nevsim.study import frames

        return frames.fan(self.result)

    def milestones(self) -> pd.DataFrame:
        """One row a phase that is to start: its promise, the percentiles of its start, how often it never comes."""
        from nevsim.study import frames

        return frames.milestones(self.result)

    def losses(self) -> pd.DataFrame:
        """One row an output target and cause: mean vehicles over its scope and window."""
        from nevsim.study import frames

        return frames.losses(self.result)

    @property
    def plot(self) -> Plots:
        """The figures."""
        return Plots(self.result)

    def report(self, path: str | Path) -> Path:
        """Write the report as one self-contained page and return its path."""
        from nevsim.report.canvas import svg
        from nevsim.report.figures import figures
        from nevsim.report.page import page
        from nevsim.study.folder import write_file

        target = Path(path)
        write_file(target, page(self.result, {name: svg(figure) for name, figure in figures(self.result).items()}))
        return target

    def save(self, folder: str | Path | None = None, command: str = "Python") -> Path:
        """Write the results folder and return its path; by default ``results/<scenario id>/<run id>``."""
        from nevsim.study.folder import write_folder

        target = self.folder if folder is None else Path(folder)
        write_folder(target, self._files(command))
        return target

    @property
    def folder(self) -> Path:
        """Where :meth:`save` writes by default."""
        from nevsim.study.manifest import run_id

        found = self.result
        name = run_id(found.scenario, found.runs, found.seed, found.engine, found.design)
        return Path("results") / found.scenario.id / name

    def _files(self, command: str) -> dict[str, Callable[[Path], object]]:
        """Return every file of a results folder by name, each with the function that writes it."""
        import json
        from datetime import UTC, datetime

        from nevsim.report.canvas import png, svg
        from nevsim.report.figures import figures
        from nevsim.report.page import page
        from nevsim.study import frames
        from nevsim.study.manifest import manifest, resolved
        from nevsim.study.parquet import write_parquet, write_parts

        made = datetime.now(UTC).isoformat(timespec="seconds")
        facts = manifest(self.result, command, self.seconds, made)
        drawn = figures(self.result)
        pictures = {name: svg(figure) for name, figure in drawn.items()}
        files: dict[str, Callable[[Path], object]] = {
            "scenario.toml": partial(_write_text, resolved(self.result.scenario)),
            "odds.csv": partial(frames.odds(self.result).to_csv, index=False, lineterminator="\n"),
            "report.html": partial(_write_text, page(self.result, pictures)),
        }
        for name, table in frames.TABLES.items():
            if name != "hits":
                files[f"{name}.parquet"] = partial(write_parquet, table(self.result))
        files["hits.parquet"] = partial(write_parts, frames.hit_parts(self.result))
        if self.kept is not None:
            files |= {name: partial(shutil.copyfile, path) for name, path in self.kept.files().items()}
        for name, figure in drawn.items():
            files[f"figures/{name}.svg"] = partial(_write_text, pictures[name])
            files[f"figures/{name}.png"] = partial(_write_bytes, png(figure))
        files["manifest.json"] = partial(_write_text, json.dumps(facts, indent=2, ensure_ascii=False) + "\n")
        return files


@dataclass(frozen=True)
class Plots:
    """The figures of a result; each takes the id of a target (the first when absent) and axes to draw on."""

    result: Result

    def fan(self, target: str | None = None, ax: Axes | None = None) -> Figure:
        """Return the yearly rate of a target's scope over time, against its level."""
        from nevsim.report.fan import draw_fan

        return draw_fan(self.result, self._position(target), ax)

    def waterfall(self, target: str | None = None, ax: Axes | None = None) -> Figure:
        """Return the way from the promise of an output target to what is made, and on to its level."""
        from nevsim.report.waterfall import draw_waterfall

        return draw_waterfall(self.result, self._position(target), ax)

    def starts(self, ax: Axes | None = None) -> Figure:
        """Return announced against simulated starts."""
        from nevsim.report.gantt import draw_gantt

        return draw_gantt(self.result, ax=ax)

    def exceedance(self, target: str | None = None, ax: Axes | None = None) -> Figure:
        """Return how likely a target's quantity reaches each level."""
        from nevsim.report.exceedance import draw_exceedance

        return draw_exceedance(self.result, self._position(target), ax)

    def quarters(self, target: str | None = None, ax: Axes | None = None) -> Figure:
        """Return the odds of a target's level by the end of each quarter; of every target where none is named."""
        from nevsim.report.quarters import draw_quarters

        return draw_quarters(self.result, None if target is None else self._position(target), ax)

    def limits(self, ax: Axes | None = None) -> Figure:
        """Return how much of each crew, supply and market is used by month, and what it costs."""
        from nevsim.report.limits import draw_limits

        return draw_limits(self.result, ax)

    def readings(self, target: str | None = None, ax: Axes | None = None) -> Figure:
        """Return the odds under every reading of what is unclear; of every target they move where none is named."""
        from nevsim.report.readings import draw_readings

        return draw_readings(self.result, None if target is None else self._position(target), ax)

    def _position(self, target: str | None) -> int:
        known = [one.id for one in self.result.targets]
        if target is None:
            return 0
        if target not in known:
            raise UsageError(f'found target "{target}", want one of {", ".join(known)}')
        return known.index(target)


def _write_text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_bytes(content: bytes, path: Path) -> None:
    path.write_bytes(content)


def load(path: str | Path, overrides: Sequence[str] = ()) -> Case:
    """Return the scenario of a file, checked; ``overrides`` such as ``"plants.polestar.nameplate=60000"``.

    Raises :class:`nevsim.errors.ScenarioError` with every fault of the file at its place.
    """
    return Case(load_scenario(path, overrides))
