"""Values set and scaled by address: worked by hand, and for every law against the law of c X."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from scenes import PROPERTY

from nevsim.errors import KINDS, UsageError
from nevsim.laws import Affine
from nevsim.scenario.changes import KEPT, SCALED, Change, ChangeError, changed
from nevsim.scenario.extension import Place, Text
from nevsim.scenario.load import checked, load, read
from nevsim.scenario.quantity import LAWS, Quantity, build

if TYPE_CHECKING:
    from pathlib import Path

SCENARIO = """schema = 1
[scenario]
id = "unclear"
title = "Unclear"
as_of = 2022-11-01
start = 2022-11-01
end = 2026-01-01
[sources.article]
title = "An article"
date = 2022-11-01
kind = "statement"
[[plants]]
id = "north"
nameplate = { value = 30_000, source = "article", where = "par. 4" }
announced = { date = 2022-12-31, source = "article" }
slip = { law = "triangular", mode = 4, p10 = 2, p90 = 8, min = 0, max = 20, shift = 1, scale = 2 }
[[plants]]
id = "south"
nameplate = 100
announced = 2023-03-31
[[plants]]
id = "base"
tags = ["old"]
[[plants.phases]]
id = "one"
nameplate = 10
announced = 2023-03-31
slip = 4
[[plants.phases]]
id = "two"
nameplate = 20
announced = 2023-03-31
slip = 8
[[crews]]
id = "civil"
count = 3
[[markets]]
id = "demand"
yearly = [{ from = 2022-11-01, value = 200, source = "article" }, { from = 2024-01-01, value = 30.5 }]
[[targets]]
id = "started"
measure = "start"
at = 2024-12-31
"""
HERE = Place("sweep.toml", 7, 11)


@pytest.fixture
def text(tmp_path: Path) -> Text:
    path = tmp_path / "unclear.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    return read(path)


def scaled(text: Text, address: str, factor: float) -> Any:
    return changed(text, Change(address, factor, scales=True), HERE).data


def one(data: Any) -> Any:
    """The data of one quantity in a text of its own, scaled under the address ``a.x``."""
    return Text({"a": {"x": data}}, {(): HERE})


def test_a_value_is_set_where_it_stands_and_where_it_may_stand(text: Text) -> None:
    found = changed(text, Change("plants.*.load", {"law": "uniform", "low": 0.5, "high": 1}), HERE)
    assert [plant["load"]["low"] for plant in found.data["plants"]] == [0.5, 0.5, 0.5]
    assert "load" not in text.data["plants"][0], "the text that is changed stays as it was"
    assert found.place(("plants", 0, "load", "low")) == HERE
    again = changed(found, Change("plants.north.load", 1), Place("sweep.toml", 8, 1))
    assert again.place(("plants", 0, "load")) == Place("sweep.toml", 8, 1, over=HERE)
    assert found.data["plants"][0]["load"] == {"law": "uniform", "low": 0.5, "high": 1}


def test_a_change_is_the_same_as_an_override(text: Text, tmp_path: Path) -> None:
    mine = checked("unclear.toml", changed(text, Change("plants.base.slip", 3), HERE))
    assert mine.document == load(tmp_path / "unclear.toml", ["plants.base.slip=3"]).document


def test_numbers_stated_values_and_rows_are_scaled(text: Text) -> None:
    """By hand: 30,000 x 1.5; 100 x 1.1 is 110 on paper, 110.00000000000001 in binary; 200 and 30.5 halved."""
    north = {"value": 45_000, "source": "article", "where": "par. 4"}
    assert scaled(text, "plants.north.nameplate", 1.5)["plants"][0]["nameplate"] == north
    south = scaled(text, "plants.south.nameplate", 1.1)["plants"][1]["nameplate"]
    assert south == 110
    assert isinstance(south, int), "whole for a whole number, as a count must be"
    rows = scaled(text, "markets.demand.yearly", 0.5)["markets"][0]["yearly"]
    assert [row["value"] for row in rows] == [100, 15.25]
    assert rows[0]["from"] == date(2022, 11, 1)
    assert rows[0]["source"] == "article"
    row = scaled(text, "markets.demand.yearly.1", 2)["markets"][0]["yearly"]
    assert [one["value"] for one in row] == [200, 61]
    assert scaled(text, "plants.north.slip.p90", 2)["plants"][0]["slip"]["p90"] == 16


def test_a_law_is_scaled_with_its_bounds(text: Text) -> None:
    """Value = shift + scale X: of 3 (1 + 2 X) the shift is 3 and the scale stays 2, where X is three times itself."""
    slip = scaled(text, "plants.north.slip", 3)["plants"][0]["slip"]
    law = {"law": "triangular", "mode": 12, "p10": 6, "p90": 24, "min": 0, "max": 60, "shift": 3, "scale": 2}
    assert slip == law


def test_an_address_of_a_plant_scales_its_phases_and_a_pattern_what_there_is(text: Text) -> None:
    data = scaled(text, "plants.base.slip", 0.5)
    assert [phase["slip"] for phase in data["plants"][2]["phases"]] == [2, 4]
    data = scaled(text, "plants.*.slip", 2)
    assert data["plants"][0]["slip"]["mode"] == 8
    assert "slip" not in data["plants"][1], "nothing stands there to be scaled"
    assert [phase["slip"] for phase in data["plants"][2]["phases"]] == [8, 16]


def test_nothing_times_a_law_is_nothing() -> None:
    """No lognormal law has mean 0, but 0 x X is 0: what is said of the law stays."""
    law = {"law": "lognormal", "p10": 1, "p90": 9, "unit": "days", "source": "article", "shift": 2}
    (found,) = scaled(one(law), "a.x", 0)["a"].values()
    assert found == {"value": 0, "unit": "days", "source": "article"}
    assert str(scaled(one(-3.5), "a.x", 0)["a"]["x"]) == "0.0"


def test_a_law_of_a_file_is_scaled_before_the_file_is_read(tmp_path: Path) -> None:
    """By hand: 2, 4 and 6 of the file, 1 + 2 x of them is 5, 9 and 13; half of that is 2.5, 4.5 and 6.5."""
    (tmp_path / "delays.csv").write_text("months\n2\n4\n6\n", encoding="utf-8")
    path = tmp_path / "unclear.toml"
    law = 'slip = { law = "empirical", file = "delays.csv", shift = 1, scale = 2, max = 20 }'
    path.write_text(SCENARIO.replace("slip = 8", law), encoding="utf-8")
    found = checked("x", changed(read(path), Change("plants.base.phases.two.slip", 0.5, scales=True), HERE))
    phases = found.document.plants[2].phases
    assert phases is not None
    assert build(phases[1].slip or 0).quantile(np.array([0.1, 0.5, 0.9])).tolist() == [2.5, 4.5, 6.5]


@pytest.mark.parametrize(
    ("address", "factor", "kind", "said"),
    [
        ("plants.nort.slip", 2, "address", 'nothing stands at plants.nort.slip; did you mean "plants.north.slip"?'),
        ("plants.south.slip", 2, "scale", "found nothing at plants.south.slip to scale; put a value there"),
        ("plants.*.announced", 2, "scale", "found the date 2022-12-31 at plants.north.announced, want a number"),
        ("plants.south.announced", 2, "scale", "found the date 2023-03-31 at plants.south.announced"),
        ("plants.north.id", 2, "scale", 'found the text "north" at plants.north.id'),
        ("plants.base.phases", 2, "scale", "found a list at plants.base.phases, want a number or a law to"),
        ("plants.north", 2, "scale", "found a table at plants.north, want a number or a law"),
        ("plants.base.tags", 2, "scale", "found a list"),
        ("plants.north.slip", -1, "scale", "found -1 for plants.north.slip, want a factor of 0 or more; correct it"),
        ("plants.north.slip", True, "scale", "found true"),
        ("plants.north.slip", "2", "scale", 'found "2"'),
        ("plants.north.slip", float("inf"), "scale", "found inf"),
        ("plants.north.nameplate", 1e15, "number-too-large", "found 30000 x 1e+15 at plants.north.nameplate.value"),
    ],
)  # fmt: skip
def test_what_cannot_be_scaled(text: Text, address: str, factor: Any, kind: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        scaled(text, address, factor)
    assert isinstance(caught.value, ChangeError)
    assert caught.value.kind == kind
    assert kind in KINDS
    assert str(caught.value).startswith(said)


def test_true_and_false_are_no_numbers() -> None:
    with pytest.raises(ChangeError, match=r"found true at a\.x, want a number or a law"):
        scaled(one(True), "a.x", 2)


def test_every_key_of_every_law_is_scaled_or_kept() -> None:
    keys = {key for law in LAWS.values() for key in law.model_fields}
    assert keys == (SCALED | KEPT)
    assert not SCALED & KEPT


numbers = st.integers(-400, 400).map(lambda n: n / 4)
positive = st.integers(1, 400).map(lambda n: n / 4)


def rising(count: int, above: float = -100) -> st.SearchStrategy[list[float]]:
    steps = st.lists(st.integers(1, 40).map(lambda n: n / 4), min_size=count, max_size=count)
    return st.tuples(st.integers(0, 40), steps).map(lambda p: [above + p[0] + sum(p[1][: n + 1]) for n in range(count)])


def law(name: str, **parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"law": st.just(name), **parts})


def of(name: str, keys: list[str], values: st.SearchStrategy[list[float]]) -> st.SearchStrategy[dict[str, Any]]:
    return values.map(lambda found: {"law": name, **dict(zip(keys, found, strict=True))})


weighed = st.lists(st.tuples(numbers, st.integers(1, 9)), min_size=1, max_size=5)
cores = st.one_of(
    law("fixed", value=numbers),
    of("uniform", ["low", "high"], rising(2)),
    of("uniform", ["p20", "p75"], rising(2)),
    of("triangular", ["low", "mode", "high"], rising(3)),
    of("triangular", ["p10", "mode", "p90"], rising(3)),
    of("pert", ["low", "mode", "high"], rising(3)),
    law("normal", mean=numbers, sd=positive),
    of("normal", ["p5", "p95"], rising(2)),
    of("lognormal", ["p10", "p90"], rising(2, 0)),
    law("lognormal", mean=positive, sd=positive),
    law("exponential", mean=positive),
    law("exponential", p50=positive),
    law("weibull", shape=st.sampled_from([0.8, 1.0, 2.5]), mean=positive),
    of("weibull", ["p10", "p90"], rising(2, 5)),
    law("gamma", mean=st.just(6), sd=st.sampled_from([2, 3, 5])),
    of("gamma", ["p25", "p80"], rising(2, 5)),
    of("quantiles", ["low", "p10", "p50", "p99", "high"], rising(5)),
    weighed.map(lambda p: {"law": "choice", "values": [a for a, _ in p], "weights": [b for _, b in p]}),
    weighed.map(lambda p: {"law": "empirical", "values": [a for a, _ in p]}),
)
bounds = st.fixed_dictionaries({}, optional={"shift": numbers, "scale": positive, "note": st.just("a note")})
laws = st.builds(lambda a, b: a | b, cores, bounds)
parts = st.lists(st.one_of(numbers, laws), min_size=1, max_size=4)
mixtures = st.builds(
    lambda p, b: {"law": "mixture", "laws": p, "weights": [1 + n for n in range(len(p))]} | b, parts, bounds
)
QUANTITY: TypeAdapter[Any] = TypeAdapter(Quantity)
SHARES = np.linspace(0.003, 0.997, 41)


@PROPERTY
@given(st.one_of(laws, mixtures), st.sampled_from([0.5, 1.0, 1.5, 0.1, 3.7, 12.0]), st.booleans())
def test_the_law_of_c_x_is_c_times_the_law_of_x(data: dict[str, Any], factor: float, is_bounded: bool) -> None:
    """In quantiles, with `min` and `max` at the 20th and the 80th percentile where there are bounds."""
    if is_bounded:
        low, high = build(QUANTITY.validate_python(data)).quantile(np.array([0.2, 0.8])).tolist()
        data = data | {"min": low, "max": high}
    plain = build(QUANTITY.validate_python(data))
    found = build(QUANTITY.validate_python(scaled(one(data), "a.x", factor)["a"]["x"]))
    wanted = Affine(plain, shift=0.0, scale=factor).quantile(SHARES)
    reach = float(np.abs(wanted).max())
    np.testing.assert_allclose(found.quantile(SHARES), wanted, rtol=1e-9, atol=1e-9 * reach)


def test_one_combination_alone_is_read(tmp_path: Path) -> None:
    path = tmp_path / "unclear.toml"
    lines = '[[readings]]\nid = "late"\npath = "plants.south.slip"\nvalues = [3, 30]\n'
    path.write_text(SCENARIO + lines, encoding="utf-8")
    alone = checked("named.toml", read(path), readings=False)
    assert (alone.path, alone.others, alone.labels) == ("named.toml", (), {"late": "3"})
    assert alone.document == load(path).document
    assert len(load(path).others) == 1
