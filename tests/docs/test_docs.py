"""README and docs/ keep their word: scenarios load, commands print what is shown, tables name what there is.

``python tests/docs/test_docs.py`` writes the present output of every command into the pages.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

import nevsim
from nevsim.errors import KINDS
from nevsim.scenario.faults import keys_of
from nevsim.scenario.quantity import LAWS, Elicited
from nevsim.scenario.ranges import RANGES
from nevsim.scenario.schema import MODELS
from nevsim.study import frames
from nevsim.study.manifest import manifest
from nevsim.study.summary import summary
from nevsim.study.sweep import read_sweep
from nevsim.study.sweep_file import MODELS as SWEEP_MODELS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = ["../README.md", *sorted(path.name for path in DOCS.glob("*.md"))]
BLOCK = re.compile(r"(?:<!-- (?P<mark>[^>]*?) -->\n+)?```(?P<kind>\w+)\n(?P<text>.*?)```\n", re.DOTALL)
MINIMAL = """schema = 1
[scenario]
id = "minimal"
title = "Minimal"
as_of = 2022-11-01
start = 2022-11-01
end = 2026-01-01
[sources.article]
title = "An article"
date = 2022-11-01
kind = "statement"
[sources.judgement]
title = "A judgement"
date = 2022-11-01
kind = "judgement"
"""
PLANT = """[[plants]]
id = "other"
owner = "A"
region = "r"
product = "nev"
nameplate = 100_000
announced = 2023-03-31
"""
TARGET = '[[targets]]\nid = "any"\nmeasure = "capacity"\nat = 2025-12-31\nat_least = 1\n'
SHELL = 'nevsim() { "$PYTHON" -m nevsim "$@"; }\n'


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: its kind, the comment before it, its text, and where the text begins."""

    page: str
    kind: str
    mark: str
    text: str
    at: int


def blocks(page: str, kind: str) -> list[Block]:
    """The blocks of one kind, in the order of the page."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = [Block(page, m["kind"], m["mark"] or "", m["text"], m.start("text")) for m in BLOCK.finditer(text)]
    return [block for block in found if block.kind == kind]


def commands(block: Block) -> list[tuple[str, str]]:
    """The commands of a console block, each with the output that is shown."""
    parts = re.split(r"^\$ (.*)\n", block.text, flags=re.MULTILINE)
    assert not parts[0], f"{block.page}: output before the first command"
    return list(zip(parts[1::2], parts[2::2], strict=True))


def table(page: str, heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, their cells without backticks."""
    text = (DOCS / page).read_text(encoding="utf-8")
    under = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", text, re.DOTALL | re.MULTILINE)
    assert under, f"{page} has no heading {heading!r}"
    lines = re.search(r"(?:^\|.*\n)+", under[1], re.MULTILINE)
    assert lines, f"{page}: no table under {heading!r}"
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[0].splitlines()[2:]]
    return [[cell.strip("`") if cell.count("`") == 2 else cell for cell in row] for row in rows]


def first_column(page: str, heading: str) -> list[str]:
    """The names that a table documents."""
    return [row[0] for row in table(page, heading)]


def toml_blocks() -> list[Block]:
    """Every scenario and every fragment of one, those with faults and the sweeps aside."""
    found = [block for page in PAGES for block in blocks(page, "toml")]
    return [block for block in found if "faults" not in block.mark and not block.mark.endswith(", sweep")]


@pytest.mark.parametrize("block", toml_blocks(), ids=lambda block: f"{block.page}:{block.mark or block.at}")
def test_scenarios_load(block: Block, tmp_path: Path) -> None:
    """A complete scenario as it stands, a fragment beside what a file needs."""
    text = block.text
    if "schema = 1" not in text:
        text = MINIMAL + text + PLANT * ("[[plants]]" not in text) + TARGET * ("[[targets]]" not in text)
    for shipped in (ROOT / "scenarios").glob("*.toml"):
        shutil.copy(shipped, tmp_path)
    for beside in (one for page in PAGES for one in blocks(page, "csv")):
        (tmp_path / beside.mark.removeprefix("file: ")).write_text(beside.text, encoding="utf-8")
    path = tmp_path / "scenario-of-the-page.toml"
    path.write_text(text, encoding="utf-8")
    nevsim.load(path)


@pytest.mark.parametrize("page", [page for page in PAGES if any(", sweep" in b.mark for b in blocks(page, "toml"))])
def test_sweeps_are_read(page: str, tmp_path: Path) -> None:
    """And have as many cases as the page says."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    for block in blocks(page, "toml"):
        if block.mark.endswith(", sweep"):
            path = tmp_path / block.mark.removeprefix("file: ").partition(",")[0]
            path.write_text(block.text, encoding="utf-8")
            count = len(read_sweep(path).cases)
            assert f"= {count} cases" in (DOCS / page).read_text(encoding="utf-8")


def test_the_readme_shows_the_file_that_new_writes() -> None:
    assert blocks("../README.md", "toml")[0].text == (ROOT / "scenarios" / "example.toml").read_text(encoding="utf-8")


RECORDS = {
    "`[scenario]`": ("scenario",),
    "`[sources.NAME]`": ("sources",),
    "`[[plants]]`": ("plants",),
    "ramp": ("plants", "ramp"),
    "operating": ("plants", "operating"),
    "stages": ("plants", "stages"),
    "phases": ("plants", "phases"),
    "`[tables]`": ("tables",),
    "Scopes": ("targets", "scope"),
    "`[[hazards]]`": ("hazards",),
    "`[[markets]]`": ("markets",),
    "yearly": ("markets", "yearly"),
    "`[[targets]]`": ("targets",),
}
"""The headings of the tables of keys, and the records that they document."""


@pytest.mark.parametrize("heading", RECORDS)
def test_every_key_is_documented(heading: str) -> None:
    assert sorted(first_column("scenarios.md", heading)) == sorted(keys_of(MODELS[RECORDS[heading]]))


@pytest.mark.parametrize("name", ["sweep", "axes", "cases"])
def test_every_key_of_a_sweep_is_documented(name: str) -> None:
    heading = "`[sweep]`" if name == "sweep" else f"`[[{name}]]`"
    found = [key.strip("` ") for cell in first_column("sweeps.md", heading) for key in cell.split(",")]
    assert sorted(found) == sorted(keys_of(SWEEP_MODELS[name,]))


def test_every_range_is_documented() -> None:
    rows = {row[0]: row for row in table("scenarios.md", "Ranges and units")}
    assert list(rows) == list(RANGES)
    for field, allowed in RANGES.items():
        bounds = [float(rows[field][place].replace(",", "").removeprefix("over ")) for place in (2, 3)]
        assert bounds == [allowed.low, allowed.high], field
        assert rows[field][2].startswith("over") == allowed.open_low, field


def test_every_law_is_documented_by_an_example(tmp_path: Path) -> None:
    rows = table("scenarios.md", "Laws")
    assert [row[0] for row in rows] == list(LAWS)
    path = tmp_path / "laws.toml"
    for row in rows:
        assert row[3].startswith(f'{{ law = "{row[0]}"')
        path.write_text(f"{MINIMAL}{PLANT}slip = {row[3]}\n{TARGET}", encoding="utf-8")
        nevsim.load(path)


def test_every_percentile_is_documented() -> None:
    text = (DOCS / "scenarios.md").read_text(encoding="utf-8")
    names = [name for name in Elicited.model_fields if re.fullmatch(r"p\d+", name)]
    assert all(f"`{name}`" in text for name in names)


def test_every_fault_is_documented() -> None:
    assert {row[0]: row[1] for row in table("scenarios.md", "Kinds")} == KINDS


@pytest.fixture(scope="module")
def outcome() -> nevsim.Outcome:
    return nevsim.load(ROOT / "scenarios" / "example.toml").run(runs=40, seed=7)


@pytest.mark.parametrize("name", frames.TABLES)
def test_every_column_is_documented(name: str, outcome: nevsim.Outcome) -> None:
    """In its order; `hits` has a column a target."""
    columns = first_column("results.md", name)
    if name == "hits":
        assert columns.pop() == "one column a target, named by its id"
        columns += [target.id for target in outcome.result.targets]
    assert columns == list(frames.TABLES[name](outcome.result).columns)


def test_every_key_of_the_manifest_is_documented(outcome: nevsim.Outcome) -> None:
    assert first_column("results.md", "The manifest") == list(manifest(outcome.result, "", 0.0, ""))


def test_every_key_of_the_json_is_documented(outcome: nevsim.Outcome) -> None:
    found = summary(outcome.result)
    unclear = summary(nevsim.load(DOCS.parent / "tests/data/every-field.toml").run(20).result)
    assert first_column("results.md", "JSON") == list(unclear) == [*found, "readings"]
    assert first_column("results.md", "Keys of a target") == list(found["targets"][0])
    losses = dict(table("results.md", "Keys of a target"))["losses"]
    assert re.findall(r"`(\w+)`", losses) == list(found["targets"][0]["losses"])


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> nevsim.SweepOutcome:
    """The sweep of docs/commands.md, played in few runs."""
    folder = tmp_path_factory.mktemp("swept")
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    (block,) = (one for one in blocks("commands.md", "toml") if one.mark.endswith(", sweep"))
    (folder / "sweep.toml").write_text(block.text, encoding="utf-8")
    return nevsim.sweep(folder / "sweep.toml", folder / "played", workers=1, runs=40)


def test_every_column_of_a_sweep_is_documented(swept: nevsim.SweepOutcome) -> None:
    columns = first_column("results.md", "Odds of a sweep")
    assert columns.pop(1) == "one column an axis, named by its id"
    assert columns == [name for name in swept.odds.columns if name != "north"]
    shard = next((swept.folder / "shards").glob("*.parquet"))
    assert first_column("results.md", "Shards") == list(pd.read_parquet(shard).columns)


def test_every_key_of_a_sweep_s_manifest_and_json_is_documented(swept: nevsim.SweepOutcome) -> None:
    facts = nevsim.open(swept.folder).manifest
    assert first_column("results.md", "Manifest of a sweep") == list(facts)
    assert first_column("results.md", "JSON of a sweep") == list(swept.facts)
    case = swept.facts["cases"][1]
    told = (DOCS / "results.md").read_text(encoding="utf-8").partition("JSON of a sweep")[2].partition("\n### ")[0]
    for key in (*case, *case["targets"][0], *case["targets"][0]["difference"]):
        assert f"`{key}`" in told, key


def test_every_file_and_figure_of_a_sweep_is_documented(swept: nevsim.SweepOutcome) -> None:
    text = (DOCS / "results.md").read_text(encoding="utf-8")
    listed = " ".join(first_column("results.md", "A sweep"))
    for path in sorted(swept.folder.rglob("*")):
        name = path.relative_to(swept.folder).as_posix()
        if name.startswith("figures/"):
            assert f"**`{path.stem.partition('-')[0]}-ID`**" in text
        elif name.startswith("shards/"):
            assert re.fullmatch(r"shards/[0-9a-f]{16}-0-40\.parquet", name)
        elif path.is_file():
            assert name in listed


def test_every_file_and_figure_is_documented(outcome: nevsim.Outcome, tmp_path: Path) -> None:
    text = (DOCS / "results.md").read_text(encoding="utf-8")
    folder = outcome.save(tmp_path / "result")
    listed = " ".join(first_column("results.md", "Files"))
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.startswith("figures/"):
            stem = re.sub(r"-.*", "-ID", path.stem)
            assert f"**`{stem}`**" in text
            assert f"figures/*{path.suffix}" in listed
        elif path.is_file():
            assert name in listed


def test_every_command_and_option_is_documented() -> None:
    from nevsim.cli import cli

    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    for name, command in cli.commands.items():
        assert f"\n## {name}\n" in text
        for option in (option for parameter in command.params for option in parameter.opts if option.startswith("--")):
            assert option in text, f"{name} {option}"


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        text = (DOCS / page).read_text(encoding="utf-8")
        for file, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", text):
            target = (DOCS / page).parent / (file or Path(page).name)
            assert target.exists(), f"{page}: {file}"
            if anchor:
                headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
                slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
                assert anchor in slugs, f"{page}: {file}#{anchor}"


@pytest.mark.skipif(os.name == "nt", reason="the pages show a POSIX shell")
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "console")])
def test_commands_print_what_is_shown(page: str, tmp_path: Path) -> None:
    for command, shown, found in played(page, tmp_path):
        assert found == shown, f"{page}: $ {command}"


def test_every_listed_fault_can_be_planted():
    """The text that a fault of benchmarks/faults.toml replaces stands in its file exactly once, and the tests exist."""
    listed = tomllib.loads((ROOT / "benchmarks" / "faults.toml").read_text(encoding="utf-8"))
    for fault in listed["faults"]:
        text = (ROOT / "src" / "nevsim" / fault["file"]).read_text(encoding="utf-8")
        assert text.count(fault["old"]) == 1, fault
        assert fault["new"] != fault["old"], fault
        for test in fault.get("tests", listed["tests"]):
            assert (ROOT / test.partition("::")[0]).exists(), fault


def played(page: str, folder: Path) -> list[tuple[str, str, str]]:
    """Every command of a page with the output that is shown and the output that it prints, in one folder."""
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    for block in blocks(page, "toml"):
        if block.mark.startswith("file: "):
            name = block.mark.removeprefix("file: ").partition(",")[0]
            (folder / name).write_text(block.text, encoding="utf-8")
    settings = {"PYTHON": sys.executable, "COLUMNS": "100", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"}
    done, status = [], 0
    for block in blocks(page, "console"):
        for command, shown in commands(block):
            run = subprocess.run(
                ["sh", "-c", f"{SHELL}(exit {status})\n{command}"],
                cwd=folder,
                env=os.environ | settings,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                check=False,
            )
            status = run.returncode
            done.append((command, shown, run.stdout.decode()))
    return done


def rewrite(page: str, folder: Path) -> None:
    """Put the present output of every command of a page into it."""
    path = DOCS / page
    text = path.read_text(encoding="utf-8")
    outputs = iter(played(page, folder))
    for block in reversed([(b, [next(outputs) for _ in commands(b)]) for b in blocks(page, "console")]):
        new = "".join(f"$ {command}\n{found}" for command, _, found in block[1])
        text = text[: block[0].at] + new + text[block[0].at + len(block[0].text) :]
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    import tempfile

    for name in PAGES:
        with tempfile.TemporaryDirectory() as place:
            if blocks(name, "console"):
                rewrite(name, Path(place))
                print(f"wrote docs/{name}")
