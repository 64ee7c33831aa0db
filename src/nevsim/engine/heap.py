"""A binary heap of whole numbers in an array, for compiled loops; no events.

I. Wegener, Bottom-up heapsort, Theoretical Computer Science 118 (1993) 81: the free place sinks to the end of the heap
before anything is compared with the key that is to fill it, so that few branches are open.
"""

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
    replace(heap, length - 1, heap[length - 1])
    return length - 1


@compiled
def replace(heap: Minutes, length: int, key: int) -> None:
    """Put a key in the place of the smallest one of a binary heap."""
    place, least = 0, 1
    while least + 1 < length:
        least += int(heap[least + 1] < heap[least])
        heap[place], place = heap[least], least
        least = 2 * place + 1
    if least < length:
        heap[place], place = heap[least], least
    while place and heap[(place - 1) >> 1] > key:
        heap[place] = heap[(place - 1) >> 1]
        place = (place - 1) >> 1
    heap[place] = key
