"""A sweep in its folder: the same table whoever plays it, in whatever pieces, and however often it is stopped."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sweep_scene import RUNS, TEXT, here, written

import nevsim
from nevsim import shipped, sweeping
from nevsim.errors import RunError, UsageError
from nevsim.forecast import forecast
from nevsim.odds.paired import difference_of
from nevsim.scenario.load import load
from nevsim.study import pool
from nevsim.study.jobs import Done, Job, OtherVersion, Refused, decoded, encoded, work

KILLS = int(os.environ.get("SWEEP_KILLS", "10"))
"""How often a sweep is killed with all of its processes."""


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "processes", here)


def test_each_case_is_what_a_run_of_it_finds(tmp_path: Path, alone: None) -> None:
    """Hits to the last one, means within a step, percentiles within a cell of the grid, pairs from the hits."""
    path = written(tmp_path)
    table = nevsim.sweep(path, tmp_path / "out").odds.set_index("case")
    base = forecast(load(tmp_path / "example.toml"), RUNS, 5)
    cases = {
        "base": (),
        "late": ('plants.north.announced="2024-Q2"', "plants.north.slip={law='lognormal',p10=1.5,p90=18}"),
    }
    for row in table.itertuples():
        if row.Index not in cases and row.size == 1.1 and row.load == 0.8:
            cases[row.Index] = (
                "plants.north.nameplate=110000",
                "plants.south.nameplate=66000",
                "plants.south.load=0.8",
            )
    assert len(cases) == 3
    for name, overrides in cases.items():
        found = forecast(load(tmp_path / "example.toml", overrides), RUNS, 5)
        one, row = found.targets[0], table.loc[name]
        assert (row.hits, row.runs) == (one.odds.hits, RUNS)
        assert (row.low, row.high) == pytest.approx((one.odds.low, one.odds.high), abs=1e-12)
        assert row["mean"] == pytest.approx(one.mean, abs=1e-3)
        cell = found.values.width[0]
        assert (row.p10, row.p50, row.p90) == pytest.approx((one.p10, one.p50, one.p90), abs=cell)
        mine, theirs = found.hit_bits.all()[:, 0], base.hit_bits.all()[:, 0]
        pairs = [int((a & b).sum()) for a, b in ((mine, theirs), (mine, ~theirs), (~mine, theirs), (~mine, ~theirs))]
        if name == "base":
            assert np.isnan([row.difference, row.difference_low, row.difference_high]).all(), "nothing to differ from"
            continue
        wanted = difference_of(*pairs)
        assert (row.difference, row.difference_low, row.difference_high) == pytest.approx(
            (wanted.value, wanted.low, wanted.high), abs=1e-12
        )


@pytest.mark.parametrize("chunk", [700, 1_024, 2_999])
def test_how_many_are_handed_out_at_once_shows_nowhere(chunk: int, tmp_path: Path, whole: bytes, alone: None) -> None:
    nevsim.sweep(written(tmp_path), tmp_path / "out", chunk=chunk)
    assert (tmp_path / "out" / "odds.csv").read_bytes() == whole
    assert len(list((tmp_path / "out" / "shards").iterdir())) == 6 * -(-RUNS // chunk)


@pytest.mark.parametrize("workers", [2, 3])
def test_how_many_play_shows_nowhere(workers: int, tmp_path: Path, whole: bytes) -> None:
    nevsim.sweep(written(tmp_path), tmp_path / "out", workers=workers, chunk=1_100)
    assert (tmp_path / "out" / "odds.csv").read_bytes() == whole


def test_more_runs_add_to_what_is_there(tmp_path: Path, whole: bytes, alone: None) -> None:
    nevsim.sweep(written(tmp_path, 1_000), tmp_path / "out")
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out" / "shards").iterdir()}
    nevsim.sweep(written(tmp_path), tmp_path / "out")
    after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out" / "shards").iterdir()}
    assert before.items() <= after.items()
    assert (tmp_path / "out" / "odds.csv").read_bytes() == whole


def test_more_cases_add_to_what_is_there(tmp_path: Path, whole: bytes, alone: None) -> None:
    fewer = TEXT.replace("[0.9, 1.1]", "[1.1]")
    nevsim.sweep(written(tmp_path, text=fewer), tmp_path / "out")
    counts: list[int] = []
    nevsim.sweep(written(tmp_path), tmp_path / "out", progress=lambda one: counts.append(one.kept))
    assert counts[0] == 4 * RUNS
    assert (tmp_path / "out" / "odds.csv").read_bytes() == whole


def test_runs_and_seed_that_the_scenario_gives_itself_are_not_of_its_cases(
    tmp_path: Path, whole: bytes, alone: None
) -> None:
    """What was played stays, where the default in the scenario grows and not that of the sweep."""
    path = written(tmp_path)
    nevsim.sweep(path, tmp_path / "out")
    scenario = tmp_path / "example.toml"
    text = scenario.read_text(encoding="utf-8")
    scenario.write_text(text.replace("scenario = { ", "scenario = { runs = 777, seed = 9, "), encoding="utf-8")
    counts: list[int] = []
    nevsim.sweep(path, tmp_path / "out", progress=lambda one: counts.append(one.kept))
    assert counts[0] == 6 * RUNS
    assert (tmp_path / "out" / "odds.csv").read_bytes() == whole


def test_fewer_runs_are_those_of_a_new_sweep(tmp_path: Path, whole: bytes, alone: None) -> None:
    """Of a piece that reaches beyond them nothing is taken; what was there serves more runs again."""
    nevsim.sweep(written(tmp_path), tmp_path / "out")
    nevsim.sweep(written(tmp_path, 1_000), tmp_path / "out")
    nevsim.sweep(written(tmp_path, 1_000), tmp_path / "new")
    assert (tmp_path / "out" / "odds.csv").read_bytes() == (tmp_path / "new" / "odds.csv").read_bytes()
    nevsim.sweep(written(tmp_path), tmp_path / "out")
    assert (tmp_path / "out" / "odds.csv").read_bytes() == whole


def test_the_sweep_file_is_kept_as_it_was_played(tmp_path: Path, alone: None) -> None:
    path = written(tmp_path)
    text = path.read_text(encoding="utf-8")
    nevsim.sweep(path, tmp_path / "out", progress=lambda _: path.write_text("other = 1", encoding="utf-8") and None)
    assert (tmp_path / "out" / "sweep.toml").read_text(encoding="utf-8") == text


def test_a_target_that_a_scenario_lacks_is_not_withheld(tmp_path: Path, alone: None) -> None:
    from nevsim.report.sweep_page import sweep_page
    from nevsim.report.sweep_terminal import sweep_tables

    path = written(tmp_path)
    text = (tmp_path / "example.toml").read_text(encoding="utf-8")
    (tmp_path / "other.toml").write_text(text.replace('"output-2025"', '"of-another"'), encoding="utf-8")
    head = 'schema = 1\n[sweep]\nid = "two"\nscenario = ["example.toml", "other.toml"]\nruns = 200\nseed = 5\n'
    axis = '[[axes]]\nid = "load"\npath = "plants.south.load"\nvalues = [0.5, 0.8]\n'
    path.write_text(head + axis, encoding="utf-8")
    found = nevsim.sweep(path, tmp_path / "out")
    assert found.odds.target.tolist() == ["output-2025"] * 3 + ["of-another"] * 2
    assert found.table.withheld == []
    from nevsim.report.canvas import svg

    shown = [
        sweep_tables(found.table),
        sweep_page(found.table, {name: svg(one) for name, one in found.figures().items()}),
    ]
    for text in shown:
        assert "no such target" in text
        assert "no reason known" not in text
        assert "withheld" not in text
    for figure in found.figures().values():
        assert "crossed out: 2 with no such target" in " ".join(text.get_text() for text in figure.texts)


def test_nothing_is_played_twice(tmp_path: Path, alone: None, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path)
    nevsim.sweep(path, tmp_path / "out")
    monkeypatch.setattr(pool, "work", None)
    monkeypatch.setattr(
        "nevsim.study.campaign.conduct", lambda _crew, jobs, **_: iter(jobs)
    )  # a job would not be a pair
    nevsim.sweep(path, tmp_path / "out")


def test_a_shard_that_is_gone_is_played_again(tmp_path: Path, whole: bytes, alone: None) -> None:
    path = written(tmp_path)
    nevsim.sweep(path, tmp_path / "out", chunk=1_024)
    shard = sorted((tmp_path / "out" / "shards").iterdir())[4]
    content = shard.read_bytes()
    shard.unlink()
    again = nevsim.sweep(path, tmp_path / "out", chunk=1_024)
    assert (tmp_path / "out" / "odds.csv").read_bytes() == whole
    assert shard.read_bytes() == content
    assert any(shard.name in note for note in again.notes)


def test_odds_of_a_case_that_cannot_be_played_are_withheld(tmp_path: Path, alone: None) -> None:
    """An old promise and no slip are fine, each alone; together they leave no chance of a start from minute zero on."""
    axes = """[[axes]]
id = "promise"
path = "plants.north.announced"
values = ["2015", "2023-Q2"]
[[axes]]
id = "slip"
path = "plants.north.slip"
values = [0, 200]
"""
    text = TEXT[: TEXT.index("[[axes]]")] + axes
    found = nevsim.sweep(written(tmp_path, text=text), tmp_path / "out")
    odds = found.odds
    together = odds[(odds.promise == "2015") & (odds.slip == 0)]
    assert list(found.withheld) == list(together.case)
    assert "so before start" in found.withheld[together.case.item()]
    assert together.odds.isna().all()
    assert odds.odds.notna().sum() == len(odds) - 1 == 4
    assert [one["withheld"] is None for one in found.facts["cases"]] == list(odds.odds.notna())


def is_poison(job: Job) -> Done | Refused:
    if job.changes and job.changes[0].address == "plants.north.announced":
        os._exit(1)
    return work(job)


def test_odds_of_a_case_whose_piece_kills_its_workers_are_withheld(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conduct = pool.conduct
    monkeypatch.setattr("nevsim.study.campaign.conduct", lambda crew, jobs, **_: conduct(crew, jobs, is_poison))
    found = nevsim.sweep(written(tmp_path), tmp_path / "out", workers=2)
    assert found.withheld == {"late": "replications 0 to 2999 killed every worker that played them"}
    assert set(found.odds.case[found.odds.odds.isna()]) == {"late"}
    monkeypatch.undo()
    assert not nevsim.sweep(written(tmp_path), tmp_path / "out", workers=1).withheld


def test_other_sources_of_one_version_play_anew(
    tmp_path: Path, whole: bytes, alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table is never of two programs, though both call themselves 0.1.0; and the first finds its own again."""
    path = written(tmp_path)
    nevsim.sweep(path, tmp_path / "out")
    counts: list[int] = []
    with monkeypatch.context() as patch:
        patch.setattr("nevsim.study.jobs.NEVSIM", "0.1.0 (sources 0123456789ab)")
        patch.setattr("nevsim.study.campaign.NEVSIM", "0.1.0 (sources 0123456789ab)")
        nevsim.sweep(path, tmp_path / "out", progress=lambda one: counts.append(one.kept))
    nevsim.sweep(path, tmp_path / "out", progress=lambda one: counts.append(one.kept))
    assert (counts[0], counts[-1]) == (0, 6 * RUNS)
    assert (tmp_path / "out" / "odds.csv").read_bytes() == whole


def test_another_version_of_nevsim_is_refused() -> None:
    job = Job("ab", "x.toml", {}, (), 0, 0, 10, "0.0.0")
    found = work(job)
    assert isinstance(found, OtherVersion)
    assert "this is nevsim 0.0.0" in found.reason


def test_a_piece_comes_back_from_its_bytes(tmp_path: Path) -> None:
    from nevsim.draws.catalogue import catalogue
    from nevsim.engine.batch import Batch
    from nevsim.study.jobs import play

    names = catalogue(load(shipped.path_of("avatr-stores")))
    piece = play(names, Batch(names.plan), 3, 100, 1_241)
    again = decoded(encoded(piece))
    for one, other in zip(vars(piece).values(), vars(again).values(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert encoded(piece) == encoded(again)
    with pytest.raises(RunError, match="cannot be read"):
        decoded(b"PAR1 and no more")


ALL = 1 + 6 * 6
"""Lines of the journal when all is there: its head, and six pieces of six cases."""
GO = "import sys, nevsim; __name__ == '__main__' and nevsim.sweep(sys.argv[1], sys.argv[2], workers=2, chunk=500)"


def test_a_sweep_that_is_killed_goes_on(tmp_path: Path, whole: bytes) -> None:
    """SIGKILL of the whole process group at random moments, until it comes to its end: the same bytes."""
    path, script = written(tmp_path), tmp_path / "go.py"
    script.write_text(GO, encoding="utf-8")
    command = [sys.executable, str(script), str(path), str(tmp_path / "out")]
    out, moments = tmp_path / "out", random.Random(11)
    journal = out / "journal.jsonl"
    phases: dict[str, Callable[[], bool]] = {
        "before the lock": lambda: True,
        "locked": journal.exists,
        "first": lambda: lines(journal) > 1,
        "next": lambda: lines(journal) > before,
        "writing": (out / "odds.csv").exists,
        "drawn": lambda: any(out.glob("figures/*.png")),
    }
    landed: Counter[str] = Counter()
    for number in range(KILLS):
        wanted = list(phases)[number % len(phases)]
        before = lines(journal)
        if wanted == "first" or (wanted == "next" and before == ALL):
            shutil.rmtree(out, ignore_errors=True)
            before = 0
        elif wanted in ("writing", "drawn"):
            for path in (*out.glob("*.csv"), *out.glob("figures/*")):
                path.unlink()
        process = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 120
        while process.poll() is None and not phases[wanted]() and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(moments.uniform(0, 0.3 if wanted == "before the lock" else 0.05))
        landed[wanted] += process.poll() is None
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    subprocess.run(command, check=True, capture_output=True)
    assert (out / "odds.csv").read_bytes() == whole
    assert set(landed) - {"drawn"} <= set(+landed) or len(phases) > KILLS, landed


def lines(path: Path) -> int:
    """How many lines a file has, none where it is not there."""
    return path.read_bytes().count(b"\n") if path.exists() else 0


def test_two_commands_on_one_folder_exclude_each_other(tmp_path: Path, alone: None) -> None:
    path = written(tmp_path)
    tried: list[str] = []

    def second(_: object) -> None:
        if not tried:
            with pytest.raises(UsageError, match=rf"in use by process {os.getpid()}") as refused:
                nevsim.sweep(path, tmp_path / "out")
            tried.append(str(refused.value))

    nevsim.sweep(path, tmp_path / "out", progress=second)
    assert tried


def test_the_folder_opens_as_frames(tmp_path: Path, alone: None) -> None:
    found = nevsim.sweep(written(tmp_path), tmp_path / "out")
    kept = nevsim.open(tmp_path / "out")
    pd.testing.assert_frame_equal(kept.odds, found.odds.astype({"hits": "int64", "runs": "int64"}), check_exact=False)
    assert kept.manifest["cases"] == len(kept.manifest["keys"]) == 6
    shards = {path.name.partition("-")[0] for path in (tmp_path / "out" / "shards").iterdir()}
    assert set(kept.manifest["keys"].values()) == shards
    assert kept.manifest["keys"]["late"] in shards
    with pytest.raises(UsageError, match="no manifest"):
        nevsim.open(tmp_path)


def test_workers_and_chunk_are_counted_from_one(tmp_path: Path) -> None:
    for name in ("workers", "chunk"):
        with pytest.raises(UsageError, match=f"found 0 {name}, want at least 1"):
            sweeping.sweep(written(tmp_path), tmp_path / "out", **{name: 0})
