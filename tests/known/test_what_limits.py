"""How much of a crew, a supply and a market is used, and what it costs: months of a thousand vehicles, by hand."""

from __future__ import annotations

from datetime import date

import pytest
from scenes import START, read, world

from nevsim.forecast import forecast

END = date(2023, 7, 1)
HALF_YEAR = {"id": "made", "measure": "output", "during": {"from": START, "to": END}, "at_least": 1}


def limits(plants, **tables):
    """The mean use by month and the cost in the half year, of each limit by its kind."""
    data = world(plants, end=END, targets=[HALF_YEAR]) | tables
    found = forecast(read(data), 3).bottlenecks
    return {one.kind: ([float(share) for share in one.used], one.costs[0].vehicles) for one in found}


def mill(name="mill", nameplate=12_000, **more):
    """A plant that runs, at 1,000 vehicles a month."""
    return {"id": name, "nameplate": nameplate, "operating": {}} | more


def job(name, days):
    """A plant of 1,000 a month that starts when a crew has worked for so many days."""
    length = {"value": days, "unit": "days"}
    return {"id": name, "nameplate": 12_000, "stages": [{"id": "hall", "duration": length, "crew": "crew"}]}


def rows(*found):
    return [{"from": day, "value": value} for day, value in found]


def test_a_crew_that_two_jobs_wait_for():
    """31 and 28 days: January, then February. With a crew more the second would start on 29 January, not 1 March."""
    used, cost = limits([job("first", 31), job("second", 28)], crews=[{"id": "crew", "count": 1}])["crew"]
    assert used == [1, 1, 0, 0, 0, 0]
    assert cost == pytest.approx(1_000 * (3 / 31 + 1))


def test_crews_enough():
    """Two crews hold 31 and 28 days of the 62 that January has for them; more of them would change nothing."""
    used, cost = limits([job("first", 31), job("second", 28)], crews=[{"id": "crew", "count": 2}])["crew"]
    assert used == [pytest.approx(59 / 62), 0, 0, 0, 0, 0]
    assert cost == 0


@pytest.mark.parametrize(
    ("yearly", "share", "cost"), [(24_000, 0.5, 0), (12_000, 1, 0), (3_000, 1, 4_500), (0, 1, 6_000)]
)
def test_a_supply(yearly, share, cost):
    """One unit a vehicle, 1,000 needed a month. Of nothing, everything is used: it is what keeps the plant still."""
    plants = [mill(uses={"cells": 1}), mill("other")]
    supplies = [{"id": "cells", "yearly": rows((START, yearly))}]
    used, found = limits(plants, supplies=supplies)["supply"]
    assert (used, found) == ([share] * 6, pytest.approx(cost))


@pytest.mark.parametrize(("yearly", "share", "cost"), [(24_000, 0.5, 0), (3_000, 1, 4_500), (0, 1, 6_000)])
def test_a_market(yearly, share, cost):
    markets = [{"id": "local", "scope": {"plant": "mill"}, "yearly": rows((START, yearly))}]
    used, found = limits([mill(), mill("other")], markets=markets)["market"]
    assert (used, found) == ([share] * 6, pytest.approx(cost))


def test_a_limit_that_comes_and_that_nobody_needs_yet():
    """No limit before April, so none is used; the plant starts with June, so nothing is needed before."""
    plants = [{"id": "late", "nameplate": 12_000, "announced": date(2023, 5, 31), "uses": {"cells": 2}}]
    supplies = [{"id": "cells", "yearly": rows((date(2023, 4, 1), 0), (date(2023, 6, 1), 12_000))}]
    used, cost = limits(plants, supplies=supplies)["supply"]
    assert used == [0, 0, 0, 0, 0, 1]
    assert cost == 500


def test_a_market_behind_a_supply():
    """The supply leaves 600 of 1,000 and the market has 800: it takes three quarters, and costs nothing alone."""
    supplies = [{"id": "cells", "yearly": rows((START, 7_200))}]
    markets = [{"id": "local", "yearly": rows((START, 9_600))}]
    found = limits([mill(uses={"cells": 1})], supplies=supplies, markets=markets)
    assert found["supply"] == ([pytest.approx(1)] * 6, pytest.approx(1_200))
    assert found["market"] == ([pytest.approx(0.75)] * 6, pytest.approx(0))
