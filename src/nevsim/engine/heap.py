"""A binary heap of whole numbers in an array, for compiled loops; no events."""

from __future__ import annotations

from nevsim.arrays import Minutes
from nevsim.compiled import compiled


@compiled
def push(heap: Minutes, length: int, key: int) -> int:
    """Add a key to a binary heap and return its length."""
    place = length
    while place and heap[(place - 1) // 2] > key:
        heap[place] = heap[(place - 1) // 2]
        place = (place - 1) // 2
    heap[place] = key
    return length + 1


@compiled
def pop(heap: Minutes, length: int) -> int:
    """Take the smallest key off a binary heap and return its length."""
    key, place, length = heap[length - 1], 0, length - 1
    while 2 * place + 1 < length:
        least = 2 * place + 1
        if least + 1 < length and heap[least + 1] < heap[least]:
            least += 1
        if heap[least] >= key:
            break
        heap[place] = heap[least]
        place = least
    heap[place] = key
    return length
