"""Sweep files: which cases they make, counted by hand, what is refused and where, and what stays when one grows."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from statistics import correlation
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st
from scenes import PROPERTY
from test_broken import CURE, MOST_WORDS, SWEEPS, expected, places

from nevsim.errors import Fault, ScenarioError, UsageError
from nevsim.scenario.changes import Change, changed
from nevsim.scenario.extension import Place
from nevsim.scenario.load import checked
from nevsim.study import grid
from nevsim.study.sweep import Axis, Sweep, read_sweep

BELOW = Path(__file__).parents[1] / "data/sweeps/below.toml"
NORTH = '[[axes]]\npath = "plants.north.nameplate"\nvalues = [80_000, 120_000, 160_000]\n'
COUNT = "[[axes]]\npath = 'crews.civil.count'\n"
LOAD = "[[axes]]\npath = 'plants.*.load'\n"
CASE = "[[cases]]\nid = 'a'\n"
SLIP = '[[axes]]\nid = "slip"\npath = "plants.*.slip"\nscale = [0.5, 2]\n'


def swept(folder: Path, lines: str, head: str = "", **arguments: Any) -> Sweep:
    path = folder / "sweep.toml"
    start = f"schema = 1\n[sweep]\nid = 's'\nscenario = {str(BELOW)!r}\n{head}\n"
    path.write_text(start + lines, encoding="utf-8")
    return read_sweep(path, **arguments)


def refused(folder: Path, lines: str, head: str = "") -> list[Fault]:
    with pytest.raises(ScenarioError) as caught:
        swept(folder, lines, head)
    assert all(fault.file == str(folder / "sweep.toml") for fault in caught.value.faults)
    return caught.value.faults


def test_a_product_has_every_combination_the_last_axis_fastest(tmp_path: Path) -> None:
    sweep = swept(tmp_path, NORTH + SLIP)
    assert (sweep.id, sweep.title, sweep.mode, sweep.runs, sweep.seed) == ("s", "s", "product", 400, 9)
    base, *cases = sweep.cases
    assert (base.id, base.base, base.values, base.changes) == ("base", 0, (None, None), ())
    pairs = [(n, f) for n in (80_000, 120_000, 160_000) for f in (0.5, 2)]
    assert [case.values for case in cases] == pairs
    assert cases[1].changes == (Change("plants.north.nameplate", 80_000), Change("plants.*.slip", 2, scales=True))
    assert all(re.fullmatch("c-[0-9a-f]{12}", case.id) for case in cases)
    assert sweep.warnings == ()
    first = Axis("plants.north.nameplate", None, ("plants.north.nameplate",), (80_000, 120_000, 160_000))
    assert sweep.axes == (first, Axis("slip", None, ("plants.*.slip",), (0.5, 2), scales=True))


def test_a_zip_takes_values_side_by_side_and_ranges_are_even(tmp_path: Path) -> None:
    """By hand: 0.1, 0.2 and 0.3 as on paper; 10, 15 and 20 whole."""
    lines = '[[axes]]\npath = "plants.south.load"\nlow = 0.1\nhigh = 0.3\nsteps = 3\n'
    count = COUNT + "low = 10\nhigh = 20\nsteps = 3\n"
    sweep = swept(tmp_path, NORTH + lines + count, "mode = 'zip'")
    rows = [(80_000, 0.1, 10), (120_000, 0.2, 15), (160_000, 0.3, 20)]
    assert [case.values for case in sweep.cases[1:]] == rows


def test_cases_of_their_own_come_last(tmp_path: Path) -> None:
    named = '[[cases]]\nid = "both"\nset = { "plants.north.nameplate" = 80_000 }\nscale = { "plants.*.slip" = 3 }\n'
    *_, case = swept(tmp_path, NORTH + SLIP + named).cases
    assert (case.id, case.values) == ("both", (80_000, 3)), "a value of the axis that the grid does not have"
    assert case.changes == (Change("plants.north.nameplate", 80_000), Change("plants.*.slip", 3, scales=True))


def test_a_case_says_nothing_of_an_axis_that_it_leaves(tmp_path: Path) -> None:
    lines = '[[axes]]\nid = "two"\npath = ["plants.north.slip", "plants.south.load"]\nvalues = [0.5]\n'
    named = '[[cases]]\nid = "half"\nset = { "plants.north.slip" = 0.7 }\nscale = { "plants.south.nameplate" = 2 }\n'
    assert swept(tmp_path, NORTH + lines + named).cases[-1].values == (None, None)


def test_scenarios_are_an_axis(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(BELOW.read_bytes())
    (tmp_path / "b.toml").write_text("schema = 1\nextends = 'a.toml'\n[[plants]]\nid = 'north'\nslip = 3\n")
    (tmp_path / "sweep.toml").write_text(f"schema = 1\n[sweep]\nid = 's'\nscenario = ['a.toml', 'b.toml']\n{SLIP}")
    sweep = read_sweep(tmp_path / "sweep.toml", runs=7, seed=0)
    assert (sweep.runs, sweep.seed) == (7, 0)
    assert sweep.axes[0] == Axis("scenario", None, (), ("a.toml", "b.toml"))
    rows = [("base", 0, ("a.toml", None)), *((None, b, (f"{'ab'[b]}.toml", f)) for b in (0, 1) for f in (0.5, 2))]
    assert [(case.base, case.values) for case in sweep.cases] == [row[1:] for row in rows]
    alone = "schema = 1\n[sweep]\nid = 's'\nscenario = ['a.toml', 'b.toml']\n"
    (tmp_path / "sweep.toml").write_text(alone)
    assert [case.base for case in read_sweep(tmp_path / "sweep.toml").cases] == [0, 1], "the first one is the base"


def test_a_reading_is_settled_and_an_axis_may_set_what_it_sets(tmp_path: Path) -> None:
    """The base has 30,000, the first reading, not the 60,000 of the file; scaled by 2 that is 60,000."""
    sweep = swept(tmp_path, '[[axes]]\npath = "plants.south.nameplate"\nscale = [2]\n')
    (base,) = sweep.bases
    assert base.labels == {"misprint": "as printed"}
    found = [base.text, changed(base.text, sweep.cases[1].changes[0], Place("x", 1, 1))]
    plants = [checked(base.path, text).document.plants[1] for text in found]
    assert [plant.nameplate for plant in plants] == [30_000, 60_000]


def test_a_sample_has_one_value_in_each_part_of_a_range(tmp_path: Path) -> None:
    """Of 40 cases each fortieth of the range has one; three values come up 13, 13 and 14 times."""
    load = '[[axes]]\npath = "plants.south.load"\nlow = 0.5\nhigh = 0.9\n'
    sweep = swept(tmp_path, load + NORTH, "mode = 'sample'\ncases = 40")
    shares = sorted((case.values[0] - 0.5) / 0.4 for case in sweep.cases[1:])
    assert [int(share * 40 + 1e-9) for share in shares] == list(range(40))
    counts = sorted(sum(case.values[1] == n for case in sweep.cases[1:]) for n in (80_000, 120_000, 160_000))
    assert counts == [13, 13, 14]
    order = [case.values[0] for case in sweep.cases[1:]]
    assert any(b < a for a, b in pairwise(order)), "in a random order"
    assert sweep.axes[0] == Axis("plants.south.load", None, ("plants.south.load",), None, 0.5, 0.9)


def test_columns_have_orders_of_their_own(tmp_path: Path) -> None:
    """Ranks of independent orders of n correlate with a standard error of 1 / sqrt(n - 1) (Kendall, 1948): 0.1."""
    ranges = "".join(f'[[axes]]\npath = "plants.{name}"\nlow = 0.5\nhigh = 0.9\n' for name in ("south.load", "*.built"))
    rows = [case.values for case in swept(tmp_path, ranges, "mode = 'sample'\ncases = 101").cases[1:]]
    assert abs(correlation(*zip(*rows, strict=True))) < 0.4


def test_a_range_that_cannot_be_is_told_once(tmp_path: Path) -> None:
    (fault,) = refused(tmp_path, COUNT + "low = 1\nhigh = 4\nsteps = 90")
    assert (fault.line, fault.address) == (10, "crews.civil.count")


def test_a_column_stays_when_an_axis_comes_and_under_another_seed(tmp_path: Path) -> None:
    load = '[[axes]]\npath = "plants.south.load"\nlow = 0.5\nhigh = 0.9\n'
    head = "mode = 'sample'\ncases = 25"
    alone = [case.values[0] for case in swept(tmp_path, load, head).cases[1:]]
    beside = swept(tmp_path, NORTH + load, head, seed=77)
    assert [case.values[1] for case in beside.cases[1:]] == alone
    assert [case.values[0] for case in swept(tmp_path, load, f"{head}\nseed = 77").cases[1:]] != alone


def test_ids_stay_when_a_sweep_grows(tmp_path: Path) -> None:
    before = {case.values: case.id for case in swept(tmp_path, NORTH + SLIP).cases}
    named = '[[cases]]\nid = "other"\nset = { "plants.north.slip" = 3 }\n'
    grown = (NORTH + SLIP + named).replace("[80_000", "[70_000, 80_000").replace("[0.5, 2]", "[1, 2.0, 0.5]")
    after = {case.values: case.id for case in swept(tmp_path, grown).cases if case.id != "other"}
    assert len(after) == 1 + 4 * 3
    assert before.items() <= after.items()


def test_ids_and_values_are_the_same_however_the_path_of_a_scenario_is_written(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.toml").write_bytes(BELOW.read_bytes())
    found = []
    for first, second in (("a", "b"), ("./a", "../x/b"), (tmp_path / "x" / ".." / "a", tmp_path / "b")):
        folder = tmp_path / "x" if second == "../x/b" else tmp_path
        folder.mkdir(exist_ok=True)
        (folder / "b.toml").write_bytes(BELOW.read_bytes())
        (folder / "a.toml").write_bytes(BELOW.read_bytes())
        head = f"schema = 1\n[sweep]\nid = 's'\nscenario = ['{first}.toml', '{second}.toml']\n"
        (folder / "sweep.toml").write_text(head + SLIP, encoding="utf-8")
        found.append([(case.id, case.values) for case in read_sweep(folder / "sweep.toml").cases])
    assert found[0] == found[1] == found[2]
    assert found[0][-1][1] == ("b.toml", 2)


def test_ids_are_longer_where_they_would_clash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "DIGITS", 1)
    lines = '[[axes]]\npath = "plants.south.load"\nlow = 0.1\nhigh = 0.9\nsteps = 40\n'
    ids = [case.id for case in swept(tmp_path, lines).cases]
    assert len(set(ids)) == 41


@pytest.mark.parametrize("path", SWEEPS, ids=lambda path: path.stem)
def test_a_broken_sweep_is_refused_at_its_place(path: Path) -> None:
    if wanted := expected(path, "warning"):
        assert places(read_sweep(path).warnings) == wanted
        return
    with pytest.raises(ScenarioError) as caught:
        read_sweep(path)
    assert places(caught.value.faults) == expected(path, "fault")
    for fault in caught.value.faults:
        assert CURE.search(fault.message), fault
        assert len(fault.message.split()) <= MOST_WORDS, fault


@pytest.mark.parametrize(
    ("lines", "head", "said"),
    [
        ("", "", "2:2: sweep: there is nothing to vary; add a table [[axes]], or [[cases]]"),
        (NORTH, "mode = 'sample'", '2:2: sweep: "cases" is missing; mode sample needs how many: add cases'),
        (NORTH, "mode = 'grid'", '5:1: sweep.mode: found "grid", want product or zip or sample; write one'),
        (NORTH, "runs = 0", "5:1: sweep.runs: found 0, want at least 1; correct it"),
        (NORTH, "sed = 1", '5:1: sweep.sed: found unknown key "sed"; did you mean "seed"?'),
        (NORTH + "valus = 1", "", '9:1: axes.0.valus: found unknown key "valus"; did you mean "values"?'),
        (NORTH + SLIP, "mode = 'zip'", "6:3: axes: plants.north.nameplate has 3, slip has 2; mode zip wants as many"),
        (NORTH + "id = 'odds'", "", '9:1: axes.odds.id: found "odds", which is a column of the table; add another id'),
        (NORTH * 2, "", '10:1: axes.1.path: "plants.north.nameplate" stands here twice; add an id of its own'),
        (NORTH + "id = 'a'\n" + NORTH, "", '11:1: axes.1.path: it sets what "a" above has changed; remove one'),
        (NORTH.replace("80_000", "-1"), "", "8:11: plants.north.nameplate: found -1, want at least 0 vehicles a year"),
        (NORTH.replace("80_000", "{ law = 'uniform', low = 5 }"), "", "8:11: plants.north.nameplate: found low; want"),
        (COUNT + 'scale = [1, 1.25]', "", "8:13: crews.civil.count: found 2.5, want whole"),
        (COUNT + 'low = 1\nhigh = 4', "mode = 'sample'\ncases = 4", "7:3: crews.civil.count"),
        (COUNT + 'low = 1\nhigh = 4\nsteps = 3', "", "10:1: crews.civil.count: found 2.5"),
        (LOAD + 'low = 1\nhigh = 4\nsteps = 2', "", "9:1: plants.north.load: found 4, want"),
        (LOAD + 'low = 0\nhigh = 1\nsteps = 200_000', "", "10:1: axes.0.steps: found"),
        (LOAD + 'low = 0\nhigh = 1', "", '6:3: axes.0: "steps" is missing; mode product'),
        (LOAD + 'low = 0\nhigh = 1\nsteps = 2', "mode = 'sample'\ncases = 4", "11:1: axes.0.steps"),
        (LOAD + 'low = -1\nhigh = 1\nsteps = 2\nscales = true', "", "8:1: axes.0.low: found -1"),
        ('[[axes]]\npath = "scenario.end"\nvalues = [2025-06-01]', "", "8:11: targets.output.during: "),
        ('[[axes]]\npath = "plants.north.nameplate"\nscale = [1e14]', "", "8:10: axes.0.scale.0: found 100000 x 1e+14"),
        ('[[cases]]\nid = "base"\nset = { "plants.*.load" = 0.5 }', "", '7:1: cases.base.id: found "base"'),
        (CASE, "", "6:3: cases.a: there is nothing to change; add set or scale"),
        (CASE + 'set = { "plants.*.load" = 0.5, "plants.*.built" = 7 }', "", "8:32: plants.north.built: found 7"),
        (
            CASE + 'set = { "plants.*.load" = 1 }\n[[cases]]\nid = "a"\nset = { "plants.*.load" = 0.5 }',
            "",
            '10:1: cases.a.id: "a" stands here twice; rename one',
        ),
    ],
)  # fmt: skip
def test_what_a_sweep_may_not_say(tmp_path: Path, lines: str, head: str, said: str) -> None:
    (fault,) = refused(tmp_path, lines, head)
    assert str(fault).startswith(f"{tmp_path / 'sweep.toml'}:{said}")
    assert CURE.search(fault.message) or fault.kind == "law-parameters", fault


def test_too_many_cases_are_refused_before_they_are_made(tmp_path: Path) -> None:
    """By hand: 10 x 10 x 10 x 10 x 11 of five axes, and the base, are 110,001."""
    axes = [f'[[axes]]\nid = "a{n}"\npath = "plants.north.{key}"\nlow = 0.1\nhigh = 0.9\nsteps = {10 + (n == 4)}\n'
            for n, key in enumerate(["load", "built", "realised", "slip", "nameplate"])]  # fmt: skip
    (fault,) = refused(tmp_path, "".join(axes))
    assert (fault.kind, fault.line) == ("too-large", 2)
    assert "found 110,001 cases, want at most 100,000" in fault.message


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    lines = NORTH.replace("80_000", "-1") + SLIP.replace("scale", "scal") + SLIP.replace("*", "nobody")
    kinds = [fault.kind for fault in refused(tmp_path, lines, "cases = 3")]
    assert kinds == ["axis", "out-of-range", "unknown-key", "address"]


def test_a_fault_of_the_scenario_is_told_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "sweep.toml").write_text(f"schema = 1\n[sweep]\nid = 's'\nscenario = 'bad.toml'\n{NORTH}valus = 1\n")
    (tmp_path / "bad.toml").write_text(BELOW.read_text(encoding="utf-8").replace("100_000", "-1"))
    with pytest.raises(ScenarioError) as caught:
        read_sweep(tmp_path / "sweep.toml")
    found = [(Path(fault.file).name, fault.kind) for fault in caught.value.faults]
    assert found == [("bad.toml", "out-of-range"), ("sweep.toml", "unknown-key")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [({"runs": 0}, "found 0 runs"), ({"runs": 10**9}, "runs, want 1 to"), ({"seed": -1}, "found seed -1"),
     ({"runs": 2.5}, "want a whole number"), ({"seed": 2**63}, "want a whole number")],
)  # fmt: skip
def test_runs_and_seed_are_those_of_a_run(tmp_path: Path, arguments: Any, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        swept(tmp_path, NORTH, **arguments)


def test_a_file_that_is_no_sweep(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a scenario, want a sweep file; play it with: nevsim run"):
        read_sweep(BELOW)
    with pytest.raises(UsageError, match="cannot be read"):
        read_sweep(tmp_path / "nowhere.toml")


def test_a_law_of_a_file_goes_from_the_folder_of_the_sweep(tmp_path: Path) -> None:
    (tmp_path / "delays.csv").write_text("months\n2\n4\n", encoding="utf-8")
    lines = '[[axes]]\npath = "plants.north.slip"\nvalues = [{ law = "empirical", file = "delays.csv" }]\n'
    case = swept(tmp_path, lines).cases[1]
    assert case.changes[0].value == {"law": "empirical", "values": [2, 4]}, "no file is needed any more"


words = st.sampled_from(
    ["plants.north.slip", "plants.*.nameplate", "plants.south.load", "crews.civil.count", "*",
     "readings.misprint.values", "plants", "", "a.b", "scenario.end", "targets.*.at_least",
     "product", "zip", "sample", "base", "x", "\u202e"]
)  # fmt: skip
scalars = st.one_of(
    st.sampled_from([0, 1, -1, 2, 3, 0.5, 1e15, -1e15, 1e300, 10**20]),
    st.booleans(),
    words,
    st.dates(),
    st.floats(0, 2),
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=3)),
    max_leaves=6,
)
many = st.one_of(words, st.lists(words, max_size=2), anything)
addresses = st.sampled_from(["plants.north.slip", "plants.*.nameplate", "plants.south.load", "crews.civil.count"])
factors = st.sampled_from([0, 0.5, 1, 2, 1e14])
levels = st.one_of(
    st.fixed_dictionaries({"values": st.lists(st.one_of(factors, anything), min_size=1, max_size=3)}),
    st.fixed_dictionaries({"scale": st.lists(factors, min_size=1, max_size=3)}),
    st.fixed_dictionaries(
        {"low": factors, "high": factors}, optional={"steps": st.integers(2, 4), "scales": st.booleans()}
    ),
)
orderly = st.builds(
    lambda *parts: parts[0] | parts[1] | {"id": parts[2]},
    st.fixed_dictionaries({"path": addresses}), levels, st.sampled_from(["a", "b", "c"]),
)  # fmt: skip
records = st.fixed_dictionaries(
    {"path": many},
    optional={
        "values": st.one_of(st.lists(anything, max_size=3), anything),
        "scale": st.lists(scalars, max_size=3),
        "low": scalars,
        "high": scalars,
        "steps": st.one_of(st.integers(-1, 5), scalars),
        "scales": st.booleans(),
        "id": words,
    },
)
named = st.fixed_dictionaries(
    {"id": st.one_of(words, st.sampled_from(["d", "e"]))},
    optional={"set": st.dictionaries(words, anything, max_size=2), "scale": st.dictionaries(addresses, factors)},
)
plain = {"id": "s", "scenario": str(BELOW)}
heads = st.one_of(
    st.just(plain),
    st.sampled_from([{"mode": "zip"}, {"mode": "sample", "cases": 5}]).map(lambda mode: plain | mode),
    st.fixed_dictionaries(
        {"id": st.just("s"), "scenario": st.one_of(st.just(str(BELOW)), many)},
        optional={"mode": words, "cases": st.integers(0, 9), "runs": scalars, "seed": scalars},
    ),
)
good = st.fixed_dictionaries(
    {"schema": st.just(1), "sweep": heads, "axes": st.lists(orderly, min_size=1, max_size=3)},
    optional={"cases": st.lists(named, max_size=2)},
)
bad = st.fixed_dictionaries(
    {"schema": st.just(1), "sweep": heads},
    optional={"axes": st.lists(records, max_size=3), "cases": st.lists(named, max_size=3), "x": anything},
)
files = st.one_of(good, bad)


@PROPERTY
@given(files)
def test_whatever_a_file_says_it_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    path = tmp_path_factory.getbasetemp() / "hostile.toml"
    path.write_text(tomli_w.dumps(data), encoding="utf-8")
    try:
        sweep = read_sweep(path)
    except (ScenarioError, UsageError):
        return
    assert len({case.id for case in sweep.cases}) == len(sweep.cases)
    assert all(len(case.values) == len(sweep.axes) for case in sweep.cases)


def test_a_range_of_very_many_steps_is_tried_at_some() -> None:
    """Both ends, and then values spread evenly: 99,999 of them would take minutes, each a whole check."""
    from nevsim.study.grid import Axis, evenly
    from nevsim.study.sweep_check import MOST_TRIALS, trials
    from nevsim.study.sweep_file import AxisRecord

    record = AxisRecord(path=("plants.north.nameplate",), low=0, high=99_998, steps=99_999)
    axis = Axis("north", None, record.path, evenly(0, 99_998, 99_999), 0, 99_998)
    tried = [value for _, value in trials(0, axis, record)]
    assert tried[:2] == [0, 99_998]
    assert len(set(tried)) == MOST_TRIALS + 2
    assert max(after - before for before, after in pairwise(sorted(tried))) <= 99_998 / MOST_TRIALS + 1
    few = AxisRecord(path=record.path, low=0, high=9, steps=10)
    assert sorted(value for _, value in trials(0, Axis("n", None, few.path, evenly(0, 9, 10), 0, 9), few)) == [
        *range(10)
    ]
