"""A results folder is there whole or not at all, whatever the disk, the user or a signal does."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nevsim.cli import status
from nevsim.errors import RunError, UsageError
from nevsim.study.folder import MARK, check_folder, check_writable, write_file, write_folder

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
EXAMPLE = str(ROOT / "scenarios/example.toml")
FILES = ("scenario.toml", "odds.csv", "figures/fan.svg", "figures/fan.png", MARK)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc and /dev")


def _write(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")


def files(text: str) -> dict[str, Callable[[Path], object]]:
    """A results folder, each file with the text and its own name in it."""
    return {name: partial(_write, f"{text} {name}") for name in FILES}


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def whole(text: str) -> dict[str, str]:
    return {name: f"{text} {name}" for name in sorted(FILES)}


def failing_at(monkeypatch: pytest.MonkeyPatch, name: str, turn: int, number: int) -> list[int]:
    """Let the ``turn``-th call of a function of os fail, and no other; return a count of the calls."""
    real = getattr(os, name)
    calls = [0]

    def call(*arguments: object, **options: object) -> object:
        calls[0] += 1
        if calls[0] == turn:
            raise OSError(number, os.strerror(number))
        return real(*arguments, **options)

    monkeypatch.setattr(os, name, call)
    return calls


@pytest.mark.parametrize("before", [False, True], ids=["new", "replaced"])
@pytest.mark.parametrize("turn", range(len(FILES)))
def test_a_write_that_fails_leaves_what_was_there(turn: int, before: bool, tmp_path: Path) -> None:
    folder = tmp_path / "results" / "run"
    if before:
        write_folder(folder, files("old"))
    made = files("new")

    def fail(path: Path) -> None:
        path.write_text("half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    made[FILES[turn]] = fail
    with pytest.raises(RunError, match=r"No space left on device.*make room or choose another place"):
        write_folder(folder, made)
    assert [path.name for path in folder.parent.iterdir()] == (["run"] if before else [])
    assert not before or contents(folder) == whole("old")


@pytest.mark.parametrize("before", [False, True], ids=["new", "replaced"])
@pytest.mark.parametrize("name", ["fsync", "mkdir", "rename", "chmod"])
def test_a_call_of_the_system_that_fails_leaves_old_or_new(
    name: str, before: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every call in turn, until none fails: then the folder is the new one."""
    for turn in range(1, 40):
        folder = tmp_path / f"{name}-{turn}" / "run"
        folder.parent.mkdir()
        if before:
            write_folder(folder, files("old"))
        with monkeypatch.context() as patch:
            calls = failing_at(patch, name, turn, errno.EIO)
            try:
                write_folder(folder, files("new"))
                failed = False
            except RunError:
                failed = True
        assert len(list(folder.parent.iterdir())) == int(folder.exists()), "nothing half made is left"
        if folder.exists():
            assert contents(folder) in ((whole("old"), whole("new")) if failed else (whole("new"),))
        if before:
            assert folder.exists()
        if calls[0] < turn:
            assert not failed
            return
    pytest.fail("the calls do not end")


def test_a_result_is_replaced_whole(tmp_path: Path) -> None:
    write_folder(tmp_path / "run", {**files("old"), "gone.csv": partial(_write, "old")})
    write_folder(tmp_path / "run", files("new"))
    assert contents(tmp_path / "run") == whole("new")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_any_other_failure_leaves_nothing_either(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        path.write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_folder(tmp_path / "run", {**files("new"), "odds.csv": fail})
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    write_folder(tmp_path / "run", files("new"))
    assert contents(tmp_path / "run") == whole("new")


def test_a_folder_with_foreign_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_text("mine")
    for act in (check_folder, partial(write_folder, files=files("new"))):
        with pytest.raises(UsageError, match=r"holds files but no manifest\.json.*name an empty or new folder"):
            act(tmp_path / "photos")
    assert contents(tmp_path / "photos") == {"a.jpg": "mine"}


def test_a_sweep_is_not_replaced_by_a_run(tmp_path: Path) -> None:
    (tmp_path / MARK).write_text("{}", encoding="utf-8")
    check_folder(tmp_path)
    (tmp_path / "journal.jsonl").touch()
    with pytest.raises(UsageError, match="holds a sweep"):
        check_folder(tmp_path)


def test_a_file_or_a_dead_link_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("file", "link"):
        with pytest.raises(UsageError, match="is not a folder; name another"):
            check_folder(tmp_path / name)
    assert (tmp_path / "file").read_text() == "mine"


def test_what_lies_below_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for act in (check_writable, partial(write_folder, files=files("new")), partial(write_file, text="new")):
        with pytest.raises(RunError, match=r"cannot be written .*make room or choose another place"):
            act(tmp_path / "file" / "run" / "x")


@LINUX
def test_a_folder_that_takes_no_files(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be written"):
        check_writable(Path("/proc/nevsim/run"))
    with pytest.raises(RunError, match="cannot be written"):
        write_file(Path("/proc/nevsim.toml"), "new")


def test_a_read_only_folder_is_found_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(RunError, match="Read-only file system"):
        check_writable(tmp_path / "run")


@pytest.mark.parametrize("name", ["fsync", "replace", "chmod"])
def test_a_file_is_there_whole_or_not_at_all(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "case.toml"
    write_file(path, "old")
    with monkeypatch.context() as patch:
        failing_at(patch, name, 1, errno.ENOSPC)
        with pytest.raises(RunError, match="No space left"):
            write_file(path, "new")
    assert contents(tmp_path) == {"case.toml": "old"}


# The command line


def test_out_that_cannot_be_is_refused_before_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_text("mine")
    for name, code, said in (
        ("file", 2, "is not a folder"),
        ("photos", 2, "holds files"),
        ("file/run", 1, "cannot be written"),
        ("x" * 300, 1, "cannot be written"),
    ):
        assert status(["run", EXAMPLE, "--out", str(tmp_path / name), "--runs", "10"]) == code
        out, err = capsys.readouterr()
        assert out == ""
        assert said in err
        assert len(err.splitlines()) == 1
    assert contents(tmp_path) == {"file": "mine", "photos/a.jpg": "mine"}


def test_a_disk_that_fills_up_keeps_the_former_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    command = ["run", EXAMPLE, "--out", str(out), "--runs", "10"]
    assert status(command) == 0
    before = {path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    capsys.readouterr()
    with monkeypatch.context() as patch:
        failing_at(patch, "fsync", 3, errno.ENOSPC)
        assert status([*command, "--seed", "5"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "No space left on device" in said.err
    assert "Traceback" not in said.err
    assert {path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_an_interrupted_run_leaves_nothing_and_says_so(tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ["run", EXAMPLE, "--runs", "50000000", "--out", str(out)]
    script = (  # says when the simulation is under way, for a signal before that would meet Python's own start
        "import signal, sys, threading, nevsim.engine.batch as b\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored in what a shell started with &
        "real, first = b.sell, threading.Lock()\n"
        "def sell(*a):\n"
        "    first.acquire(blocking=False) and print('playing', flush=True)\n"
        "    return real(*a)\n"
        "b.sell = sell\n"
        "from nevsim.cli import main\n"
        "main(sys.argv[1:])\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        try:
            assert running.stdout is not None
            assert running.stdout.readline() == "playing\n"
            time.sleep(0.2)
            running.send_signal(signal.SIGINT)
            _, err = running.communicate(timeout=30)
        finally:
            running.kill()
    assert running.returncode == 130
    assert err.strip() == "interrupted; nothing was kept, the same command starts again"
    assert list(tmp_path.iterdir()) == []
