"""Command lines that ask for what cannot be: one line on standard error, nothing on standard output, exit 2."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nevsim.cli import status
from nevsim.errors import UsageError
from nevsim.scenario.load import load

ROOT = Path(__file__).parents[1]
EXAMPLE = str(ROOT / "scenarios/example.toml")


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int = 2) -> str:
    """Run a command line that must end with a code and no output; return what it says on standard error."""
    assert status(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    assert err.strip()
    return err.strip()


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("plants.north.nameplate", "want ADDRESS=VALUE"),
        ("=5", "want ADDRESS=VALUE"),
        ("plants.nobody.nameplate=5", "nothing stands at plants.nobody.nameplate"),
        ("plants.nort.nameplate=5", 'did you mean "plants.north.nameplate"?'),
        ("plants.north.nameplate=120,000", "more than one value; write 120_000"),
        ("plants.north.nameplate=3 cars", "more than one value; quote text"),
        ("plants.*.ramp.shape.x=5", "nothing stands at"),
        ("no.such.thing=5", "nothing stands at no.such.thing"),
        (".=5", "nothing stands at"),
        ("plants..nameplate=5", "nothing stands at"),
        ("plants.north.nameplate=[1, 2", "--set"),
        ("plants.north.nameplate=nan", "finite"),
        ("plants.north.nameplate=1e400", "finite"),
        ("plants.north.nameplate=" + "9" * 400, "number"),
        ("plants.north.nameplate=1\nx = 2", "--set"),
        ("plants.north.nameplate=", "--set"),
        ("plants.north.id.x=5", "nothing stands at"),
    ],
)
def test_an_override_that_cannot_be(override: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    err = refused(["show", EXAMPLE, "--set", override], capsys)
    assert said in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("override", "address", "said"),
    [
        ("plants.north.nameplate=-5", "plants.north.nameplate", "want at least 0"),
        ("plants.north.nameplate='x'", "plants.north.nameplate", "want a number"),
        ("plants.*.built=2", "plants.north.built", "want at most 1 share"),
        ("plants.north.slip={ law = 'uniform', low = 3, high = 1 }", "plants.north.slip", "want low <= high"),
        ("scenario.end=2020-01-01", "scenario.end", "want a month after start"),
        ("scenario.seed=-1", "scenario.seed", "want at least 0"),
        ("plants.north.colour=1", "plants.north.colour", "unknown key"),
        ("plants=3", "plants", "want a list"),
        ("scenario=3", "scenario", "want a table"),
        ("plants.north.id=South", "plants.South.id", "want small letters"),
    ],
)
def test_an_override_with_a_faulty_value_is_the_place_of_its_fault(
    override: str, address: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    err = refused(["show", EXAMPLE, "--set", override], capsys)
    assert any(line.startswith(f"--set {override}: {address}: ") and said in line for line in err.splitlines())


@pytest.mark.parametrize("command", ["check", "show", "run", "trace"])
@pytest.mark.parametrize(
    "path", ["no-such-file.toml", ".", "", "no/such/folder/x.toml", EXAMPLE + "/x.toml", "x" * 5_000]
)
def test_a_file_that_cannot_be_read(command: str, path: str, capsys: pytest.CaptureFixture[str]) -> None:
    err = refused([command, path], capsys)
    assert len(err.splitlines()) == 1
    assert "check" in err or "path" in err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--runs", "0"], "want 1 to"),
        (["--runs", "-5"], "want 1 to"),
        (["--runs", "1000000000000"], "want 1 to"),
        (["--runs", "many"], "not a valid integer"),
        (["--seed", "-1"], "want a whole number"),
        (["--seed", str(2**63)], "want a whole number"),
        (["--precision", "0"], "want a half-width"),
        (["--precision", "nan"], "want a half-width"),
        (["--precision", "inf"], "want a half-width"),
        (["--precision", "0.9"], "want a half-width"),
        (["--no-such-option"], "No such option"),
    ],
)
def test_options_that_cannot_be(
    options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in refused(["run", EXAMPLE, "--out", str(tmp_path / "out"), *options], capsys)
    assert not (tmp_path / "out").exists()


def test_a_replication_that_cannot_be(capsys: pytest.CaptureFixture[str]) -> None:
    assert "-1" in refused(["trace", EXAMPLE, "--replication", "-1"], capsys)
    assert "want one from 0" in refused(["trace", EXAMPLE, "--replication", str(10**12)], capsys)


def test_no_command_and_a_command_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert "No such command" in refused(["runn"], capsys)
    assert "Missing argument" in refused(["check"], capsys)


def test_new_writes_over_nothing_and_knows_what_is_shipped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = tmp_path / "mine.toml"
    there.write_text("mine")
    assert "stands there already" in refused(["new", str(there)], capsys)
    assert there.read_text() == "mine"
    assert "want one of the shipped" in refused(["new", str(tmp_path / "b.toml"), "--from", "../../etc/passwd"], capsys)
    assert "cannot be written" in refused(["new", str(there / "inside.toml")], capsys, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


def test_extends_that_leads_to_nothing_or_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text('schema = 1\nextends = "two.toml"\n')
    assert refused(["check", str(one)], capsys).startswith(
        f'{one}:2:1: extends: found "two.toml", want a file in {tmp_path}'
    )
    two.write_text('extends = "one.toml"\n')
    assert refused(["check", str(one)], capsys).startswith(f'{two}:1:1: extends: found "one.toml", which leads back')
    two.write_text("schema = \n")
    assert refused(["check", str(one)], capsys).startswith(f"{two}:1:10: ")
    one.write_text('schema = 1\nextends = "."\n')
    assert "want a file in" in refused(["check", str(one)], capsys)
    one.write_text('schema = 1\nextends = "' + "x" * 5_000 + '"\n')
    assert refused(["check", str(one)], capsys).startswith(f"{one}:2:1: extends: ")


def test_every_file_of_a_check_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    broken = ROOT / "tests/data/broken"
    files = [str(broken / "bad-id.toml"), EXAMPLE, str(broken / "ramp.toml")]
    assert status(["check", *files]) == 2
    out, err = capsys.readouterr()
    assert out.startswith(f"{EXAMPLE}: fine")
    assert [line.split(":")[0] for line in err.splitlines()] == [files[0], files[2], "2 faults found"]


def test_what_steers_a_terminal_is_shown_not_sent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    escape = "\x1b[31m\u202e"
    assert refused(["show", EXAMPLE, "--set", f"plants.{escape}=5"], capsys).isprintable()
    assert refused(["check", str(tmp_path / f"{escape}.toml")], capsys).isprintable()


def test_a_full_pipe_and_a_closed_one_end_without_a_traceback() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "nevsim", "show", EXAMPLE],
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=20, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        done = subprocess.run(
            [sys.executable, "-m", "nevsim", "schema"],
            stdout=pipe, stderr=subprocess.PIPE, text=True, timeout=20, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_path_with_nul_is_no_path() -> None:
    with pytest.raises(UsageError, match="is not a path"):
        load("a\0b")
