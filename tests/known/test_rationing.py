"""Supplies shared out by need, worked by hand: what each plant gets, what is left over, and what markets see of it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scenes import START, near_mean, near_share, world
from scenes import played as play_data

NEXT = date(2024, 1, 1)


def plant(name, thousands, **more):
    """A plant that runs from the start and could make so many thousand vehicles a month."""
    return {"id": name, "nameplate": 12_000 * thousands, "operating": {"share": 1}} | more


def supply(name, monthly, **more):
    """A supply of so many units a month."""
    return {"id": name, "yearly": [{"from": START, "value": 12 * monthly}]} | more


def found(plants, supplies, runs=1, seed=1, **more):
    """The output of plants (n, p, t) under supplies."""
    return play_data(world(plants, **more) | {"supplies": supplies}, runs, seed)[1]


def month(output, term="sold", number=0):
    """What each plant sells, or loses by a cause, in one month of the first replication."""
    values = output.sold if term == "sold" else output.losses[term]
    return pytest.approx(values[0, :, number].tolist(), abs=1e-6)


THREE = [plant("a", 1, uses={"cells": 2}), plant("b", 2, uses={"cells": 1}), plant("c", 3)]


def test_one_pool_is_shared_by_need():
    """a needs 2 x 1,000, b 1 x 2,000, c nothing: 2,000 units meet half, so 500, 1,000 and 3,000 vehicles."""
    output = found(THREE, [supply("cells", 2_000)])
    assert month(output) == [500, 1_000, 3_000]
    assert month(output, "short") == [500, 1_000, 0]
    assert month(output, "unsold") == [0, 0, 0]


@pytest.mark.parametrize(("units", "wanted"), [(4_000, [1_000, 2_000, 3_000]), (3_999, [999.75, 1_999.5, 3_000])])
def test_a_pool_that_is_just_enough(units, wanted):
    """The need of all is 4,000 units; one less is 3,999/4,000 of it for each."""
    assert wanted == month(found(THREE, [supply("cells", units)]))


def test_a_pool_of_nothing_stops_who_needs_it():
    """And nobody else."""
    assert month(found(THREE, [supply("cells", 0)])) == [0, 0, 3_000]


def test_a_plant_of_two_pools_gets_the_smaller_share_and_leaves_the_rest():
    """Cells: a 1,000 and b 2,000 of 1,500, so 1/2. Chips: a 1,000 and c 3 x 3,000 of 2,500, so 1/4.

    a makes 250, b 1,000, c 750. Of the cells 1,250 are used: the 250 that a leaves are not shared out again, or b
    would make 1,250.
    """
    plants = [
        plant("a", 1, uses={"cells": 1, "chips": 1}),
        plant("b", 2, uses={"cells": 1}),
        plant("c", 3, uses={"chips": 3}),
    ]
    both = [supply("cells", 1_500), supply("chips", 2_500)]
    for pools in (both, both[::-1]):
        assert month(found(plants, pools)) == [250, 1_000, 750]


def test_a_market_takes_what_the_supply_left():
    """Cells leave a and b half, 500 and 1,000. The market of a and c holds 2,100 of the 3,500 offered: three fifths.

    So a sells 300 and c 1,800. Had the market come first, a would have been offered 2,100 / 4,000 of 1,000.
    """
    plants = [THREE[0] | {"region": "east"}, THREE[1], THREE[2] | {"region": "east"}]
    home = {"id": "home", "scope": {"region": "east"}, "yearly": [{"from": START, "value": 12 * 2_100}]}
    output = found(plants, [supply("cells", 2_000)], markets=[home])
    assert month(output) == [300, 1_000, 1_800]
    assert month(output, "short") == [500, 1_000, 0]
    assert month(output, "unsold") == [200, 0, 1_200]


def test_need_is_what_would_be_made_not_what_is_promised():
    """a runs at half its load, b is half built: they need 1,000 and 1,000 of 1,500, so 3/4 of 500 and of 1,000."""
    plants = [
        {"id": "a", "nameplate": 12_000, "announced": date(2022, 12, 31), "load": 0.5, "uses": {"cells": 2}},
        plant("b", 2, built=0.5, uses={"cells": 1}),
    ]
    output = found(plants, [supply("cells", 1_500)])
    assert month(output) == [375, 750]
    assert month(output, "short") == [125, 250]


def test_a_plant_that_comes_takes_from_those_there():
    """1,000 units for a alone; from 1 February b needs as many: half each. March as February."""
    late = {"id": "b", "nameplate": 12_000, "announced": date(2023, 1, 31), "uses": {"cells": 1}}
    output = found([plant("a", 1, uses={"cells": 1}), late], [supply("cells", 1_000)])
    assert month(output) == [1_000, 0]
    assert month(output, number=1) == [500, 500]
    assert month(output, number=2) == [500, 500]


def test_rows_and_growth():
    """Nothing limits before March 2023; then 600 a month x 1.21^(months / 12); from 2024 on 500 in the same way.

    Half a year on, in September, 600 x 1.1 = 660; in July 2024 500 x 1.1 = 550; a year on, in January 2025, 605.
    """
    rows = [{"from": date(2023, 3, 1), "value": 7_200}, {"from": NEXT, "value": 6_000}]
    cells = {"id": "cells", "yearly": rows, "growth": 0.21}
    sold = found([plant("a", 1, uses={"cells": 1})], [cells], end=date(2025, 2, 1)).sold[0, 0]
    wanted = {0: 1_000, 1: 1_000, 2: 600, 8: 660, 12: 500, 18: 550, 24: 605}
    assert {number: sold[number] for number in wanted} == pytest.approx(wanted, abs=1e-6)
    assert sold[3] == pytest.approx(600 * 1.21 ** (1 / 12), abs=1e-6)


def test_a_level_of_two_values():
    """1,000 units x 0.4 (3 in 10) or x 1.5 for a need of 1,000: 400 or all, the same in every month."""
    level = {"law": "choice", "values": [0.4, 1.5], "weights": [3, 7]}
    sold = found([plant("a", 1, uses={"cells": 1})], [supply("cells", 1_000, level=level)], 2_000, 91).sold[:, 0]
    assert set(np.round(sold[:, 0], 6)) == {400, 1_000}
    assert (sold == sold[:, :1]).all()
    near_share(int((sold[:, 0] < 500).sum()), 2_000, 0.3)


def test_a_drawn_use_is_the_plants_own():
    """a and b need 1 or 3 each, by chance, of 2,000 for 1,000 vehicles each: 2, 4 or 6 thousand are needed.

    The share is 1, 1/2 or 1/3, its mean 1/4 + 1/4 + 1/12 = 7/12.
    """
    law = {"law": "choice", "values": [1, 3]}
    plants = [plant(name, 1, uses={"cells": law}) for name in ("a", "b")]
    sold = found(plants, [supply("cells", 2_000)], 2_000, 92).sold[:, :, 0]
    assert set(np.round(sold[:, 0], 3)) == {1_000, 500, 333.333}
    assert (sold[:, 0] == sold[:, 1]).all()
    near_mean(sold[:, 0] / 1_000, 7 / 12)


def test_the_season_neither_makes_nor_hides_a_shortage():
    """Half is met in every month; a season of 2, 0 and then 1, its mean 13/12, moves what was made."""
    weights = [2.0, 0.0, *[1.1] * 10]
    output = found([plant("a", 1, uses={"cells": 1})], [supply("cells", 500)], season=weights)
    assert output.sold[0, 0, :3] == pytest.approx([500 * weight * 12 / 13 for weight in weights[:3]], abs=1e-6)
    assert output.losses["short"][0, 0, :3] == pytest.approx(output.sold[0, 0, :3], abs=1e-6)


def test_phases_of_a_plant_share_its_use():
    """What the plant says of uses holds for both phases; the second has its own: 1 x 1,000 and 3 x 1,000 of 2,000."""
    phases = [{"id": "one"}, {"id": "two", "uses": {"cells": 3}}]
    whole = plant("a", 1, uses={"cells": 1}, phases=phases)
    assert month(found([whole], [supply("cells", 2_000)])) == [500, 500]
    whole["phases"] = [{"id": "one"}, {"id": "two"}]
    assert month(found([whole], [supply("cells", 2_000)])) == [1_000, 1_000]
