"""Odds of the same target at the end of every quarter, by hand."""

from __future__ import annotations

from datetime import date

import pytest
from scenes import drawn, read, world

from nevsim.forecast import forecast

RUNS = 100
END = date(2024, 1, 1)
LAST = [date(2023, 3, 31), date(2023, 6, 30), date(2023, 9, 30), date(2023, 12, 31)]
SEASON = [1, 1, 1, 1, 0, 2, 1, 1, 1, 1, 1, 1]
PLANT = {"id": "plant", "nameplate": 12_000, "announced": LAST[0]}
PLANT["slip"] = {"law": "choice", "values": [0, 61], "unit": "days"}
STORES = {"id": "stores", "planned": 3, "teams": 1, "fit_out": 2}
AUTUMN = {"from": date(2023, 11, 1), "to": END}
HALF = {"from": date(2022, 10, 1), "to": date(2023, 7, 1)}


def hits(target):
    """Hits by the last days of quarters, and the number of runs in which the plant starts on 1 April, not on 1 June."""
    target = {"id": "moved", "at_least": 1, **target}
    data = world([PLANT], end=END, targets=[target], season=SEASON) | {"rollouts": [STORES]}
    early = int((drawn(data, RUNS)[1].slip == 0).sum())
    assert 0 < early < RUNS
    (found,) = forecast(read(data), RUNS, 1).targets
    return {one.day: one.odds.hits for one in found.quarters}, early


@pytest.mark.parametrize("measure", ["start", "capacity", "run-rate"])
def test_a_deadline_moves(measure):
    """By the end of March only what starts on 1 April has started, and nothing runs; by June all does."""
    found, early = hits({"measure": measure, "at": LAST[3]})
    assert list(found) == LAST
    assert list(found.values()) == [0 if measure == "run-rate" else early, RUNS, RUNS, RUNS]


def test_a_count_moves():
    """One team opens a store every 60.875 days: one by day 90, two by 181, the third on day 183."""
    for level, wanted in ((1, [RUNS] * 4), (2, [0, RUNS, RUNS, RUNS]), (3, [0, 0, RUNS, RUNS])):
        found, _ = hits({"measure": "count", "rollout": "stores", "at": LAST[3], "at_least": level})
        assert list(found.values()) == wanted


@pytest.mark.parametrize(
    ("level", "wanted"),
    [(1_500, [0, RUNS, RUNS, RUNS]), (2_500, [0, 0, 0, 0])],
)
def test_a_window_moves_and_keeps_its_length(level, wanted):
    """Two months make 2,000 a quarter: in May none, in June twice a thousand, whenever the plant starts."""
    found, _ = hits({"measure": "output", "during": AUTUMN, "at_least": level})
    assert list(found) == LAST
    assert list(found.values()) == wanted


def test_a_share_moves():
    """Of what is sold all is the plant's; before April nothing is sold, and a share of nothing is 0."""
    found, _ = hits({"measure": "share", "during": AUTUMN, "part": {"plant": "plant"}, "at_least": 0.5})
    assert list(found.values()) == [0, RUNS, RUNS, RUNS]


def test_a_window_with_something_made_before_the_start_stays():
    """What was made before any other window is not known. To the end of June: 3,000, or 2,000 from 1 June on."""
    found, early = hits({"measure": "output", "during": HALF, "already": 500, "at_least": 3_500})
    assert found == {LAST[1]: early}
