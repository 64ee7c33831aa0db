"""Compiled quantiles: the same as in plain Python, wherever a value sits and whatever other laws are there."""

from __future__ import annotations

import numpy as np
import pytest

from nevsim.compiled import compiled
from nevsim.draws.quantiles import fill, tables_of, value
from nevsim.laws import Affine, Choice, Exponential, Fixed, Lognormal, Mixture, Pert, Triangular

LAWS = [
    Lognormal(1, 0.86),
    Choice((20, 40, 60, 150), (1, 1, 2, 1)),
    Triangular(6, 12, 24),
    Mixture((2, 3), (Fixed(0), Lognormal(1, 0.86))),
    Fixed(3),
    Pert(0, 2, 9),
    Lognormal(1, 0.86),
    Affine(Mixture((2, 3), (Fixed(4), Exponential(7))), 3, 0.7),
    Choice(tuple(range(1_000)), tuple(range(1, 1_001))),
]
TABLES = tables_of(LAWS)
ENDS = [2.0**-53, 0.5, np.nextafter(0.5, 1), 0.4, np.nextafter(0.4, 1), 1 - 2.0**-53]
CHANCES = np.append(np.random.Generator(np.random.Philox(3)).random(500), ENDS)


@compiled
def each(tables, law, chances, values):
    """A loop of somebody else's that reads one value at a time."""
    for i in range(len(chances)):
        values[i] = value(tables, law, chances[i])


def filled(laws, chances):
    values = np.empty_like(chances)
    fill(TABLES, np.array(laws), chances, values)
    return values


@pytest.mark.parametrize("law", range(len(LAWS)))
def test_compiled_is_plain_python_bit_for_bit(law):
    plain = np.array([value.py_func(TABLES, law, u) for u in CHANCES])
    machine = np.empty_like(CHANCES)
    each(TABLES, law, CHANCES, machine)
    assert np.array_equal(machine, plain)
    assert np.array_equal([value(TABLES, law, u) for u in CHANCES], plain)
    assert np.array_equal(filled([law], CHANCES[None, :])[0], plain)
    by_rows = np.empty((1, CHANCES.size))
    fill.py_func(TABLES, np.array([law]), CHANCES[None, :], by_rows)
    assert np.array_equal(by_rows[0], plain)


def test_a_value_does_not_depend_on_the_array_that_it_sits_in():
    numbers = list(range(len(LAWS)))
    whole = filled(numbers, np.tile(CHANCES, (len(LAWS), 1)))
    for law in numbers:
        assert np.array_equal(filled([law], CHANCES[None, 1:])[0], whole[law, 1:])
        assert np.array_equal(filled([law], CHANCES[None, ::-1].copy())[0], whole[law, ::-1])
        one_by_one = filled([law] * len(CHANCES), CHANCES[:, None].copy())[:, 0]
        assert np.array_equal(one_by_one, whole[law])


def test_a_law_does_not_depend_on_those_beside_it():
    for law, alone in enumerate(LAWS):
        values = np.empty((1, CHANCES.size))
        fill(tables_of([alone]), np.array([0]), CHANCES[None, :], values)
        assert np.array_equal(values, filled([law], CHANCES[None, :]))


def test_equal_laws_are_there_once():
    assert TABLES.heads[0].tolist() == TABLES.heads[6].tolist()
    assert len(TABLES.rows) == len(tables_of(LAWS[:6] + LAWS[7:]).rows)


@pytest.mark.parametrize("law", range(len(LAWS)))
def test_what_is_no_probability_counts_as_an_end(law):
    """Nothing outside the tables is ever read."""
    least, most = value(TABLES, law, 2.0**-53), value(TABLES, law, 1 - 2.0**-53)
    for u, wanted in [(0.0, least), (-1.0, least), (1e-300, least), (1.0, most), (7.0, most)]:
        assert value(TABLES, law, u) == value.py_func(TABLES, law, u) == wanted
    for u in (np.nan, np.inf, -np.inf):
        assert least <= value(TABLES, law, u) <= most


def test_no_laws_and_no_values():
    empty = tables_of([])
    values = np.empty((0, 5))
    fill(empty, np.empty(0, dtype=np.int64), np.empty((0, 5)), values)
    assert filled([0, 1], np.empty((2, 0))).shape == (2, 0)
