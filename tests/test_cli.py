"""The command line from outside: what it prints where, what it writes, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from nevsim import load
from nevsim.cli import status
from nevsim.shipped import folder
from nevsim.study.folder import MARK
from nevsim.study.frames import TABLES

EXAMPLE = folder() / "example.toml"
KEYS = (
    "id odds low high hits runs odds_on_time on_time_low on_time_high odds_full full_low full_high "
    "mean p10 p50 p90 promised losses"
)
CAUSES = "cancelled shrunk late stopped ramping underused short unsold unannounced"
Ran = tuple[subprocess.CompletedProcess[str], Path]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """One run of the example as a process of its own, in an empty folder."""
    where = tmp_path_factory.mktemp("empty")
    command = [sys.executable, "-m", "nevsim", "run", str(EXAMPLE), "--runs", "300", "--seed", "7", "--json"]
    done = subprocess.run([*command, "--out", "kept"], cwd=where, capture_output=True, text=True, check=False)
    return done, where


def test_json_is_kept_only_where_a_folder_is_named(
    ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert status(["run", str(EXAMPLE), "--runs", "300", "--seed", "7", "--json"]) == 0
    assert capsys.readouterr().out == ran[0].stdout
    assert list(tmp_path.iterdir()) == []


def test_json_on_standard_output_alone(ran: Ran) -> None:
    done, _ = ran
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert set(found) == {"scenario", "runs", "seed", "engine", "design", "targets", "limits"}
    assert (found["runs"], found["seed"], found["engine"]) == (300, 7, "batch")
    assert set(found["scenario"]) == {"id", "digest"}
    (target,) = found["targets"]
    keys = (
        "id odds low high hits runs odds_on_time on_time_low on_time_high odds_full full_low full_high mean p10 p50 p90"
    )
    assert set(target) == {*keys.split(), "promised", "losses", "stated", "quarters"}
    causes = "cancelled late losses ramping short shrunk stopped unannounced underused unsold".replace("losses ", "")
    assert set(target["losses"]) == set(causes.split())
    assert target["odds"] == target["hits"] / 300
    assert target["low"] < target["odds"] < target["high"]


def test_the_mean_is_what_the_losses_leave(ran: Ran) -> None:
    (target,) = json.loads(ran[0].stdout)["targets"]
    lost = {cause: amount for cause, amount in target["losses"].items() if cause != "unannounced"}
    assert target["promised"] - sum(lost.values()) == pytest.approx(target["mean"], rel=1e-12)


def test_the_folder_is_whole(ran: Ran) -> None:
    done, where = ran
    kept = where / "kept"
    names = {str(path.relative_to(kept)) for path in kept.rglob("*") if path.is_file()}
    figures = {"fan-output-2025", "waterfall-output-2025", "starts", "exceedance-output-2025", "quarters"}
    expected = {MARK, "scenario.toml", "odds.csv", "report.html", *(f"{name}.parquet" for name in TABLES)}
    assert names == expected | {f"figures/{name}.{end}" for name in figures for end in ("svg", "png")}
    assert not list(where.rglob(".*"))
    manifest = json.loads((kept / MARK).read_text(encoding="utf-8"))
    assert manifest["run"] == load(EXAMPLE).run(300, 7).folder.name
    assert manifest["scenario"]["digest"] == json.loads(done.stdout)["scenario"]["digest"]


def test_the_kept_scenario_runs_to_the_same_odds(ran: Ran) -> None:
    done, where = ran
    kept = where / "kept"
    again = load(kept / "scenario.toml").run(300, 7)
    assert again.result.targets[0].odds.hits == json.loads(done.stdout)["targets"][0]["hits"]
    assert again.folder.name == json.loads((kept / MARK).read_text(encoding="utf-8"))["run"]


def test_the_tables_agree_with_one_another(ran: Ran) -> None:
    done, where = ran
    kept = where / "kept"
    (target,) = json.loads(done.stdout)["targets"]
    frames = {
        name: pq.read_table(kept / f"{name}.parquet", page_checksum_verification=True).to_pandas() for name in TABLES
    }
    pd.testing.assert_frame_equal(pd.read_csv(kept / "odds.csv"), frames["odds"], check_dtype=False)
    assert frames["hits"]["output-2025"].sum() == target["hits"]
    assert frames["histogram"]["runs"].sum() == 300
    sold = frames["volumes"].query("month >= '2025-01-01'")["sold"].sum()
    assert sold == pytest.approx(target["mean"], rel=1e-9)
    starts = frames["starts"].groupby("phase")["runs"].sum()
    beyond = frames["milestones"].set_index("phase")[["share_beyond", "share_cancelled"]].sum(axis=1) * 300
    assert (starts + beyond).round(6).tolist() == [300, 300]


def test_same_inputs_same_bytes(ran: Ran, tmp_path: Path) -> None:
    _, where = ran
    kept = where / "kept"
    load(EXAMPLE).run(300, 7).save(tmp_path / "again")
    for path in sorted(kept.rglob("*")):
        if path.is_file() and path.name != MARK:
            assert path.read_bytes() == (tmp_path / "again" / path.relative_to(kept)).read_bytes(), path.name


def test_tables_and_the_line_to_quote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert (
        status(["run", str(EXAMPLE), "--runs", "200", "--set", "targets.output-2025.at_least=1", "--out", "mine"]) == 0
    )
    printed = capsys.readouterr()
    assert printed.err == ""
    last = printed.out.splitlines()[-1]
    assert last.startswith("140,000 vehicles made in 2025: over ")
    assert last.endswith("from 200 runs, as of 2022-11-01; results in mine")
    assert "100 %" not in printed.out.partition("Start of production")[0]


def test_the_line_to_quote_says_that_a_probability_was_stated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The scenario states the probability, and the runs give the confidence: the line may not mix the two."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "stated.toml"
    text = EXAMPLE.read_text(encoding="utf-8").partition("[[targets]]")[0]
    target = '[[targets]]\nid = "starts"\nmeasure = "start"\nscope = { plant = "north" }\nat = "2023-Q4"\n'
    path.write_text(text + target, encoding="utf-8")
    assert status(["run", str(path), "--runs", "200", "--out", "mine"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert " at 95 % confidence, a probability that the scenario states, from 200 runs" in last


def test_precision_doubles_the_runs_until_it_is_reached() -> None:
    outcome = load(EXAMPLE).run(100, 7, precision=0.03)
    (target,) = outcome.result.targets
    assert target.odds.half_width <= 0.03
    assert outcome.result.runs in {100 * 2**k for k in range(1, 12)}
    before = load(EXAMPLE).run(outcome.result.runs // 2, 7)
    assert before.result.targets[0].odds.half_width > 0.03


def test_trace_tells_a_replication_of_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    """The replication that a trace tells is the one of the run: its verdict is the run's hit bit."""
    hits = load(EXAMPLE).run(20, 7).result.hits[:, 0]
    for number in (0, 7, 19):
        assert status(["trace", str(EXAMPLE), "--seed", "7", "--replication", str(number)]) == 0
        printed = capsys.readouterr().out
        assert ("\nhit " in printed) == bool(hits[number])
        days = [line[:16] for line in printed.splitlines() if line[:2] == "20"]
        assert days == sorted(days)
        assert len(days) >= 5


def test_show_lists_every_assumption_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["show", str(EXAMPLE), "--set", "plants.north.nameplate=120_000"]) == 0
    printed = capsys.readouterr().out
    assert "120,000" in printed
    for address in ("plants.north.slip", "plants.south.stages.equipment.duration", "targets.output-2025"):
        assert address.split(".")[-1] in printed


def test_new_copies_what_a_scenario_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file it extends, the table of that, and the CSV file of a law, each beside the new one."""
    kept = tmp_path / "shipped"
    kept.mkdir()
    head = EXAMPLE.read_text(encoding="utf-8")
    (kept / "base.toml").write_text(f'{head}\n[tables]\nplants = "many.csv"\n', encoding="utf-8")
    (kept / "many.csv").write_text("id,announced\neast,2024\n", encoding="utf-8")
    law = 'slip = { law = "empirical", file = "slips.csv" }'
    top = f'schema = 1\nextends = "base.toml"\n[[plants]]\nid = "north"\n{law}\n'
    (kept / "over.toml").write_text(top, encoding="utf-8")
    (kept / "slips.csv").write_text("delay\n1\n", encoding="utf-8")
    monkeypatch.setattr("nevsim.shipped.folder", lambda: kept)
    new = tmp_path / "made" / "mine.toml"
    assert status(["new", str(new), "--from", "over"]) == 0
    assert sorted(path.name for path in new.parent.iterdir()) == ["base.toml", "many.csv", "mine.toml", "slips.csv"]
    assert (new.parent / "many.csv").read_bytes() == (kept / "many.csv").read_bytes()
    assert "wrote" in capsys.readouterr().err


def test_new_writes_what_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine.toml"
    assert status(["new", str(mine)]) == 0
    assert status(["new", str(mine)]) == 2
    assert "stands there already" in capsys.readouterr().err
    assert status(["check", str(mine)]) == 0
    assert status(["new", str(tmp_path / "case.toml"), "--from", "liangjiang-2025"]) == 0
    assert (tmp_path / "liangjiang-named.toml").is_file()
    assert status(["check", str(tmp_path / "case.toml")]) == 0
    assert status(["new", str(tmp_path / "other.toml"), "--from", "nowhere"]) == 2
    assert "changan, example" in capsys.readouterr().err


def test_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "nevsim scenario"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "nowhere.toml"], "cannot be read"),
        (["run", "changan"], "or copy the one that ships: nevsim new changan.toml --from changan"),
        (["run", str(EXAMPLE), "--runs", "0"], "want 1 to"),
        (["run", str(EXAMPLE), "--precision", "0"], "half-width"),
        (["run", str(EXAMPLE), "--seed", "-1"], "found seed -1"),
        (["run", str(EXAMPLE), "--runs", "many"], "not a valid integer"),
        (["trace", str(EXAMPLE), "--replication", "-1"], "Invalid value"),
        (["fly"], "No such command"),
    ],
)
def test_a_wrong_call_is_refused(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert status(arguments) == 2
    printed = capsys.readouterr()
    assert words in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""
