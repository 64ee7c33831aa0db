"""A sweep as a whole on a disk that refuses, or loses what it was given: it ends in words, and then in the same."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sweep_scene import here, written

from nevsim.cli import status
from nevsim.report import canvas, sweep_figures, sweep_page
from nevsim.study import campaign, manifest, pool, sweep
from nevsim.study.jobs import Done, Job, Refused, work

TEXT = """
schema = 1
[sweep]
id = "small"
scenario = "{scenario}"
runs = {runs}
seed = 5
[[axes]]
id = "load"
path = "plants.south.load"
values = [0.5, 0.8]
"""
RUNS = 300
CALLS = ("open", "write", "fsync", "replace", "rename", "mkdir", "unlink", "chmod", "ftruncate", "scandir", "read")
"""Calls of the system by which a sweep reads, makes and changes its folder."""
ASIDE = {"manifest.json", "journal.jsonl", "lock"}
"""Files in which equal sweeps may differ."""
FILES = {f"figures/lines-output-2025.{kind}" for kind in ("png", "svg")} | {
    "odds.csv", "report.html", "scenario.toml", "sweep.toml"
}  # fmt: skip
SHARD = re.compile(r"shards/[0-9a-f]{16}-[0-9]+-[0-9]+\.parquet")
POSIX = pytest.mark.skipif(os.name == "nt", reason="limits, users and mounts of POSIX")

played: dict[tuple[str, int, int], Done | Refused] = {}


def remembered(job: Job) -> Done | Refused:
    """Play a job, but once in all of these tests: they differ in what the disk does alone."""
    key = job.case, job.first, job.last
    if key not in played:
        played[key] = work(job)
    return played[key]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sweep of three cases, played in this process in a job each; its figures and its page are not drawn."""
    conduct = pool.conduct
    monkeypatch.setattr(pool, "processes", here)
    monkeypatch.setattr(campaign, "conduct", lambda crew, jobs, **told: conduct(crew, jobs, remembered, **told))
    monkeypatch.setattr(campaign, "warm", lambda _sweep: None)
    monkeypatch.setattr(canvas, "svg", lambda figure: f"<svg>{figure}</svg>")
    monkeypatch.setattr(canvas, "png", lambda figure: str(figure).encode())
    monkeypatch.setattr(sweep_figures, "DRAW", {"lines": lambda _table, target: f"figure {target}"})
    monkeypatch.setattr(sweep_page, "sweep_page", lambda *_: "<p>a page</p>")
    monkeypatch.setattr(sweep, "read_sweep", cache(sweep.read_sweep))
    monkeypatch.setattr(os, "fsync", lambda _handle: None)
    monkeypatch.setattr(manifest, "version", cache(manifest.version))
    return written(tmp_path, RUNS, TEXT)


def swept(path: Path, out: Path) -> int:
    return status(["sweep", str(path), "--out", str(out), "--json"])


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder that does not hang on how the sweep was played: all but the shards, and those beside."""
    files = {one.relative_to(folder).as_posix(): one for one in folder.rglob("*") if one.is_file()}
    return {name: one.read_bytes() for name, one in files.items() if name not in ASIDE and not SHARD.fullmatch(name)}


@pytest.fixture
def whole(path: Path, tmp_path: Path) -> dict[str, bytes]:
    """What an undisturbed sweep leaves, by the names of its files."""
    assert swept(path, tmp_path / "whole") == 0
    found = contents(tmp_path / "whole")
    assert set(found) == FILES
    return found


def refusal(capsys: pytest.CaptureFixture[str], folder: Path) -> str:
    """What was said on standard error: one line that names a file of the folder and what to do."""
    said = capsys.readouterr()
    assert said.out == ""
    (words,) = said.err.splitlines()
    assert words.startswith((f"{folder}: cannot be", f"{folder}/")), words
    assert words.endswith("or choose another place")
    return words


def failing(patch: pytest.MonkeyPatch, turn: int, error: BaseException, *, is_last: bool) -> list[int]:
    """Let the ``turn``-th of all calls fail, half done where it can be, and every later one where it is the last.

    Return a count of the calls.
    """
    calls = [0]

    def faulty(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            calls[0] += 1
            if calls[0] == turn or (is_last and calls[0] > turn):
                if name == "write" and calls[0] == turn:
                    real(arguments[0], bytes(arguments[1])[:7])
                raise error
            return real(*arguments, **options)

        return call

    for name in CALLS:
        patch.setattr(os, name, faulty(name, getattr(os, name)))
    return calls


@pytest.mark.parametrize(
    ("how", "before"), [("refused", "nothing"), ("interrupted", "fewer cases"), ("killed", "fewer cases")]
)
def test_whichever_call_of_the_system_fails_the_same_command_ends_in_the_same(
    how: str, before: str, path: Path, tmp_path: Path, whole: dict[str, bytes], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Every call in turn, until none fails. A process that is killed makes no further one, nor does it tidy up."""
    fewer = written(tmp_path / "fewer", RUNS, TEXT.replace("[0.5, 0.8]", "[0.8]"))
    assert swept(fewer, tmp_path / "before") == 0
    earlier = contents(tmp_path / "before")
    (tmp_path / "before/figures/map-earlier.svg").write_text("of a target that is gone", encoding="utf-8")
    error = KeyboardInterrupt() if how == "interrupted" else OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    codes = set()
    for turn in range(1, 400):
        out = tmp_path / f"out-{turn}"
        if before != "nothing":
            shutil.copytree(tmp_path / "before", out)
        capsys.readouterr()
        with monkeypatch.context() as patch:
            calls = failing(patch, turn, error, is_last=how == "killed")
            code = swept(path, out)
        codes.add(code)
        if code == 1:
            assert "(No space left on device); " in refusal(capsys, out)
        elif code:
            assert capsys.readouterr().err.startswith("interrupted; what is done is kept in ")
        if code and (out / "manifest.json").exists():
            assert {name: text for name, text in contents(out).items() if name in FILES} in (whole, earlier)
        assert swept(path, out) == 0
        assert contents(out) == whole
        shutil.rmtree(out)
        if calls[0] < turn:
            break
    else:
        pytest.fail("the calls do not end")
    assert code == 0
    assert codes == {0, 130 if how == "interrupted" else 1}
    assert turn > 80


@POSIX
@pytest.mark.parametrize("largest", [100, 1_000, 2_000, 2_500, 3_000])
def test_a_file_that_the_system_lets_grow_no_further(
    largest: int, path: Path, tmp_path: Path, whole: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    """As on a full disk, a write does a part and then fails: of a shard, of the journal, of a result."""
    import resource

    hardest = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    capsys.readouterr()
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hardest))
        code = swept(path, tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hardest, hardest))
    assert code == 1
    assert "(File too large); make room" in refusal(capsys, tmp_path / "out")
    assert swept(path, tmp_path / "out") == 0
    assert contents(tmp_path / "out") == whole


FULL = """
import subprocess, sys
sys.path.insert(0, sys.argv[1])
import sweep_scene
from nevsim.cli import status
from nevsim.study import pool
pool.processes = sweep_scene.here
path, disk = sys.argv[2:]
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "none", disk], check=True)
for size in (8, 24, 40, 96, 192, 4_000):  # KiB
    subprocess.run(["mount", "-o", f"remount,size={size}k", disk], check=True)
    if status(["sweep", path, "--out", f"{disk}/out", "--json"]) != 1:
        break
print(open(f"{disk}/out/odds.csv").read())
"""
NAMESPACE = ["unshare", "--map-root-user", "--mount"]


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a disk")
def test_a_disk_that_is_full(path: Path, tmp_path: Path, whole: dict[str, bytes]) -> None:
    """A disk of a few pages, which is given more of them until the sweep has enough: it goes on each time."""
    if (
        shutil.which("unshare") is None
        or subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("nobody but root may mount a disk here")
    (tmp_path / "disk").mkdir()
    scenes = str(Path(__file__).parents[1])
    command = [*NAMESPACE, sys.executable, "-c", FULL, scenes, str(path), str(tmp_path / "disk")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    refused = done.stderr.splitlines()
    for words in refused:
        assert words.startswith(f"{tmp_path / 'disk/out'}"), done.stderr
        assert words.endswith(": cannot be written (No space left on device); make room or choose another place")
    assert len(refused) >= 3
    assert whole["odds.csv"].decode() in done.stdout


@POSIX
@pytest.mark.parametrize("closed", [".", "out", "out/shards", "out/figures", "out/lock"])
def test_a_folder_that_may_not_be_written(
    closed: str, path: Path, whole: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing of it, or a part of it alone, which some command of another user may have made."""
    with tempfile.TemporaryDirectory() as name:  # tmp_path lies below a folder that nobody else may enter
        home, out = Path(name), Path(name, "out")
        path = shutil.copytree(path.parent, home / "files") / path.name
        if closed != ".":
            assert swept(path, out) == 0
            next((out / "shards").iterdir()).unlink()
        opened = [home, *home.rglob("*")]
        for one in opened:
            one.chmod(0o777)
        (home / closed).chmod(0o555)
        capsys.readouterr()
        mine = os.geteuid()
        os.seteuid(mine or 65534)  # for root may write anything
        try:
            code = swept(path, out)
        finally:
            os.seteuid(mine)
        assert code == 1
        assert "cannot be written (Permission denied); make room" in refusal(capsys, out).replace("removed", "written")
        (home / closed).chmod(0o755)
        for one in home.rglob("*"):
            one.chmod(0o755)
        assert swept(path, out) == 0
        assert contents(out) == whole


@pytest.mark.parametrize("place", ["file/out", "/proc/nevsim", "x" * 300])
def test_a_folder_that_cannot_be(place: str, path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert swept(path, tmp_path / place) == 1
    refusal(capsys, tmp_path / place)


@pytest.mark.parametrize("what", ["the result of a run", "other files"])
def test_a_folder_of_something_else_is_left_alone(
    what: str, path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    if what == "other files":
        out.mkdir()
        (out / "photo.jpg").write_text("mine", encoding="utf-8")
    else:
        assert status(["run", str(tmp_path / "example.toml"), "--runs", "20", "--out", str(out)]) == 0
    before = contents(out)
    capsys.readouterr()
    assert swept(path, out) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(
        f"{out}: holds {what if 'run' in what else 'files but no journal.jsonl'}, so it is not a sweep"
    )
    assert said.err.endswith("; name an empty or new folder\n")
    assert contents(out) == before


def test_a_run_does_not_replace_a_sweep(
    path: Path, tmp_path: Path, whole: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert status(["run", str(tmp_path / "example.toml"), "--runs", "20", "--out", str(tmp_path / "whole")]) == 2
    assert (
        capsys.readouterr().err
        == f"{tmp_path / 'whole'}: holds a sweep, which a run would replace; name another folder\n"
    )
    assert contents(tmp_path / "whole") == whole


@pytest.mark.parametrize("how", ["cut", "flipped"])
def test_a_shard_that_is_damaged_anywhere(
    how: str, path: Path, tmp_path: Path, whole: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    """The others stand, it is played again, and all of it is told."""
    out = tmp_path / "whole"
    shards = sorted((out / "shards").iterdir())
    for place in range(0, 2_000, 67):
        shard = shards[place % 3]
        content = shard.read_bytes()
        at = place % len(content)
        flipped = content[:at] + bytes([content[at] ^ 1 << place % 8]) + content[at + 1 :]
        shard.write_bytes(content[:at] if how == "cut" else flipped)
        kept = {one: one.stat().st_mtime_ns for one in shards if one != shard}
        capsys.readouterr()
        assert swept(path, out) == 0
        (note,) = capsys.readouterr().err.splitlines()
        what = "is missing or not of its size" if how == "cut" else "does not match its hash"
        assert note == f"note: {shard}: {what}; will be played again"
        assert contents(out) == whole
        assert shard.read_bytes() == content
        assert kept == {one: one.stat().st_mtime_ns for one in kept}


def test_a_journal_that_is_torn_anywhere(
    path: Path, tmp_path: Path, whole: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "whole"
    journal = out / "journal.jsonl"
    for place in range(1, 1_000, 67):
        text = journal.read_bytes()
        journal.write_bytes(text[: -(place % len(text))])
        capsys.readouterr()
        assert swept(path, out) == 0
        told = capsys.readouterr().err.splitlines()
        assert all(
            "torn; left out" in note or "no line in the journal that tells whether it is whole" in note for note in told
        )
        assert told
        assert contents(out) == whole
