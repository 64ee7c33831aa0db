"""The counter-based generator: published vectors, a plain twin in integers, and uniforms by address alone."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import PROPERTY

from nevsim.draws.stream import key_of, philox, uniform, uniforms

# Random123 (Salmon et al., SC11, 2011), tests/kat_vectors, lines "philox4x32 10": counter, key, answer
VECTORS = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]
WORD = 2**32 - 1


def words(text):
    return [int(word, 16) for word in text.split()]


@pytest.mark.parametrize(("counter", "key", "answer"), VECTORS)
def test_known_answers(counter, key, answer):
    """The vectors that Random123 ships."""
    found = philox(*(np.uint64(word) for word in (*words(counter), *words(key))))
    assert [int(word) for word in found] == words(answer)


@pytest.mark.parametrize(("counter", "key", "answer"), VECTORS)
def test_the_plain_twin_knows_them_too(counter, key, answer):
    """The twin that the next test compares with."""
    assert plain_philox(words(counter), words(key)) == words(answer)


def plain_philox(counter, key):
    """Philox4x32-10 as the paper's figure has it, in Python's integers."""
    (a, b, c, d), (left, right) = counter, key
    for _ in range(10):
        first, second = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = second >> 32 ^ b ^ left, second & WORD, first >> 32 ^ d ^ right, first & WORD
        left, right = left + 0x9E3779B9 & WORD, right + 0xBB67AE85 & WORD
    return [a, b, c, d]


def plain_uniform(seed, address, replication, index):
    """u = (k + 1/2) / 2^52; k the upper 52 of 64 bits; the key the first 8 bytes of the SHA-256 of seed and address."""
    key = int.from_bytes(hashlib.sha256(f"{seed}:{address}".encode()).digest()[:8], "little")
    block = index // 2
    counter = [replication & WORD, replication >> 32, block & WORD, block >> 32]
    found = plain_philox(counter, [key & WORD, key >> 32])[2 * (index % 2) :][:2]
    return ((found[0] << 32 | found[1]) >> 12) / 2**52 + 2.0**-53


@PROPERTY
@given(
    seed=st.integers(0, 2**63 - 1),
    address=st.text(min_size=1, max_size=20),
    replication=st.integers(0, 2**40),
    index=st.integers(0, 2**34),
)
def test_a_uniform_is_what_the_model_says(seed, address, replication, index):
    """Seeds, replications and indices beyond 32 bits included."""
    found = uniforms(seed, [address], np.array([replication]), index)
    assert found[0, 0] == plain_uniform(seed, address, replication, index)


def test_uniforms_never_reach_their_ends():
    """k = 0 gives 2^-53 and k = 2^52 - 1 gives 1 - 2^-53: strictly inside, and exact in float64."""
    for word, wanted in ((0, 2.0**-53), (WORD, 1 - 2.0**-53)):
        assert uniform(np.uint64(word), np.uint64(word)) == wanted
    assert 0 < 2.0**-53 < 1 - 2.0**-53 < 1


def test_uniforms_are_uniform_and_uncorrelated():
    """n = 100,000 at three addresses and two indices: means, variances and correlations within 4.5 standard errors.

    Of U(0, 1): variance 1/12, fourth central moment 1/80; the error of a correlation of independents is 1/sqrt(n).
    """
    n = 100_000
    columns = np.concatenate([uniforms(7, ["a", "b", "plants.a"], np.arange(n), index) for index in (0, 1)])
    assert np.abs(columns.mean(axis=1) - 0.5).max() < 4.5 * math.sqrt(1 / 12 / n)
    assert np.abs(columns.var(axis=1) - 1 / 12).max() < 4.5 * math.sqrt((1 / 80 - 1 / 144) / n)
    assert np.abs(np.corrcoef(columns) - np.eye(6)).max() < 4.5 / math.sqrt(n)
    assert np.abs([np.corrcoef(one[1:], one[:-1])[0, 1] for one in columns]).max() < 4.5 / math.sqrt(n)


def test_seeds_addresses_and_indices_have_their_own_columns():
    """Seed 0 is a seed; 1 with address "1:a" is not 11 with ":a" or the like, for the key is of the whole text."""
    numbers = np.arange(50)
    columns = [uniforms(seed, [name], numbers, index)[0] for seed in (0, 1) for name in "ab" for index in (0, 1, 2, 3)]
    assert len({value for column in columns for value in column}) == 50 * len(columns)
    assert key_of(0, "a") != key_of(1, "a")


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_chunks_show_nowhere(size):
    """Replications in chunks, one after another or in any order, are the columns of the whole."""
    names, whole = ["a", "b", "c"], np.arange(5_000)
    wanted = uniforms(3, names, whole, 5)
    chunks = [uniforms(3, names, whole[i : i + size], 5) for i in range(0, 5_000 if size > 1 else 200, size)]
    found = np.concatenate(chunks, axis=1)
    assert (found == wanted[:, : found.shape[1]]).all()
    assert (uniforms(3, names[::-1], whole[::-1], 5) == wanted[::-1, ::-1]).all()
