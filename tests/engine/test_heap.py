"""The heap in an array against that of the standard library."""

from __future__ import annotations

import heapq

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scenes import PROPERTY

from nevsim.engine.heap import pop, push, replace

KEYS = st.lists(st.integers(0, 50), min_size=1, max_size=40)


@PROPERTY
@given(KEYS, KEYS)
def test_keys_come_off_in_the_order_of_the_standard_library(first: list[int], later: list[int]) -> None:
    heap, twin, length = np.empty(len(first), dtype=np.int64), list[int](), 0
    for key in first:
        length = push(heap, length, key)
        heapq.heappush(twin, key)
    for key in later:
        assert heap[0] == heapq.heapreplace(twin, key)
        replace(heap, length, key)
    while length:
        assert heap[0] == heapq.heappop(twin)
        length = pop(heap, length)
    assert not twin
