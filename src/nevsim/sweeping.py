"""The Python face of sweeps: play one into a folder, look at it, and open what a folder holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from nevsim.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from nevsim.study.campaign import Progress, Swept
    from nevsim.study.sweep import Sweep
    from nevsim.sweeps import SweepTable


@dataclass(frozen=True, repr=False)
class SweepOutcome:
    """What a sweep found out, and the folder that holds it.

    ``notes`` tells in words what of the folder had to be repaired.
    """

    swept: Swept
    folder: Path
    notes: tuple[str, ...]
    text: str
    """The sweep file as it was when it was played."""

    def __repr__(self) -> str:
        """Say how many cases were played, in a line."""
        sweep = self.swept.sweep
        return f"SweepOutcome({sweep.id}: {len(sweep.cases):,} cases, {sweep.runs:,} runs each, in {self.folder})"

    @property
    def odds(self) -> pd.DataFrame:
        """One row a case and target: the axes' values, the odds, and the difference from the base case."""
        from nevsim.study import swept

        return swept.odds(self.swept)

    @property
    def table(self) -> SweepTable:
        """The odds by case and target, as figures take them."""
        from nevsim.study import swept

        return swept.table(self.swept)

    def figures(self) -> dict[str, Figure]:
        """Return the figures by name: a heat map, lines, small multiples or parallel coordinates for each target."""
        from nevsim.report.sweep_figures import sweep_figures

        return sweep_figures(self.table)

    @property
    def facts(self) -> dict[str, Any]:
        """What `nevsim sweep --json` prints, as plain data."""
        from nevsim.study import swept

        return swept.facts(self.swept)

    @property
    def withheld(self) -> dict[str, str]:
        """The cases without odds, each with the reason."""
        return dict(self.swept.withheld)

    def write(self, command: str, seconds: float) -> None:
        """Write table, figures, page and manifest beside the shards: the manifest goes first and comes last.

        Figures that an earlier sweep of this folder had, and this one has not, go with it.
        """
        import json
        from datetime import UTC, datetime

        from nevsim.report.canvas import png, svg
        from nevsim.report.sweep_page import sweep_page
        from nevsim.study import swept
        from nevsim.study.disk import files_in, make_folder, remove, replace_file
        from nevsim.study.folder import MARK
        from nevsim.study.store import FIGURES

        drawn = self.figures()
        pictures = {name: svg(figure) for name, figure in drawn.items()}
        files = {
            "odds.csv": self.odds.to_csv(index=False, lineterminator="\n").encode(),
            "sweep.toml": self.text.encode(),
            "scenario.toml": swept.scenario_text(self.swept).encode(),
            "report.html": sweep_page(self.table, pictures).encode(),
            **{f"{FIGURES}/{name}.svg": text.encode() for name, text in pictures.items()},
            **{f"{FIGURES}/{name}.png": png(figure) for name, figure in drawn.items()},
        }
        remove(self.folder / MARK)
        for path in map(Path(FIGURES).joinpath, files_in(self.folder / FIGURES)):
            if (path.match("*-*.svg") or path.match("*-*.png")) and path.as_posix() not in files:
                remove(self.folder / path)
        make_folder(self.folder / FIGURES)
        for name, content in files.items():
            replace_file(self.folder / name, content)
        made = datetime.now(UTC).isoformat(timespec="seconds")
        facts = swept.manifest(self.swept, command, seconds, made, list(self.notes))
        replace_file(self.folder / MARK, (json.dumps(facts, indent=2, ensure_ascii=False) + "\n").encode())


@dataclass(frozen=True, repr=False)
class Folder:
    """A results folder, of a run or a sweep, as it was kept."""

    path: Path
    manifest: dict[str, Any]

    def __repr__(self) -> str:
        """Say what is in it, in a line."""
        return f"Folder({self.path}: {', '.join(self.tables)})"

    @property
    def odds(self) -> pd.DataFrame:
        """The table of odds: one row a target, or a case and target."""
        import pandas as pd

        return pd.read_csv(self.path / "odds.csv")

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables that :meth:`table` reads."""
        return tuple(sorted(path.stem for path in self.path.glob("*.parquet")))

    def table(self, name: str) -> pd.DataFrame:
        """Return a table; UsageError where there is none, RunError where it is not what was written."""
        from nevsim.study.parquet import read_parquet

        if name not in self.tables:
            raise UsageError(f'{self.path}: found no table "{name}", want one of {", ".join(self.tables)}')
        return read_parquet(self.path / f"{name}.parquet")


def opened(folder: str | Path) -> Folder:
    """Return what a results folder holds; UsageError where it is none."""
    import json

    path = Path(folder)
    try:
        return Folder(path, json.loads((path / "manifest.json").read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise UsageError(f"{path}: has no manifest.json, so it is no result that is whole; name another") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read ({error}); name another") from None


def sweep(
    path: str | Path,
    out: str | Path | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    runs: int | None = None,
    seed: int | None = None,
    chunk: int | None = None,
    progress: Progress | None = None,
    command: str = "Python",
) -> SweepOutcome:
    """Play a sweep into a folder, ``results/sweeps/<id>`` by default, and return what all of it comes to.

    What the folder holds already is not played again. ``workers`` processes, by default one a processor, or the workers
    of a Dask ``cluster`` at an address. ``chunk`` replications at most are handed out at once. None of the three shows
    in the table. In a script, call it under ``if __name__ == "__main__":``, since workers import the script.
    Raises ScenarioError with every fault of the file, UsageError for what cannot be, RunError where the disk refuses.
    """
    from nevsim.study.sweep import read_sweep

    return swept_into(read_sweep(path, runs, seed), out, workers, cluster, chunk, progress, command)


def swept_into(
    read: Sweep,
    out: str | Path | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    chunk: int | None = None,
    progress: Progress | None = None,
    command: str = "Python",
) -> SweepOutcome:
    """Do as :func:`sweep` with a sweep that was read."""
    from nevsim.replications import threads_for
    from nevsim.study import pool
    from nevsim.study.campaign import conducted, is_done, warm
    from nevsim.study.store import Store

    for name, value in (("workers", workers), ("chunk", chunk)):
        if value is not None and value < 1:
            raise UsageError(f"found {value} {name}, want at least 1")
    folder = Path("results", "sweeps", read.id) if out is None else Path(out)
    began, text = monotonic(), Path(read.path).read_text(encoding="utf-8")
    with Store(folder, command) as store:
        if cluster is None and not is_done(read, store):
            warm(read)
        with pool.processes(threads_for(workers)) if cluster is None else pool.cluster(cluster) as hands:
            found = conducted(read, store, hands, chunk, progress)
        outcome = SweepOutcome(found, folder, tuple(store.notes), text)
        outcome.write(command, monotonic() - began)
        return outcome
