"""A sweep that is interrupted, or asked to terminate: it ends with 130, says what is kept, and goes on from there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sweep_scene import here, written

import nevsim
from nevsim.cli import status
from nevsim.study import pool
from nevsim.study.campaign import FIRST

RUNS = 4 * FIRST
"""What two workers are handed at first."""
KEPT = "interrupted; what is done is kept in {}, and the same command goes on from there\n"
GO = (
    "import signal, sys\n"
    "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored in what a shell started with &
    "from nevsim.cli import main\n"
    "main(sys.argv[1:])\n"
)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("undisturbed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "processes", here)
        nevsim.sweep(written(folder), folder / "out", runs=RUNS)
    return (folder / "out" / "odds.csv").read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "whom"), [("SIGTERM", "leader"), ("SIGTERM", "group"), ("SIGINT", "group")])
def test_a_sweep_that_is_asked_to_end_keeps_what_is_done(
    number: str, whom: str, tmp_path: Path, undisturbed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch system asks the leader, or it and its workers at once; a terminal interrupts all of them."""
    path, out = written(tmp_path), tmp_path / "out"
    words = ["sweep", str(path), "--out", str(out), "--workers", "2", "--runs", "100000000"]
    running = subprocess.Popen(
        [sys.executable, "-c", GO, *words],
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + 120
        journal = out / "journal.jsonl"
        while not (journal.exists() and journal.read_bytes().count(b"\n") > 1) and time.monotonic() < until:
            assert running.poll() is None, running.communicate()
            time.sleep(0.01)
        (os.killpg if whom == "group" else os.kill)(running.pid, signal.Signals[number])
        said = running.communicate(timeout=60)  # which waits for the workers too, for they have the same pipes
    finally:
        running.kill()
    assert (running.returncode, *said) == (130, "", KEPT.format(out))
    monkeypatch.setattr(pool, "processes", here)
    counts: list[int] = []
    nevsim.sweep(path, out, runs=RUNS, progress=lambda one: counts.append(one.kept))
    assert counts[0] >= FIRST, "what was done is not played again"
    assert (out / "odds.csv").read_bytes() == undisturbed


@pytest.mark.parametrize("printing", ["tables", "json"])
def test_an_interruption_while_the_table_prints_says_that_it_was_kept(
    printing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(pool, "processes", here)
    path, out = written(tmp_path, 100), tmp_path / "out"
    words = ["sweep", str(path), "--out", str(out), *(["--json"] if printing == "json" else [])]
    if printing == "json":
        monkeypatch.setattr("nevsim.study.swept.facts", interrupted)
    else:
        monkeypatch.setattr("nevsim.report.sweep_terminal.sweep_sentence", interrupted)
    assert status(words) == 130
    assert capsys.readouterr().err == KEPT.format(out)
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["cases"] == 6
