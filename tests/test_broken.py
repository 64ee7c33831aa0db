"""Every kind of fault in a file of its own: found at its place, said with its cure, and nothing else said."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import jsonschema
import pytest

from nevsim.cli import status
from nevsim.errors import KINDS, Fault, ScenarioError
from nevsim.scenario import provenance, quantity, schema
from nevsim.scenario.load import load
from nevsim.scenario.provenance import Record
from nevsim.scenario.toml import parse

DATA = Path(__file__).parent / "data"
BROKEN = sorted((DATA / "broken").glob("*.toml"))
SWEEPS = sorted((DATA / "broken-sweeps").glob("*.toml"))
"""Broken sweeps, which tests/study/test_sweep_files.py reads."""
EVERY_FIELD = DATA / "every-field.toml"
SOURCE = Path(__file__).parents[1] / "src/nevsim"
MOST_WORDS = 25
CURE = re.compile(
    r"[;:,] (?:(?:add|check|close|correct|declare|end|keep|list|lower|move|put|quote|remove|rename|round|save|shorten"
    r"|sort|split|spread|state|use|write)\b|a key stands once)|did you mean"
)
EXPECTED = re.compile(r"# (fault|warning): ([a-z0-9-]+) at (?:([a-z0-9-]+\.csv):)?(\d+):(\d+)")


class Expected(NamedTuple):
    """What a comment at the head of a broken file says of it; the fault may stand in a table beside it."""

    file: str
    kind: str
    line: int
    column: int


def expected(path: Path, word: str) -> list[Expected]:
    """The faults, or the warnings, that the first lines of a file announce, in the order of its places."""
    found = []
    for line in path.read_bytes().decode("utf-8", "replace").splitlines():
        said = EXPECTED.fullmatch(line)
        if said is None:
            break
        if said[1] == word:
            found.append(Expected(said[3] or path.name, said[2], int(said[4]), int(said[5])))
    return sorted(found, key=lambda one: (one.file, one.line, one.column, one.kind))


def places(faults: list[Fault] | tuple[Fault, ...]) -> list[Expected]:
    found = [Expected(Path(fault.file).name, fault.kind, fault.line, fault.column) for fault in faults]
    return sorted(found, key=lambda one: (one.file, one.line, one.column, one.kind))


FAULTY = [path for path in BROKEN if expected(path, "fault")]
ODD = [path for path in BROKEN if expected(path, "warning")]


def test_every_broken_file_says_what_it_is_for() -> None:
    assert [path.name for path in BROKEN if path not in FAULTY and path not in ODD] == []
    for path in BROKEN:
        name = path.stem if path.stem in KINDS else re.sub(r"-\d+$", "", path.stem)
        kinds = [one.kind for one in (*expected(path, "fault"), *expected(path, "warning"))]
        assert name in kinds or (name == "several" and len(set(kinds)) > 4)


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_a_fault_is_found_at_its_place(path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert places(caught.value.faults) == expected(path, "fault")


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_a_fault_is_told_with_its_cure(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["check", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    *lines, last = err.splitlines()
    wanted = expected(path, "fault")
    assert last == f"{len(wanted)} fault{'s' if len(wanted) > 1 else ''} found"
    assert len(lines) == len(wanted)
    for line, one in zip(lines, wanted, strict=True):
        start = f"{path.with_name(one.file)}:{one.line}:{one.column}: "
        assert line.startswith(start)
        message = line.removeprefix(start)
        assert len(message.split()) <= MOST_WORDS + 1  # the address is a word
        assert CURE.search(message) or (one.kind == "law-parameters" and "want" in message), message


@pytest.mark.parametrize("path", ODD, ids=lambda path: path.stem)
def test_what_is_odd_loads_with_a_warning(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert places(load(path).warnings) == expected(path, "warning")
    assert status(["check", str(path)]) == 0
    out, err = capsys.readouterr()
    assert ": fine; " in out
    for line, one in zip(err.splitlines(), expected(path, "warning"), strict=True):
        assert line.startswith(f"warning: {path}:{one.line}:{one.column}: ")
        assert len(line.split()) <= MOST_WORDS + 2


@pytest.mark.parametrize("name", ["several", "toml-syntax", "too-deep", "not-utf-8"])
def test_the_command_itself_says_the_same(name: str) -> None:
    path = DATA / "broken" / f"{name}.toml"
    done = subprocess.run(
        [sys.executable, "-m", "nevsim", "check", str(path)], capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == len(expected(path, "fault")) + 1


def test_every_kind_has_a_broken_file() -> None:
    shown = {one.kind for path in (*BROKEN, *SWEEPS) for word in ("fault", "warning") for one in expected(path, word)}
    assert sorted(set(KINDS) - shown) == []
    assert sorted(shown - set(KINDS)) == []


def test_kinds_are_those_of_the_source() -> None:
    """A kind that the source does not name is dead; one that KINDS lacks is refused by Fault itself."""
    words = {
        node.value
        for path in SOURCE.rglob("*.py")
        if path.name != "errors.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert sorted(set(KINDS) - words) == []
    assert list(KINDS) == sorted(KINDS)
    with pytest.raises(ValueError, match="want one of KINDS"):
        Fault("a.toml", 1, 1, "", "words", "no-such-kind")


def test_shape_and_meaning_are_told_in_one_go() -> None:
    kinds = {fault.kind for fault in _faults("several.toml")}
    assert {"wrong-type", "bad-id", "unknown-key"} <= kinds, "of shape"
    assert {"unknown-source", "law-parameters", "out-of-range", "outside-horizon"} <= kinds, "of meaning"


def _faults(name: str) -> list[Fault]:
    with pytest.raises(ScenarioError) as caught:
        load(DATA / "broken" / name)
    return caught.value.faults


def test_an_address_stops_at_the_key_and_names_no_tag() -> None:
    (fault,) = _faults("unknown-choice-4.toml")
    assert fault.address == "plants.north.slip.unit"
    (fault,) = _faults("unknown-key-4.toml")
    assert fault.address == "plants.north.nameplate.sauce"


def test_a_cure_is_none_that_is_refused_in_turn() -> None:
    """Only a target of measure output may have `already`, so a share is not told to add it."""
    (fault,) = _faults("outside-horizon-6.toml")
    assert "already" not in fault.message


def test_a_fraction_is_rounded_and_a_law_is_changed() -> None:
    already, planned, teams = (fault.message for fault in _faults("out-of-range-10.toml"))
    assert already == "found 2.5, want whole numbers; round it"
    assert planned == "found 7.5, want whole numbers; round it"
    assert 'law = "choice"' in teams


# The file that uses every field


def _records() -> list[type[Record]]:
    found: list[type[Record]] = []
    ahead: list[type[Record]] = [Record]
    while ahead:
        for one in ahead.pop().__subclasses__():
            ahead.append(one)
            found.append(one)
    known = (schema.__name__, quantity.__name__, provenance.__name__)
    return [one for one in dict.fromkeys(found) if one.__module__ in known]


def test_every_field_occurs_in_every_field() -> None:
    """Each field of each record is looked for as a key; those of a family of laws beside its name."""
    data = parse(EVERY_FIELD.read_text(encoding="utf-8"))[0]
    tables: list[dict[str, object]] = []
    ahead: list[object] = [data]
    while ahead:
        one = ahead.pop()
        if isinstance(one, dict):
            tables.append(one)
            ahead += one.values()
        elif isinstance(one, list):
            ahead += one
    everywhere = {key for table in tables for key in table}
    missing = []
    for record in _records():
        keys = [field.alias or name for name, field in record.model_fields.items()]
        law = next((name for name, family in quantity.LAWS.items() if family is record), None)
        shared = set(quantity.Percentiled.model_fields)
        if law is None:
            missing += [f"{record.__name__}.{key}" for key in keys if key not in everywhere]
        else:
            beside = {key for table in tables if table.get("law") == law for key in table}
            missing += [f"{law}.{key}" for key in keys if key not in beside and key not in shared]
            if issubclass(record, quantity.Percentiled) and not any(re.fullmatch(r"p\d+", key) for key in beside):
                missing.append(f"{law} by percentiles")
    assert missing == []


def test_every_choice_occurs_in_every_field() -> None:
    text = EVERY_FIELD.read_text(encoding="utf-8")
    for word in (*quantity.LAWS, "days", "weeks", "months", "years", "statement", "statistic", "judgement"):
        assert f'"{word}"' in text
    for word in ("step", "linear", "s-curve", "fast-start", "points", "output", "run-rate", "capacity", "start"):
        assert f'"{word}"' in text


def test_every_field_loads() -> None:
    assert load(EVERY_FIELD).warnings == ()


def _plain(value: object) -> object:
    """Dates as strings, as an editor hands them to a JSON Schema."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, bool | int | float | str) else str(value)


def _errors(path: Path) -> list[str]:
    data = parse(path.read_text(encoding="utf-8"))[0]
    validator = jsonschema.Draft202012Validator(schema.json_schema())
    return [error.message for error in validator.iter_errors(_plain(data))]


def test_the_json_schema_takes_good_files() -> None:
    jsonschema.Draft202012Validator.check_schema(schema.json_schema())
    for path in (EVERY_FIELD, *sorted((SOURCE.parents[1] / "scenarios").glob("*.toml"))):
        assert _errors(path) == [], path.name


@pytest.mark.parametrize(
    "name",
    ["bad-id", "missing-key", "out-of-range-2", "unknown-choice", "unknown-key", "unknown-key-2", "unknown-law",
     "wrong-type", "wrong-type-2", "wrong-type-7", "wrong-type-9"],
)  # fmt: skip
def test_the_json_schema_refuses_faults_of_shape(name: str) -> None:
    assert _errors(DATA / "broken" / f"{name}.toml")
