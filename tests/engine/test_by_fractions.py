"""The engine against docs/model.md, worked again month by month in fractions for random small scenarios.

Taken from the draws: what was drawn for each row. Worked out here, from the scenario's text alone: deadlines, edges of
months, promises, starts, exposure, ramps, seasons, market limits, shares, every level, and every target.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import PROPERTY, START, drawn, due, simulate, worlds

from nevsim.arrays import BEYOND, CANCELLED
from nevsim.draws.stream import uniforms
from nevsim.odds.target import judge

ROWS = 3


class Slow:
    """One replication, worked in fractions."""

    def __init__(self, data, draws, row, seed):
        self.data, self.draws, self.row, self.seed = data, draws, row, seed
        self.months = self._months(data["scenario"]["end"])
        self.edges = [(day - START).days * 1_440 for day in self.months]
        self.plants = data["plants"]
        self.begins = self._begins()

    @staticmethod
    def _months(end):
        days = [START]
        while days[-1] < end:
            days.append((days[-1] + timedelta(days=32)).replace(day=1))
        return days

    def term(self, name, p):
        return Fraction(float(getattr(self.draws.terms, name)[self.row, p]))

    def _begins(self):
        """(promised, started) of every plant, started None where it never does in time."""
        found, first = [], 0
        for p, plant in enumerate(self.plants):
            if "operating" in plant:
                found.append((0, 0))
                continue
            promise = due(plant["announced"]) if "announced" in plant else None
            if "stages" in plant:
                ends = {}
                for number, stage in enumerate(plant["stages"]):
                    after = stage.get("after", [plant["stages"][number - 1]["id"]] if number else [])
                    floor = (plant.get("begins", START) - START).days * 1_440
                    begin = max([floor, *(ends[name] for name in after)])
                    ends[stage["id"]] = begin + int(self.draws.stages[self.row, first + number])
                first += len(plant["stages"])
                start = max(ends.values())
                promise = start if promise is None else promise
            else:
                start = promise + int(self.draws.slip[self.row, p])
            goes = bool(self.draws.terms.ahead[self.row, p])
            found.append((promise, start if goes and start <= self.edges[-1] else None))
        return found

    def active(self, p):
        """(onset, end, severity) of every outage of plant p, of all its streams."""
        found, stream = [], 0
        for hazard in self.data.get("hazards", []):
            region = hazard["scope"].get("region")
            hit = [i for i, plant in enumerate(self.plants) if region in (None, plant["region"])]
            for group in [[i] for i in hit] if hazard["each"] else [hit]:
                if p in group:
                    found += self.draws.windows.rows(stream)[self.row]
                stream += 1
        return found

    def age(self, p, until):
        """The integral of the product of (1 - severity) from the start to a minute."""
        start = self.begins[p][1]
        if start is None or until <= start:
            return Fraction(0)
        struck = self.active(p)
        cuts = {start, until} | {cut for one in struck for cut in one[:2] if start < cut < until}
        total = Fraction(0)
        for low, high in pairwise(sorted(cuts)):
            left = Fraction(1)
            for onset, end, severity in struck:
                if onset <= low < end:
                    left *= 1 - Fraction(severity)
            total += left * (high - low)
        return total

    def climbed(self, p, age):
        """R C(age / R), from the antiderivatives by hand."""
        ramp, long = self.plants[p].get("ramp", {"shape": "step"}), self.term("ramp", p)
        if long == 0 or ramp["shape"] == "step":
            return age
        x = min(age / long, Fraction(1))
        if ramp["shape"] == "points":
            area = Fraction(0)
            for (x0, y0), (x1, y1) in pairwise([(Fraction(a), Fraction(b)) for a, b in ramp["points"]]):
                to = min(max(x, x0), x1)
                height = y0 + (y1 - y0) * (to - x0) / (x1 - x0)
                area += (to - x0) * (y0 + height) / 2
        else:
            area = {"linear": x**2 / 2, "s-curve": x**3 - x**4 / 2, "fast-start": x**2 - x**3 / 3}[ramp["shape"]]
        return long * area + max(age - long, Fraction(0))

    def levels(self):
        """Nine levels of vehicles a month without the season, [level][plant][month]."""
        shape = (9, len(self.plants), len(self.edges) - 1)
        found = np.full(shape, Fraction(0), dtype=object)
        for p, plant in enumerate(self.plants):
            monthly, built = self.term("nameplate", p) / 12, self.term("built", p)
            promise, start = self.begins[p]
            realised = bool(self.draws.terms.ahead[self.row, p])
            share = self.term("share", p) if "operating" in plant else Fraction(1)
            to = self.term("to", p) if "ramp" in plant else share
            for month, (low, high) in enumerate(pairwise(self.edges)):
                length = high - low

                def part(since, low=low, high=high, length=length):
                    return Fraction(0) if since is None else Fraction(max(high - max(since, low), 0), length)

                ages = self.age(p, low), self.age(p, high)
                grown = (ages[1] - ages[0]) / length
                climb = (self.climbed(p, ages[1]) - self.climbed(p, ages[0])) / length
                rate = share * grown + (to - share) * climb if "operating" in plant else climb
                promised = share * monthly * part(promise)
                ramped = built * monthly * rate
                loaded = self.term("load", p) * ramped
                found[:8, p, month] = [
                    promised,
                    promised * realised,
                    promised * realised * built,
                    built * share * monthly * part(start),
                    built * share * monthly * grown,
                    ramped,
                    loaded,
                    loaded,
                ]
        for month in range(shape[2]):
            found[8, :, month] = self.sold(found[7, :, month], month)
        return found

    def sold(self, supplied, month):
        """The smallest share over a plant's markets of what it supplies."""
        shares = [Fraction(1)] * len(self.plants)
        for market in self.data.get("markets", []):
            region = market["scope"].get("region")
            inside = [p for p, plant in enumerate(self.plants) if region in (None, plant["region"])]
            row = [row for row in market["yearly"] if row["from"] <= self.months[month]][-1]
            since = (self.months[month].year - row["from"].year) * 12 + self.months[month].month - row["from"].month
            level, growth = (self.uniform(market, field) for field in ("level", "growth"))
            limit = Fraction(row["value"] / 12 * level * (1 + growth) ** (since / 12))
            offered = sum(supplied[p] for p in inside)
            if offered > limit:
                shares = [min(s, limit / offered) if p in inside else s for p, s in enumerate(shares)]
        return [one * share for one, share in zip(supplied, shares, strict=True)]

    def uniform(self, market, field):
        u = uniforms(self.seed, [f"markets.{market['id']}.{field}"], np.array([self.row]))[0, 0]
        return market[field]["low"] + u * (market[field]["high"] - market[field]["low"])


@settings(PROPERTY, max_examples=120)
@given(data=worlds(), seed=st.integers(0, 10**6))
def test_starts_levels_and_targets(data, seed):
    """Events to the minute, volumes within 1e-9 x N/12 for every phase and month, targets from the sums."""
    names, draws = drawn(data, ROWS, seed)
    output = simulate(names.plan, draws)
    judged = judge(names.plan, output)
    season = data["scenario"]["season"]
    for row in range(ROWS):
        slow = Slow(data, draws, row, seed)
        realised = draws.terms.ahead[row]
        wanted = [
            CANCELLED if not goes else BEYOND if s is None else s
            for goes, (_, s) in zip(realised, slow.begins, strict=True)
        ]
        assert output.starts[row].tolist() == wanted
        assert draws.announced[row].tolist() == [promise for promise, _ in slow.begins]
        levels = slow.levels()
        room = 1e-9 * np.maximum(draws.terms.nameplate[row], 1e-300) / 12
        off = np.abs(output.levels[:, row] - levels.astype(float))
        assert (off <= room[None, :, None]).all(), np.argwhere(off > room[None, :, None])
        weights = [Fraction(season[day.month - 1]) / sum(map(Fraction, season)) * 12 for day in slow.months[:-1]]
        made = sum(sum(levels[8, :, month]) * weight for month, weight in enumerate(weights))
        rate = 12 * sum(levels[8, :, -1])
        at = due(data["targets"][2]["at"])
        room_of = sum(
            slow.term("built", p) * slow.term("nameplate", p)
            for p, (_, s) in enumerate(slow.begins)
            if s is not None and s <= at
        )
        np.testing.assert_allclose(judged.values[row], [float(made), float(rate), float(room_of)], rtol=1e-9, atol=1e-6)


def test_the_slow_way_knows_a_case_by_hand():
    """A plant of 1,000 a month due on 31 January, 14 days late, linear over 28 days: 100/800 of a half of February."""
    days = {"law": "fixed", "unit": "days"}
    plant = {"id": "p0", "region": "east", "nameplate": 12_000, "announced": date(2023, 1, 31)}
    plant |= {"slip": days | {"value": 14}, "ramp": {"shape": "linear", "duration": days | {"value": 28}}}
    head = {"id": "w", "title": "w", "as_of": START, "start": START, "end": date(2023, 4, 1), "season": [1.0] * 12}
    target = {"id": "some", "measure": "capacity", "at": START, "at_least": 1}
    data = {"schema": 1, "scenario": head, "plants": [plant], "targets": [target]}
    _, draws = drawn(data, 1)
    levels = Slow(data, draws, 0, 1).levels()
    assert levels[0, 0].tolist() == [0, 1_000, 1_000]
    assert levels[3, 0].tolist() == [0, 500, 1_000]
    assert levels[8, 0].tolist() == [0, 125, Fraction(27_500, 31)]
