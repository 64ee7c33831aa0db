"""Every replication with its draws, written as it is played; three tables, in memory that does not grow."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import mkdtemp
from weakref import finalize

import numpy as np
import pandas as pd

from nevsim.arrays import BEYOND, Minutes
from nevsim.draws.catalogue import Catalogue
from nevsim.draws.sample import Draws
from nevsim.odds.target import judge
from nevsim.replications import Block, Piece
from nevsim.study.parquet import Growing

NAMES = ("replications", "outages", "openings")
ROWS = 16_384
"""Rows that are written at once."""


class Kept:
    """What was played, in files of a folder of its own that goes with this object."""

    def __init__(self) -> None:
        folder = Path(mkdtemp(prefix="nevsim-kept-"))
        finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._waiting: dict[str, list[pd.DataFrame]] = {name: [] for name in NAMES}
        self._files = {name: Growing(folder / f"{name}.parquet") for name in NAMES}

    def add(self, names: Catalogue, block: Block) -> None:
        """Take in a block of replications of a catalogue, with their draws."""
        drawn = [(piece, piece.draws) for piece in block.pieces if piece.draws is not None]
        self._add("replications", [_replications(names, piece, draws) for piece, draws in drawn])
        self._add("outages", [_outages(names, draws) for _, draws in drawn])
        self._add("openings", [_openings(names, draws) for _, draws in drawn])

    def files(self) -> dict[str, Path]:
        """Return the finished files by name."""
        for name, file in self._files.items():
            self._write(name)
            file.close()
        return {file.path.name: file.path for file in self._files.values()}

    def _add(self, name: str, frames: list[pd.DataFrame]) -> None:
        self._waiting[name] += frames
        if sum(map(len, self._waiting[name])) >= ROWS:
            self._write(name)

    def _write(self, name: str) -> None:
        if not self._waiting[name]:
            return
        self._files[name].add(pd.concat(self._waiting[name], ignore_index=True))
        self._waiting[name] = []


def _replications(names: Catalogue, piece: Piece, draws: Draws) -> pd.DataFrame:
    """One row a replication: each target's quantity and whether it is hit, each start, and each draw by its address."""
    plan, played, first = names.plan, piece.harvest.played, draws.first
    judged = judge(plan, played)
    columns: dict[str, object] = {"replication": np.arange(first, first + draws.count, dtype=np.int64)}
    for number, target in enumerate(plan.targets):
        columns[f"targets.{target.id}"] = judged.values[:, number]
        columns[f"targets.{target.id}.hit"] = judged.hits[:, number]
    for number, phase in enumerate(plan.phases):
        columns[f"starts.{phase}"] = _minutes(played.starts[:, number])
    for number, quantity in enumerate(names.quantities):
        if not quantity.law.is_fixed:
            columns[quantity.address] = draws.values[number]
    return pd.DataFrame(columns)


def _outages(names: Catalogue, draws: Draws) -> pd.DataFrame:
    """One row an outage: its stream, its minutes, and the share of the rate that it takes."""
    windows, first = draws.windows, draws.first
    count = np.diff(windows.first, axis=1).ravel()
    streams = np.repeat(np.array(names.stream_names, dtype=object), draws.count)
    replications = np.tile(np.arange(first, first + draws.count, dtype=np.int64), len(names.stream_names))
    return pd.DataFrame(
        {
            "replication": np.repeat(replications, count),
            "stream": pd.Series(np.repeat(streams, count), dtype="str"),
            "onset": windows.onset,
            "end": windows.end,
            "severity": windows.severity,
        }
    ).sort_values(["replication", "stream", "onset"], kind="stable", ignore_index=True)


def _openings(names: Catalogue, draws: Draws) -> pd.DataFrame:
    """One row a job of a rollout: how long its fit-out takes."""
    frames = []
    for laws, found in zip(names.rollouts, draws.fit_outs, strict=True):
        row, job = np.nonzero(found.minutes)
        fit_outs = {
            "replication": draws.first + row,
            "address": laws.address,
            "job": job,
            "minutes": found.minutes[row, job],
        }
        frames.append(pd.DataFrame(fit_outs).astype({"address": "str"}))
    empty = pd.DataFrame({"replication": [], "address": [], "job": [], "minutes": []})
    types = {"replication": "int64", "address": "str", "job": "int64", "minutes": "int64"}
    return pd.concat(frames, ignore_index=True) if frames else empty.astype(types)


def _minutes(starts: Minutes) -> pd.Series:
    """Return minutes from the start of the play on, missing where they do not come by its end."""
    return pd.Series(starts).astype("Int64").mask(starts >= BEYOND)
