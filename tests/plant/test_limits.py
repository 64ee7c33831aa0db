"""Markets share out in proportion and in one pass; outages multiply."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import PROPERTY

from nevsim.plant.limits import shares_left, sum_over
from nevsim.plant.outage import rate_left

amounts = st.integers(0, 4).map(lambda n: 250.0 * n)


def shared(supplied, limits, members):
    """The shares of one replication and month, (p)."""
    found = shares_left(
        np.array(supplied)[None, :, None], np.array(limits)[None, :, None], np.array(members, float)[None]
    )
    return found[0, :, 0]


@pytest.mark.parametrize(
    ("supplied", "limits", "members", "shares"),
    [
        ([300, 100], [200], [[1, 1]], [1 / 2, 1 / 2]),  # 200 of 400
        ([300, 100], [400], [[1, 1]], [1, 1]),  # just enough
        ([300, 100], [200], [[0, 1]], [1, 1]),  # it limits the second alone, which has enough
        ([300, 100], [0], [[1, 0]], [0, 1]),  # nothing can be sold
        ([0, 0], [0], [[1, 1]], [1, 1]),  # nobody needs it
        ([300, 100], [math.inf], [[1, 1]], [1, 1]),  # no limit yet
        ([400, 400, 400], [400, 200], [[1, 1, 0], [0, 1, 1]], [1 / 2, 1 / 4, 1 / 4]),  # the smaller; not reshared
    ],
)
def test_shares_by_hand(supplied, limits, members, shares):
    """min(1, limit / supplied by all), the smallest over a phase's markets; a limit that nobody needs is 1."""
    assert shared([float(x) for x in supplied], [float(x) for x in limits], members).tolist() == shares


@PROPERTY
@given(data=st.data(), phases=st.integers(1, 4), markets=st.integers(1, 3))
def test_no_market_sells_more_than_it_takes(data, phases, markets):
    """Nor does a phase sell more than it supplies; and a market that takes all cuts nothing by itself."""
    supplied = data.draw(st.lists(amounts, min_size=phases, max_size=phases))
    limits = data.draw(st.lists(amounts, min_size=markets, max_size=markets))
    members = data.draw(
        st.lists(st.lists(st.booleans(), min_size=phases, max_size=phases), min_size=markets, max_size=markets)
    )
    share = shared(supplied, limits, members)
    assert ((share >= 0) & (share <= 1)).all()
    sold = share * supplied
    tight = np.zeros(phases, bool)
    for limit, inside in zip(limits, members, strict=True):
        assert sold[inside].sum() <= limit * (1 + 1e-12)
        if np.array(supplied)[inside].sum() > limit:
            tight |= inside
    assert (share[~tight] == 1).all()
    assert (share[tight] < 1).all()


def test_sums_run_in_file_order():
    """0.1 + 0.2 + 0.3 is 0.6000000000000001 from the left and 0.6 from the right: the order shows."""
    volume = np.array([0.1, 0.2, 0.3])[None, :, None]
    assert sum_over(volume, np.ones(3, bool))[0, 0] == 0.1 + 0.2 + 0.3 != 0.3 + 0.2 + 0.1
    assert sum_over(volume, np.array([False, True, False]))[0, 0] == 0.2


@pytest.mark.parametrize(
    ("severities", "left"), [([], 1), ([1], 0), ([0.25], 0.75), ([0.5, 0.5, 0.5], 0.125), ([0.5, 1], 0), ([0, 0], 1)]
)
def test_outages_multiply_what_is_left(severities, left):
    """(1 - a) (1 - b) ..., by hand."""
    assert rate_left(severities) == left
