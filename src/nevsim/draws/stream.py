"""Uniforms that are a function of (seed, address, replication, index) alone; no laws and no state.

Counter-based generation: J. K. Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC11 (2011), Philox4x32-10.
The key is the first 8 bytes of the SHA-256 of seed and address, the counter holds replication and index. Whatever else
is drawn, in whatever order or number, leaves a uniform bit for bit as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from nevsim.arrays import Floats

Words = NDArray[np.uint64]

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_FACTORS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_WEYL = (0x9E3779B9, 0xBB67AE85)


def philox(counter: Sequence[Words], key: Sequence[Words]) -> list[Words]:
    """Return four words of 32 bits for counters of four words and keys of two, elementwise, broadcast."""
    a, b, c, d = counter
    for number in range(10):
        left = key[0] + np.uint64(number * _WEYL[0] & 0xFFFFFFFF) & _LOW
        right = key[1] + np.uint64(number * _WEYL[1] & 0xFFFFFFFF) & _LOW
        first, second = _FACTORS[0] * a, _FACTORS[1] * c
        a, b, c, d = (second >> _HALF) ^ b ^ left, second & _LOW, (first >> _HALF) ^ d ^ right, first & _LOW
    return [a, b, c, d]


def key_of(seed: int, address: str) -> int:
    """Return the 64 bits that stand for a seed and an address."""
    return int.from_bytes(sha256(f"{seed}:{address}".encode()).digest()[:8], "little")


def keys_of(seed: int, addresses: Sequence[str]) -> Words:
    """Return the key of every address, (addresses,)."""
    return np.array([key_of(seed, address) for address in addresses], dtype=np.uint64)


def uniforms(seed: int, addresses: Sequence[str], replications: NDArray[np.int64], index: int = 0) -> Floats:
    """Return uniforms strictly between 0 and 1, shape (addresses, replications), of one index of each sequence."""
    return uniform_pair(keys_of(seed, addresses), replications, index // 2)[index % 2]


def uniform_pair(keys: Words, replications: NDArray[np.int64], block: int) -> tuple[Floats, Floats]:
    """Return the uniforms of the indices 2 x block and 2 x block + 1, each (keys, replications), from one block.

    u = (k + 1/2) / 2^52 with k of 52 bits.
    """
    numbers = replications.astype(np.uint64)[None, :]
    place = np.uint64(block)
    counter = [
        numbers & _LOW,
        numbers >> _HALF,
        np.full_like(numbers, place & _LOW),
        np.full_like(numbers, place >> _HALF),
    ]
    words = philox(counter, [keys[:, None] & _LOW, keys[:, None] >> _HALF])
    return _uniform(words[0], words[1]), _uniform(words[2], words[3])


def _uniform(high: Words, low: Words) -> Floats:
    bits = (high << np.uint64(20)) | (low >> np.uint64(12))
    values: Floats = (bits.astype(np.float64) + 0.5) / 2.0**52
    return values
