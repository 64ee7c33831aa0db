"""Uniforms that are a function of (seed, address, replication, index) alone; no laws and no state.

Counter-based generation: J. K. Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC11 (2011), Philox4x32-10.
The key is the first 8 bytes of the SHA-256 of seed and address, the counter holds replication and index. Whatever else
is drawn, in whatever order or number, leaves a uniform bit for bit as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from nevsim.arrays import Floats, Minutes
from nevsim.compiled import compiled, inlined

Words = NDArray[np.uint64]

_LOW = np.uint64(0xFFFFFFFF)
_HALF, _HIGH, _CUT = np.uint64(32), np.uint64(20), np.uint64(12)
_FIRST, _SECOND = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL_LEFT, _WEYL_RIGHT = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)


@inlined
def _round(
    a: np.uint64, b: np.uint64, c: np.uint64, d: np.uint64, left: np.uint64, right: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    first, second = _FIRST * a, _SECOND * c
    return (second >> _HALF) ^ b ^ left, second & _LOW, (first >> _HALF) ^ d ^ right, first & _LOW


@inlined
def philox(
    a: np.uint64, b: np.uint64, c: np.uint64, d: np.uint64, left: np.uint64, right: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Return four words of 32 bits for a counter of four words and a key of two, all in 64 bits.

    The ten rounds stand one by one, so that a loop over counters runs on vectors.
    """
    a, b, c, d = _round(a, b, c, d, left, right)
    left, right = (left + _WEYL_LEFT) & _LOW, (right + _WEYL_RIGHT) & _LOW
    a, b, c, d = _round(a, b, c, d, left, right)
    left, right = (left + _WEYL_LEFT) & _LOW, (right + _WEYL_RIGHT) & _LOW
    a, b, c, d = _round(a, b, c, d, left, right)
    left, right = (left + _WEYL_LEFT) & _LOW, (right + _WEYL_RIGHT) & _LOW
    a, b, c, d = _round(a, b, c, d, left, right)
    left, right = (left + _WEYL_LEFT) & _LOW, (right + _WEYL_RIGHT) & _LOW
    a, b, c, d = _round(a, b, c, d, left, right)
    left, right = (left + _WEYL_LEFT) & _LOW, (right + _WEYL_RIGHT) & _LOW
    a, b, c, d = _round(a, b, c, d, left, right)
    left, right = (left + _WEYL_LEFT) & _LOW, (right + _WEYL_RIGHT) & _LOW
    a, b, c, d = _round(a, b, c, d, left, right)
    left, right = (left + _WEYL_LEFT) & _LOW, (right + _WEYL_RIGHT) & _LOW
    a, b, c, d = _round(a, b, c, d, left, right)
    left, right = (left + _WEYL_LEFT) & _LOW, (right + _WEYL_RIGHT) & _LOW
    a, b, c, d = _round(a, b, c, d, left, right)
    left, right = (left + _WEYL_LEFT) & _LOW, (right + _WEYL_RIGHT) & _LOW
    return _round(a, b, c, d, left, right)


@inlined
def uniform(high: np.uint64, low: np.uint64) -> float:
    """Return u = (k + 1/2) / 2^52 with k the upper 52 of the 64 bits of two words: strictly between 0 and 1."""
    return (((high << _HIGH) | (low >> _CUT)) + 0.5) * 2.0**-52


@inlined
def pair(key: np.uint64, replication: int, block: int) -> tuple[float, float]:
    """Return the uniforms of the indices 2 x block and 2 x block + 1 of a sequence."""
    number, place = np.uint64(replication), np.uint64(block)
    a, b, c, d = philox(number & _LOW, number >> _HALF, place & _LOW, place >> _HALF, key & _LOW, key >> _HALF)
    return uniform(a, b), uniform(c, d)


@compiled
def fill_pairs(key: np.uint64, replications: Minutes, block: int, evens: Floats, odds: Floats) -> None:
    """Write the pair of a block for every replication, (n) each."""
    for number in range(len(replications)):
        evens[number], odds[number] = pair(key, replications[number], block)


@compiled
def fill_rows(keys: Words, replications: Minutes, index: int, found: Floats) -> None:
    """Write the uniforms of one index of every key's sequence, (keys, n)."""
    for row in range(len(keys)):
        for number in range(len(replications)):
            even, odd = pair(keys[row], replications[number], index // 2)
            found[row, number] = odd if index % 2 else even


def key_of(seed: int, address: str) -> int:
    """Return the 64 bits that stand for a seed and an address."""
    return int.from_bytes(sha256(f"{seed}:{address}".encode()).digest()[:8], "little")


@lru_cache(maxsize=256)
def keys_of(seed: int, addresses: tuple[str, ...]) -> Words:
    """Return the key of every address, (addresses,)."""
    return np.array([key_of(seed, address) for address in addresses], dtype=np.uint64)


def uniforms(seed: int, addresses: Sequence[str], replications: Minutes, index: int = 0) -> Floats:
    """Return uniforms strictly between 0 and 1, shape (addresses, replications), of one index of each sequence."""
    found = np.empty((len(addresses), len(replications)))
    fill_rows(keys_of(seed, tuple(addresses)), replications, index, found)
    return found
