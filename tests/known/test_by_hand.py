"""Whole scenarios without chance, one a concept, worked by hand; no expected number comes from the program.

The play begins on 2023-01-01 unless the text says otherwise. In minutes of 1,440 a day: January has 44,640,
February 40,320 (ends at 84,960), March 44,640 (ends at 129,600), April 43,200 (ends at 172,800). A month of
duration is 43,830. Expected volumes are shares of N/12, one a month.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from playing import BY_HAND, LOSSES, agree, judged, minutes, played

from nevsim.arrays import BEYOND, CANCELLED

HALF = Fraction(1, 2)
JANUARY, FEBRUARY, MARCH = 44_640, 40_320, 44_640
END_OF_JANUARY, END_OF_FEBRUARY, END_OF_MARCH = 44_640, 84_960, 129_600


@pytest.mark.parametrize("name", sorted(file.stem for file in BY_HAND.glob("*.toml")))
def test_losses_add_up_to_what_is_missing(name):
    """promised - every loss = sold, for every phase and month; no N/12 in these files is under 1,000."""
    _, output = played(name)
    left = output.promised - sum(output.losses[loss] for loss in LOSSES)
    np.testing.assert_allclose(left, output.sold, rtol=0, atol=1e-9 * 1_000)


# Announced


def test_step_on_time():
    """15 March 2023 ends at (31 + 28 + 15) x 1,440 = 106,560; 16 of 31 days are left, then 21 months."""
    for phase in ("mid-march", "no-duration"):
        assert minutes("step", phase) == (106_560, 106_560)
        shares = [0, 0, Fraction(16, 31)] + [1] * 21
        agree("step", phase, 1_000, promised=shares, sold=shares)


def test_step_from_minute_zero():
    """31 December 2022 ends at minute 0 of the play: all 24 months are promised and made."""
    assert minutes("step", "minute-zero") == (0, 0)
    agree("step", "minute-zero", 1_000, promised=[1] * 24, sold=[1] * 24)


def test_calendar_year_is_the_nameplate():
    """N/12 in each of twelve months of 28, 29, 30 or 31 days: 12,000 in 2023 and in the leap year 2024."""
    plan, output = played("step")
    assert plan.edges[[1, 2, 3, 12, 14, 24]].tolist() == [d * 1_440 for d in (31, 59, 90, 365, 365 + 60, 731)]
    p = plan.phases.index("minute-zero")
    assert output.sold[0, p, :12].sum() == pytest.approx(12_000, rel=1e-12)
    assert output.sold[0, p, 12:].sum() == pytest.approx(12_000, rel=1e-12)


@pytest.mark.parametrize(
    ("phase", "days"),
    [
        ("day", 31 + 10),
        ("month", 31 + 28),
        ("quarter", 31 + 28 + 31),
        ("half", 31 + 28 + 31 + 30 + 31 + 30),
        ("year", 365),
    ],
)
def test_period_is_its_last_day(phase, days):
    """Due at minute 0 of the day after the last: 10 February is day 41, so 41 x 1,440 = 59,040."""
    assert minutes("period", phase) == (days * 1_440, days * 1_440)


def test_period_volume():
    """A quarter promises nothing until its end, then whole months; the year 2023 nothing of 2023."""
    agree("period", "quarter", 1_000, promised=[0] * 3 + [1] * 9, sold=[0] * 3 + [1] * 9)
    agree("period", "year", 1_000, promised=[0] * 12, sold=[0] * 12)


# Slip


@pytest.mark.parametrize(
    ("phase", "slip"),
    [
        ("quarter-month", 10_958),  # 43,830 / 4 = 10,957.5, to the even neighbour above
        ("three-quarters", 32_872),  # 43,830 x 3 / 4 = 32,872.5, to the even neighbour below
        ("ten-days", 14_400),
        ("two-weeks", 20_160),
    ],
)
def test_late(phase, slip):
    """A = 44,640, the end of January; February loses the slip of its 40,320 minutes and sells the rest."""
    assert minutes("late", phase) == (END_OF_JANUARY, END_OF_JANUARY + slip)
    late = Fraction(slip, FEBRUARY)
    agree("late", phase, 1_000, promised=[0, 1, 1, 1], late=[0, late, 0, 0], sold=[0, 1 - late, 1, 1])


def test_late_beyond_the_end():
    """44,640 + 525,960 lies after the end, 172,800: all that is promised is late, and the start is BEYOND."""
    assert minutes("late", "a-year") == (END_OF_JANUARY, BEYOND)
    agree("late", "a-year", 1_000, promised=[0, 1, 1, 1], late=[0, 1, 1, 1], sold=[0, 0, 0, 0])


def test_early_is_negative_lateness():
    """-1.5 x 43,830 = -65,745: S = 129,600 - 65,745 = 63,855; 84,960 - 63,855 = 21,105 of February run."""
    assert minutes("early", "much") == (END_OF_MARCH, 63_855)
    early = Fraction(21_105, FEBRUARY)
    agree("early", "much", 1_000, promised=[0, 0, 0, 1], late=[0, -early, -1, 0], sold=[0, early, 1, 1])


def test_early_by_all_that_is_left():
    """90 days before the end of 31 March is minute zero: the earliest start that a promise can have."""
    assert minutes("early", "all") == (END_OF_MARCH, 0)
    agree("early", "all", 1_000, promised=[0, 0, 0, 1], late=[-1, -1, -1, 0], sold=[1, 1, 1, 1])


def test_early_rounds_half_to_even():
    """-10,957.5 becomes -10,958: S = 118,642, and March runs 10,958 of its 44,640 minutes unpromised."""
    assert minutes("early", "little") == (END_OF_MARCH, 118_642)
    early = Fraction(10_958, MARCH)
    agree("early", "little", 1_000, promised=[0, 0, 0, 1], late=[0, 0, -early, 0], sold=[0, 0, early, 1])


# Cancelled, shrunk


def test_cancelled():
    """realised = 0: all that is promised from the end of January is cancelled, none shrunk or underused."""
    assert minutes("cancelled", "never") == (END_OF_JANUARY, CANCELLED)
    agree("cancelled", "never", 1_000, promised=[0, 1, 1, 1], cancelled=[0, 1, 1, 1], sold=[0] * 4)
    agree("cancelled", "alone", 1_000, promised=[0, 1, 1, 1], sold=[0, 1, 1, 1])


def test_cancelled_keeps_the_promise_of_its_stages():
    """Without `announced` the path promises: 2 x 43,830 = 87,660; 129,600 - 87,660 = 41,940 of March."""
    assert minutes("cancelled", "unannounced") == (87_660, CANCELLED)
    promised = [0, 0, Fraction(41_940, MARCH), 1]
    agree("cancelled", "unannounced", 1_000, promised=promised, cancelled=promised, sold=[0] * 4)


def test_shrunk():
    """b = 0.8: a fifth is shrunk, late counts b only: 0.5 x 43,830 = 21,915 of 40,320, S = 66,555."""
    assert minutes("shrunk", "smaller") == (END_OF_JANUARY, 66_555)
    late = Fraction(4, 5) * Fraction(21_915, FEBRUARY)
    agree(
        "shrunk",
        "smaller",
        1_000,
        promised=[0, 1, 1, 1],
        shrunk=[0, Fraction(1, 5), Fraction(1, 5), Fraction(1, 5)],
        late=[0, late, 0, 0],
        sold=[0, Fraction(4, 5) - late, Fraction(4, 5), Fraction(4, 5)],
    )


# Ramps


def test_ramp_linear():
    """c = x, C = x^2 / 2, R = 2 x 43,830 = 87,660; the ages at the month ends are 40,320, 84,960 and 128,160.

    February: R (40,320 / R)^2 / 2 / 40,320 = 40,320 / 175,320.
    March: (84,960^2 - 40,320^2) / (2 R) / 44,640 = (84,960 + 40,320) / 175,320.
    April: R C = 87,660 / 2 + (128,160 - 87,660) = 84,330 at its end, 84,960^2 / 175,320 at its beginning.
    """
    made = [
        0,
        Fraction(40_320, 175_320),
        Fraction(125_280, 175_320),
        (84_330 - Fraction(84_960**2, 175_320)) / 43_200,
    ]
    ramping = [promise - share for promise, share in zip([0, 1, 1, 1], made, strict=True)]
    agree("ramp-linear", "climber", 1_000, promised=[0, 1, 1, 1], ramping=ramping, sold=made)


@pytest.mark.parametrize(
    ("shape", "half", "whole"),
    [
        # c = 3x^2 - 2x^3, C = x^3 - x^4 / 2: C(1/2) = 1/8 - 1/32
        ("s-curve", Fraction(3, 32), HALF),
        # c = 1 - (1 - x)^2 = 2x - x^2, C = x^2 - x^3 / 3: C(1/2) = 1/4 - 1/24
        ("fast-start", Fraction(5, 24), Fraction(2, 3)),
        # (0, 0), (1/4, 0.1), (1/2, 0.1), (1, 1): areas 1/80 and 1/40, then 1/2 x 0.55 = 22/80
        ("points", Fraction(3, 80), Fraction(25, 80)),
    ],
)
def test_ramp_shapes(shape, half, whole):
    """R = 56 days from the end of January: x = 1/2 after the 28 days of February, and x = 59/56 after March.

    February: 56 C(1/2) / 28. March: 56 (C(1) + 3/56 - C(1/2)) / 31. April: c = 1.
    By number: 3/16 and 103/124 (s-curve), 5/12 and 86/93 (fast-start), 3/40 and 92/155 (points).
    """
    made = [0, 2 * half, (56 * (whole - half) + 3) / 31, 1]
    spelled = {
        "s-curve": (Fraction(3, 16), Fraction(103, 124)),
        "fast-start": (Fraction(5, 12), Fraction(86, 93)),
        "points": (Fraction(3, 40), Fraction(92, 155)),
    }
    assert tuple(made[1:3]) == spelled[shape]
    ramping = [0, 1 - made[1], 1 - made[2], 0]
    agree(f"ramp-{shape}", "climber", 1_000, promised=[0, 1, 1, 1], ramping=ramping, sold=made)


def test_underused():
    """Linear over the 28 days of February: half is made, half of that is run; from March half of all."""
    agree(
        "underused",
        "half",
        1_000,
        promised=[0, 1, 1, 1],
        ramping=[0, HALF, 0, 0],
        underused=[0, Fraction(1, 4), HALF, HALF],
        sold=[0, Fraction(1, 4), HALF, HALF],
    )


def test_overtime_is_negative_underuse():
    """load = 1.2: a fifth more than the rate is run."""
    more = [0, Fraction(6, 5), Fraction(6, 5), Fraction(6, 5)]
    agree(
        "underused",
        "overtime",
        1_000,
        promised=[0, 1, 1, 1],
        underused=[0] + [-Fraction(1, 5)] * 3,
        sold=more,
    )


# Operating at minute zero

JANUARY_CLIMB, FEBRUARY_CLIMB = Fraction(31, 118), Fraction(90, 118)
"""Means of a linear ramp over 59 days: 31^2 / 118 / 31 = 31/118, then (59^2 - 31^2) / 118 / 28 = 90/118."""


@pytest.mark.parametrize(
    ("phase", "share", "built", "way"),
    [
        ("grows", Fraction(4, 10), 1, Fraction(5, 10)),
        ("half-built", Fraction(4, 10), HALF, Fraction(5, 10)),
        ("shrinks", Fraction(9, 10), 1, -Fraction(5, 10)),
    ],
)
def test_operating_along_a_ramp(phase, share, built, way):
    """Promised w N/12; ramped b (w + (to - w) c); with `way` = to - w, growth is a negative ramping loss."""
    assert minutes("operating-ramp", phase) == (0, 0)
    more = [built * way * climb for climb in (JANUARY_CLIMB, FEBRUARY_CLIMB, 1, 1)]
    agree(
        "operating-ramp",
        phase,
        1_000,
        promised=[share] * 4,
        shrunk=[(1 - built) * share] * 4,
        ramping=[-step for step in more],
        sold=[built * share + step for step in more],
    )


@pytest.mark.parametrize("phase", ["steady", "unreached"])
def test_operating_without_a_ramp_stays(phase):
    """Share 0.6 and no ramp: 0.6 N/12 is promised and made, whatever `to` says."""
    agree("operating-flat", phase, 1_000, promised=[Fraction(6, 10)] * 4, sold=[Fraction(6, 10)] * 4)


# Stages


def test_stages_chain():
    """43,830 + 21,915 = 65,745 is start and promise: 84,960 - 65,745 = 19,215 minutes of February."""
    assert minutes("stages-chain", "unannounced") == (65_745, 65_745)
    shares = [0, Fraction(19_215, FEBRUARY), 1, 1]
    agree("stages-chain", "unannounced", 1_000, promised=shares, sold=shares)


def test_stages_against_a_promise():
    """Promised for the end of January, 44,640, done at 65,745: 21,105 minutes of February are late."""
    assert minutes("stages-chain", "announced") == (END_OF_JANUARY, 65_745)
    late = Fraction(21_105, FEBRUARY)
    agree(
        "stages-chain",
        "announced",
        1_000,
        promised=[0, 1, 1, 1],
        late=[0, late, 0, 0],
        sold=[0, 1 - late, 1, 1],
    )


def test_stage_lasts_a_minute_at_least():
    """A stage of 0 months ends at minute 1, and so does its path: 44,639 of 44,640 minutes."""
    assert minutes("stages-chain", "instant") == (1, 1)
    shares = [Fraction(44_639, JANUARY), 1, 1, 1]
    agree("stages-chain", "instant", 1_000, promised=shares, sold=shares)


def test_stages_diamond():
    """Ground to 43,830; hall to 65,745, lines to 87,660; trial waits for both: 87,660 + 21,915 = 109,575.

    Promised for 84,960: 109,575 - 84,960 = 24,615 minutes of March are late.
    """
    assert minutes("stages-diamond", "diamond") == (END_OF_FEBRUARY, 109_575)
    late = Fraction(24_615, MARCH)
    agree(
        "stages-diamond",
        "diamond",
        1_000,
        promised=[0, 0, 1, 1],
        late=[0, 0, late, 0],
        sold=[0, 0, 1 - late, 1],
    )


def test_stages_in_parallel():
    """All three begin at minute 0 and end at 43,830, 65,745 and 10,958: the latest is the start."""
    assert minutes("stages-parallel", "beside") == (65_745, 65_745)
    shares = [0, Fraction(19_215, FEBRUARY), 1, 1]
    agree("stages-parallel", "beside", 1_000, promised=shares, sold=shares)


def test_stages_begin_later():
    """From 1 February, 44,640: hall to 66,555, permit to 55,598; 84,960 - 66,555 = 18,405 of February."""
    assert minutes("stages-begins", "unannounced") == (66_555, 66_555)
    made = [0, Fraction(18_405, FEBRUARY), 1, 1]
    agree("stages-begins", "unannounced", 1_000, promised=made, sold=made)
    assert minutes("stages-begins", "announced") == (END_OF_JANUARY, 66_555)
    late = [0, Fraction(21_915, FEBRUARY), 0, 0]
    agree("stages-begins", "announced", 1_000, promised=[0, 1, 1, 1], late=late, sold=made)


# Phases


@pytest.mark.parametrize(("phase", "twelfth"), [("base.one", 1_000), ("base.two", 2_000)])
def test_phases_share_promise_slip_load_and_ramp(phase, twelfth):
    """A = 31 days, S = 45 days, R = 28 days; in days, 28 x (14/28)^2 / 2 = 3.5 of February is made.

    March ends at age 45: 14 + (45 - 28) - 3.5 = 27.5 made of 31. Half of what is made is run.
    """
    assert minutes("phases", phase) == (31 * 1_440, 45 * 1_440)
    run = [0, Fraction(7, 112), Fraction(55, 124), HALF]
    agree(
        "phases",
        phase,
        twelfth,
        promised=[0, 1, 1, 1],
        late=[0, HALF, 0, 0],
        ramping=[0, HALF - Fraction(1, 8), Fraction(7, 62), 0],
        underused=run,
        sold=run,
    )


def test_phase_with_its_own_promise_has_no_slip():
    """Its `announced` replaces promise and slip together: A = S = 59 days; March: 14 + 3 = 17 made of 31."""
    assert minutes("phases", "base.own-promise") == (59 * 1_440, 59 * 1_440)
    run = [0, 0, Fraction(17, 62), HALF]
    agree(
        "phases",
        "base.own-promise",
        1_000,
        promised=[0, 0, 1, 1],
        ramping=[0, 0, Fraction(14, 31), 0],
        underused=run,
        sold=run,
    )


def test_phase_with_its_own_ramp_keeps_the_slip():
    """A step from day 45: half of February is late, and half of the rest is run."""
    assert minutes("phases", "base.own-ramp") == (31 * 1_440, 45 * 1_440)
    run = [0, Fraction(1, 4), HALF, HALF]
    agree("phases", "base.own-ramp", 1_000, promised=[0, 1, 1, 1], late=[0, HALF, 0, 0], underused=run, sold=run)


# Limits


def test_market_is_shared_in_proportion():
    """2,000 a month. January: 1,000 ask, all is sold. Then 1,000 + 3,000 ask, and each sells half."""
    agree("market", "small", 1_000, promised=[1] * 4, unsold=[0] + [HALF] * 3, sold=[1, HALF, HALF, HALF])
    agree("market", "large", 3_000, promised=[0, 1, 1, 1], unsold=[0] + [HALF] * 3, sold=[0] + [HALF] * 3)
    agree("market", "outside", 1_000, promised=[1] * 4, sold=[1] * 4)


def test_market_grows_from_the_row_in_force():
    """2,000 a month meet no limit in January, then 1,000 x 1.21^(m/12), m months after February 2023.

    After six months 1,000 x 1.1 = 1,100 (August 2023); from February 2024 500 x 1.21^(m/12), m counted anew.
    """
    limits = [2_000.0] + [1_000 * 1.21 ** (m / 12) for m in range(12)] + [500.0, 500 * 1.21 ** (1 / 12)]
    assert limits[7] == pytest.approx(1_100, rel=1e-15)
    sold = [limit / 2_000 for limit in limits]
    agree("market-growth", "plant", 2_000, promised=[1] * 15, unsold=[1 - share for share in sold], sold=sold)


@pytest.mark.parametrize(
    ("phase", "sold"), [("first-only", HALF), ("both", Fraction(1, 4)), ("second-only", Fraction(1, 4))]
)
def test_markets_overlap_in_one_pass(phase, sold):
    """1,000 for 2,000 is a half, 500 for 2,000 a quarter; in both, the smaller; the rest is not reshared."""
    agree("markets-overlap", phase, 1_000, promised=[1, 1], unsold=[1 - sold] * 2, sold=[sold] * 2)


def test_season_weighs_every_term():
    """Weights 4, 0, 2, 2, ... have mean 2: 2, 0, 1, 1. January is twice 21/31, 5/31 late, 1/2 sold."""
    agree(
        "season",
        "plant",
        1_000,
        promised=[Fraction(42, 31), 0, 1, 1],
        late=[Fraction(10, 31), 0, 0, 0],
        unsold=[Fraction(32, 31) - 1, 0, HALF, HALF],
        sold=[1, 0, HALF, HALF],
    )


def test_every_loss_in_order():
    """N/12 = 1,000, b = 0.8, S at half of February, linear over 28 days, load 0.5, cells for 200, a market for 150.

    February: 1,000 - 200 shrunk - 400 late = 400 running; 800 x 3.5 / 28 = 100 ramped; 50 run, all sold.
    March: 800 running; 800 x 27.5 / 31 = 22,000/31 ramped; 11,000/31 run; 200 supplied; 150 sold.
    April: 800 ramped; 400 run; 200 supplied; 150 sold.
    """
    agree(
        "every-loss",
        "plant",
        1_000,
        promised=[0, 1, 1, 1],
        shrunk=[0, Fraction(200, 1_000), Fraction(200, 1_000), Fraction(200, 1_000)],
        late=[0, Fraction(400, 1_000), 0, 0],
        ramping=[0, Fraction(300, 1_000), Fraction(800, 1_000) - Fraction(22, 31), 0],
        underused=[0, Fraction(50, 1_000), Fraction(11, 31), Fraction(400, 1_000)],
        short=[0, 0, Fraction(11, 31) - Fraction(200, 1_000), Fraction(200, 1_000)],
        unsold=[0, 0, Fraction(50, 1_000), Fraction(50, 1_000)],
        sold=[0, Fraction(50, 1_000), Fraction(150, 1_000), Fraction(150, 1_000)],
    )


def test_hazard_of_no_severity_takes_nothing():
    """Severity 0: the linear ramp of 28 days fills February with a half, then all; nothing is stopped."""
    made = [0, HALF, 1, 1]
    agree("harmless-hazard", "plant", 1_000, promised=[0, 1, 1, 1], ramping=[0, HALF, 0, 0], sold=made)


def test_nameplate_not_stated():
    """It promises and makes nothing, starts all the same, and adds nothing to the 12,000 of the other."""
    assert minutes("not-stated", "silent") == (END_OF_JANUARY, END_OF_JANUARY)
    agree("not-stated", "silent", 1_000, promised=[0] * 4, sold=[0] * 4)
    assert judged("not-stated") == {
        "started": (2.0, True),
        "silent-started": (1.0, True),
        "capacity": (12_000.0, True),
    }


def test_cancelled_with_what_it_waits_for():
    """The second plant (N/12 = 2,000, promised for the end of February) waits for the start of the first."""
    assert minutes("cancelled", "waiting") == (END_OF_FEBRUARY, CANCELLED)
    agree("cancelled", "waiting", 2_000, promised=[0, 0, 1, 1], cancelled=[0, 0, 1, 1], sold=[0] * 4)


def test_crew_makes_wait_and_waiting_is_late():
    """First and second ask at 0, the third plant at 21,915 (after its permit); the cancelled one never asks.

    First to 43,830, second to 87,660, the third to 87,660 + 10,958 = 98,618, promised for 21,915 + 10,958 =
    32,873.
    """
    assert minutes("crew", "never") == (43_830, CANCELLED)
    assert minutes("crew", "first") == (43_830, 43_830)
    assert minutes("crew", "second") == (43_830, 87_660)
    assert minutes("crew", "asks-later") == (32_873, 98_618)
    for phase, january, march in (
        ("second", 44_640 - 43_830, 87_660 - 84_960),
        ("asks-later", 44_640 - 32_873, 98_618 - 84_960),
    ):
        late = [Fraction(january, JANUARY), 1, Fraction(march, MARCH), 0]
        promised = [Fraction(january, JANUARY), 1, 1, 1]
        agree("crew", phase, 1_000, promised=promised, late=late, sold=[0, 0, 1 - Fraction(march, MARCH), 1])


def test_stages_wait_for_other_plants():
    """First: 44,640 + 21,915 = 66,555, late. Second: + 21,915 = 88,470. Third: + 10,958 twice = 110,386.

    The promise of the second and the third is the path through the first with its slip, so neither is late.
    """
    assert minutes("stages-between-plants", "first") == (END_OF_JANUARY, 66_555)
    assert minutes("stages-between-plants", "second") == (88_470, 88_470)
    assert minutes("stages-between-plants", "third") == (110_386, 110_386)
    for phase, left in (("second", 41_130), ("third", 19_214)):
        shares = [0, 0, Fraction(left, MARCH), 1]
        agree("stages-between-plants", phase, 1_000, promised=shares, sold=shares)


def test_supply_is_shared_by_need():
    """A month has 24 x 0.5 / 12 = 1, from March 2. Needs: 1,000 x 0.001 = 1, and from February 4 more, 5 in
    all.
    """
    light, heavy = [1, Fraction(1, 5), Fraction(2, 5)], [0, Fraction(1, 5), Fraction(2, 5)]
    agree("supply", "light", 1_000, promised=[1] * 3, short=[0, Fraction(4, 5), Fraction(3, 5)], sold=light)
    agree("supply", "heavy", 1_000, promised=[0, 1, 1], short=[0, Fraction(4, 5), Fraction(3, 5)], sold=heavy)
    agree("supply", "without", 1_000, promised=[1] * 3, sold=[1] * 3)


# Targets

TARGETS = [
    # One plant from 31 January, a second from 31 December 2023, 1,000 a month each: 11 months, then 24
    ("target-output", "year-one", 11_000, True),
    ("target-output", "year-two", 24_000, True),
    ("target-output", "one-plant", 12_000, False),
    ("target-output", "window", 2_000, True),
    # 11,000.000005 (1 - 1e-9) = 10,999.999994; 11,000.00002 (1 - 1e-9) = 11,000.000009
    ("target-output", "by-a-hair", 11_000, True),
    ("target-output", "not-by-a-hair", 11_000, False),
    # 500 a month from July 2023: 5,000 + 6 x 500; 2,000 + 3 x 500; 500
    ("target-already", "year", 8_000, True),
    ("target-already", "window", 3_500, False),
    ("target-already", "inside", 500, True),
    # February makes 500 (a linear ramp), March 1,000; the weights 2, 0, 1, 1 do not enter; T in (e, e']
    ("target-run-rate", "january", 0, False),
    ("target-run-rate", "february-begins", 6_000, True),
    ("target-run-rate", "february-ends", 6_000, False),
    ("target-run-rate", "march-begins", 12_000, True),
    # 24,000 runs (whatever its share); 0.5 x 12,000 starts as 10 February ends; one is cancelled
    ("target-capacity", "day-before", 24_000, False),
    ("target-capacity", "the-day", 30_000, True),
    ("target-capacity", "one-plant", 6_000, True),
    # Starts at 59 x 1,440 = 84,960, at 84,961, and at the end, 172,800; the running plant does not count
    ("target-start", "exact", 1, True),
    ("target-start", "day-before", 0, False),
    ("target-start", "minute-late", 0, False),
    ("target-start", "two-of-all", 2, True),
    ("target-start", "all-too-early", 2, False),
    ("target-start", "all", 3, True),
    # Premium 1,000 from March, plain 3,000 from February: 0/0, 0/3,000, 1,000/4,000, 1,000/7,000
    ("target-share", "of-nothing", 0, False),
    # From 0.4 to 0 in January: nothing at all in March, so a share of nothing
    ("target-share", "closed", 0, False),
    ("target-share", "none-yet", 0, False),
    ("target-share", "march", Fraction(1, 4), True),
    ("target-share", "both-months", Fraction(1, 7), False),
    # 3 stand; two more at 43,830 (day 30.4), two at 87,660 (day 60.9), the last at 131,490 (day 91.3)
    ("target-count", "none", 3, False),
    ("target-count", "two", 5, True),
    ("target-count", "still-two", 5, False),
    ("target-count", "four", 7, True),
    ("target-count", "still-four", 7, False),
    ("target-count", "five", 8, True),
    # From 44,640, one team, 0.5 x 2 months each: at 88,470 (day 61.4) and 132,300 (day 91.9)
    ("target-count", "slow-none", 0, False),
    ("target-count", "slow-one", 1, True),
    ("target-count", "slow-two", 2, True),
]


@pytest.mark.parametrize(("name", "target", "value", "hit"), TARGETS)
def test_target(name, target, value, hit):
    """Each line of TARGETS follows the arithmetic written above it."""
    measured, found = judged(name)[target]
    assert measured == pytest.approx(float(value), rel=1e-12, abs=1e-12)
    assert found is hit


def test_start_a_minute_late():
    """28 days are 40,320 minutes, 28.000694... days 40,321; the end, 172,800, is itself still played."""
    assert minutes("target-start", "exact") == (END_OF_JANUARY, 84_960)
    assert minutes("target-start", "minute-late") == (END_OF_JANUARY, 84_961)
    assert minutes("target-start", "at-the-end") == (172_800, 172_800)
