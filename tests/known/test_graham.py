"""Graham's anomalies: with shared crews, more work, shorter work or one crew more can each do the opposite.

R. L. Graham, Bounds for certain multiprocessing anomalies, Bell System Technical Journal 45 (1966) 1563, and Bounds on
multiprocessing timing anomalies, SIAM Journal on Applied Mathematics 17 (1969) 416.
"""

from __future__ import annotations

from datetime import date

import pytest
from scenes import DAY, played, world

END = date(2023, 2, 1)
"""31 days: January 2023."""


def days(value):
    return {"law": "fixed", "value": value, "unit": "days"}


def ends(plants, crews):
    """The days on which the plants start, and the plant-days that they run in January, of 31 each."""
    _, output = played(world(plants, end=END) | {"crews": [{"id": "crew", "count": crews}]}, 1)
    made = output.sold[0, :, 0].sum() / 1_000 * 31
    return [float(start) / DAY for start in output.starts[0]], made


# One plant later: another, and the total, earlier


def two_plants(permit):
    """`large` needs a permit and 20 days of the crew; `small` 5 days of preparation and 2 of the crew."""
    stages = [
        [{"id": "permit", "duration": days(permit)}, {"id": "build", "duration": days(20), "crew": "crew"}],
        [{"id": "prepare", "duration": days(5)}, {"id": "build", "duration": days(2), "crew": "crew"}],
    ]
    return [
        {"id": name, "nameplate": 12_000, "stages": mine} for name, mine in zip(("large", "small"), stages, strict=True)
    ]


def test_a_longer_permit_of_one_plant_brings_another_and_the_total_forward():
    """Permit on day 4: large has the crew 4 to 24, small waits from 5 to 24 and builds to 26: 7 + 5 days are run.

    Permit on day 6, two days later: small has the crew 5 to 7, large 7 to 27: 4 + 24 days are run. Large starts three
    days later, small nineteen earlier, and January makes 28 days' worth in place of 12.
    """
    (early, made), (late, made_later) = ends(two_plants(4), 1), ends(two_plants(6), 1)
    assert (early, late) == ([24, 26], [27, 7])
    assert made == pytest.approx(12)
    assert made_later == pytest.approx(28)


def test_with_a_crew_for_each_a_longer_permit_is_no_help():
    """Nobody waits: large starts on day 24 or 26, small on day 7."""
    assert ends(two_plants(4), 2)[0] == [24, 7]
    assert ends(two_plants(6), 2)[0] == [26, 7]


# Graham's nine tasks: 3, 2, 2, 2, 4, 4, 4, 4 and 9; the ninth after the first, the fifth to eighth after the fourth

TIMES = (3, 2, 2, 2, 4, 4, 4, 4, 9)
AFTER = {9: 1, 5: 4, 6: 4, 7: 4, 8: 4}


def nine(times, after=AFTER):
    """Nine plants of one stage, each with a crew, in the order of Graham's list."""
    plants = []
    for number, time in enumerate(times, start=1):
        waits = [f"t{after[number]}.main"] if number in after else []
        stage = {"id": "work", "duration": days(time), "after": waits, "crew": "crew"}
        plants.append({"id": f"t{number}", "nameplate": 12_000, "stages": [stage]})
    return plants


def test_nine_tasks_on_three_crews():
    """t1 to t3 begin; t4 on day 2; t9 on day 3; t5 and t6 on day 4; t7 and t8 on day 8: all done on day 12."""
    assert ends(nine(TIMES), 3)[0] == [3, 2, 2, 4, 8, 8, 12, 12, 12]


def test_a_fourth_crew_makes_it_longer():
    """t4 ends on day 2 and t5 to t7 take the crews that are free then; t8 asked on day 2, t9 on day 3.

    So t8 has the crew of t1, and t9 waits until t5 ends on day 6: done on day 15, not 12.
    """
    assert ends(nine(TIMES), 4)[0] == [3, 2, 2, 2, 6, 6, 6, 7, 15]


def test_shorter_times_make_it_longer():
    """A day less for each. t1 and t4 end on day 2, so t5 to t9 ask at once, and t9 is the last of the list.

    t5 to t7 work 2 to 5, t8 to 8, t9 from 5 to 13: done on day 13, not 12.
    """
    assert ends(nine([time - 1 for time in TIMES]), 3)[0] == [2, 1, 1, 2, 5, 5, 5, 8, 13]


def test_one_longer_time_makes_it_shorter():
    """Of these shorter times, t4 takes a day more, to day 3: t9 finds a crew free on day 2 and ends on day 10.

    t5 and t6 work 3 to 6, t7 and t8 6 to 9: all is done on day 10 in place of 13.
    """
    times = [time - 1 for time in TIMES]
    times[3] += 1
    assert ends(nine(times), 3)[0] == [2, 1, 1, 3, 6, 6, 9, 9, 10]


def test_fewer_waits_make_it_longer():
    """t5 and t6 wait for nothing, so both ask on day 0: t4 and t5 begin on day 2, t6 on day 3.

    t9 asked on day 3, before t7 and t8 on day 4: it works 4 to 13, they 6 to 10 and 7 to 11. Done on day 13, not 12;
    Graham's list, by which t7 goes before t9 whoever asked first, ends on day 16.
    """
    assert ends(nine(TIMES, {9: 1, 7: 4, 8: 4}), 3)[0] == [3, 2, 2, 4, 6, 7, 10, 11, 13]
