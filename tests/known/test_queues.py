"""Stages that queue for crews: schedules by hand, recursions of the queue G/G/k, and a pure death process."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from scenes import DAY, MONTH, events, near, world

from nevsim.arrays import BEYOND

END = date(2030, 1, 1)


def days(value):
    return {"law": "fixed", "value": value, "unit": "days"}


def job(name, length, ready=None):
    """A plant of one stage that the crew does, which is ready when a stage without crew has ended."""
    way = [] if ready is None else [{"id": "way", "duration": ready}]
    return {"id": name, "stages": [*way, {"id": "work", "duration": length, "crew": "crew"}]}


def crewed(plants, count, end=END):
    return world(plants, end=end) | {"crews": [{"id": "crew", "count": count}]}


def begun(plants, count):
    """The days on which the stages with the crew begin, and those on which the plants start, of one replication."""
    names, _, play = events(crewed(plants, count), 1)
    held = [number for number, stage in enumerate(names.plan.stages) if stage.crew is not None]
    return [list(map(float, found / DAY)) for found in (play.granted[0, held], play.starts[0])]


# By hand


def test_two_jobs_and_one_crew():
    """10 and 4 days, both ready at once: the first of the file works to day 10, the other waits and ends on day 14."""
    long, short = job("long", days(10)), job("short", days(4))
    assert begun([long, short], 1) == [[0, 10], [10, 14]]
    assert begun([short, long], 1) == [[0, 4], [4, 14]]
    assert begun([long, short], 2) == [[0, 0], [10, 4]]


def test_who_asked_first_goes_first():
    """Ready on days 3 and 2: the second of the file works 2 to 6, the first 6 to 16; no gap, no wait the other way."""
    assert begun([job("a", days(10), days(3)), job("b", days(4), days(2))], 1) == [[6, 2], [16, 6]]
    assert begun([job("a", days(10), days(7)), job("b", days(4), days(2))], 1) == [[7, 2], [17, 6]]


def test_a_list_on_two_crews():
    """5, 3, 8, 2, 6 and 4 days. Two begin; free on day 3 (to 11), 5 (to 7), 7 (to 13), 11 (to 15)."""
    lengths = [5, 3, 8, 2, 6, 4]
    found = begun([job(f"j{i}", days(length)) for i, length in enumerate(lengths)], 2)
    assert found == [[0, 0, 3, 5, 7, 11], [5, 3, 11, 7, 13, 15]]


def test_crews_that_come_free_at_once():
    """Four days each, six jobs, three crews: 0 to 4 and 4 to 8."""
    assert begun([job(f"j{i}", days(4)) for i in range(6)], 3) == [[0, 0, 0, 4, 4, 4], [4, 4, 4, 8, 8, 8]]


# The three rounds of a minute


@pytest.mark.parametrize(
    ("late", "wanted"),
    [(True, [[11, 13, 0, 10], [13, 16, 10, 10, 11]]), (False, [[10, 12, 0], [12, 15, 10, 10]])],
)
def test_what_is_asked_in_the_minute_of_a_release(late, wanted):
    """The crew comes free on day 10. `late` asked on day 9; `early` and `timed` ask on day 10, each its own way.

    `early` waits for the start of a plant whose second stage ends on day 10: it asks after `timed` in the course of
    that minute, and perhaps after the release, but stands above it in the file. So late 10-11, early 11-13 and timed
    13-16; without late, early 10-12 and timed 12-15.
    """
    early = {"id": "work", "duration": days(2), "crew": "crew", "after": ["last.main"]}
    plants = [
        {"id": "early", "stages": [early]},
        job("timed", days(3), days(10)),
        job("holder", days(10)),
        {"id": "last", "stages": [{"id": "s", "duration": days(1)}, {"id": "t", "duration": days(9)}]},
        job("late", days(1), days(9)),
    ]
    assert begun(plants if late else plants[:-1], 1) == wanted


@pytest.mark.parametrize(("ready", "wanted"), [(3, [[0, 6, 4], [8, 6]]), (4, [[0, 4, 6], [6, 8]])])
def test_a_stage_that_asks_again_as_it_releases(ready, wanted):
    """Two stages of 4 and 2 days with the crew, and a job of 2 days that asks on day 3, or on day 4 as the second does.

    Who asked on day 3 goes first; of those of day 4 the first of the file, whether it had the crew or not.
    """
    both = [{"id": "one", "duration": days(4), "crew": "crew"}, {"id": "two", "duration": days(2), "crew": "crew"}]
    assert begun([{"id": "chain", "stages": both}, job("other", days(2), days(ready))], 1) == wanted


def test_the_queue_is_by_the_minute_asked_not_by_the_file():
    """The crew is held to day 9; z, y and x asked on days 1, 2 and 3 and stand the other way round in the file."""
    plants = [job("x", days(1), days(3)), job("y", days(1), days(2)), job("z", days(1), days(1)), job("h", days(9))]
    assert begun(plants, 1)[0] == [11, 10, 9, 0]


def test_a_cancelled_plant_asks_for_nothing():
    """It would have had the crew for the first ten days."""
    plants = [job("never", days(10)) | {"realised": 0}, job("other", days(4))]
    assert events(crewed(plants, 1), 1)[2].granted[0].tolist() == [BEYOND, 0]


# Recursions, replication by replication and minute by minute

READY = {
    "uniform": {"law": "uniform", "low": 0, "high": 40, "unit": "days"},
    "whole days": {"law": "choice", "values": list(range(1, 13)), "unit": "days"},
}
WORK = {
    "exponential": {"law": "exponential", "mean": 3, "unit": "days"},
    "whole days": {"law": "choice", "values": [1, 2, 3, 7], "unit": "days"},
}


def recursion(ready, lengths, crews):
    """The minutes at which jobs begin: each, in the order of asking, takes the crew that comes free first.

    The ordered workload vector of J. Kiefer and J. Wolfowitz, On the theory of queues with many servers, Trans. Amer.
    Math. Soc. 78 (1955) 1, as minutes; with one crew that of D. V. Lindley, The theory of queues with a single server,
    Proc. Camb. Phil. Soc. 48 (1952) 277.
    """
    free = [0] * crews
    begins = [0] * len(ready)
    for number in sorted(range(len(ready)), key=lambda number: (ready[number], number)):
        begins[number] = max(ready[number], free[0])
        free[0] = begins[number] + lengths[number]
        free.sort()
    return begins


def test_the_recursion_by_hand():
    """One server, 2 days each, at 0, 1 and 9: 0, 2, 9 (waits 0, 1, 0). Two servers, 4 days, at 0, 1, 2: 0, 1, 4."""
    assert recursion([0, 1, 9], [2, 2, 2], 1) == [0, 2, 9]
    assert recursion([0, 1, 2], [4, 4, 4], 2) == [0, 1, 4]


@pytest.mark.parametrize("crews", [1, 2, 5])
@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize("ready", READY)
def test_minutes_of_a_queue_by_recursion(ready, work, crews):
    """Thirty jobs, half of them known to be ready at once, 20 replications: every minute granted, exactly."""
    plants = [job(f"j{i}", WORK[work], READY[ready] if i % 2 else None) for i in range(30)]
    names, draws, play = events(crewed(plants, crews), 20, seed=61)
    held = [number for number, stage in enumerate(names.plan.stages) if stage.crew is not None]
    ways = {stage.phase: number for number, stage in enumerate(names.plan.stages) if stage.crew is None}
    waits = 0
    for lengths, granted in zip(draws.stages.tolist(), play.granted.tolist(), strict=True):
        asked = [lengths[ways[i]] if i in ways else 0 for i in range(30)]
        found = [granted[number] for number in held]
        assert found == recursion(asked, [lengths[number] for number in held], crews)
        waits += sum(begin > ask for begin, ask in zip(found, asked, strict=True))
    assert waits > 40, "hardly anybody waited"


# A pure death process


@pytest.mark.parametrize("crews", [1, 3, 7])
def test_jobs_that_all_wait_at_once_are_a_death_process(crews):
    """Seven exponential jobs of mean m on k crews: with i left, one ends at the rate min(k, i) / m.

    The j-th end is a sum of independent exponentials of means m / min(k, 7 - i), i < j (W. Feller, An Introduction to
    Probability Theory, vol. 1, 1968, XVII.5).
    """
    runs, mean = 1_500, 0.5
    plants = [job(f"j{i}", {"law": "exponential", "mean": mean}) for i in range(7)]
    ends = np.sort(events(crewed(plants, crews), runs, seed=62)[2].starts, axis=1) / MONTH
    stays = [mean / min(crews, 7 - i) for i in range(7)]
    for j in range(1, 8):
        near(ends[:, j - 1].mean(), sum(stays[:j]), math.sqrt(sum(stay**2 for stay in stays[:j]) / runs))
