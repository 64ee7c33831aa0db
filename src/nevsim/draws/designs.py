"""How the uniforms of a run are laid out: at random, or spread evenly over each replicate of 1,024; no laws.

Latin hypercube: M. D. McKay, R. J. Beckman and W. J. Conover, Technometrics 21 (1979) 239. Scrambled Sobol points, by
scipy: A. B. Owen, in Monte Carlo and Quasi-Monte Carlo Methods (1995) 299. The replicates are independent of one
another, so that their spread tells the error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from nevsim.arrays import Floats, Minutes
from nevsim.draws.stream import key_of, uniforms

REPLICATE = 1_024
"""Replications that are spread evenly together."""
LEAST = 10
"""Replicates that a run has at least: their spread is the error."""
DESIGNS = ("independent", "latin", "sobol")
_BITS = 52
_TOP = 1.0 - 2.0**-53

Design = Callable[[int, Sequence[str], Minutes], Floats]
"""Takes a seed, addresses and replications; gives uniforms strictly between 0 and 1, (addresses, replications)."""


def design_of(name: str, addresses: Iterable[str]) -> Design:
    """Return the design of a name, for all the addresses that will be drawn; the Sobol points number these by order."""
    if name == "sobol":
        return partial(sobol, tuple(sorted(set(addresses))))
    return latin if name == "latin" else uniforms


def whole_replicates(runs: int, design: str) -> int:
    """Return how many runs a design needs for so many: whole replicates, and enough of them.

    >>> whole_replicates(20_000, "latin"), whole_replicates(5, "sobol"), whole_replicates(5, "independent")
    (20480, 10240, 5)
    """
    return runs if design == "independent" else max(-(-runs // REPLICATE), LEAST) * REPLICATE


def latin(seed: int, addresses: Sequence[str], replications: Minutes) -> Floats:
    """Return uniforms of which each 1,024th of (0, 1) holds exactly one in every replicate.

    A function of seed, address and replication alone, as independent ones are.
    """
    found = uniforms(seed, addresses, replications)
    blocks = replications // REPLICATE
    for block in np.unique(blocks):
        inside = blocks == block
        ranks = _ranks(seed, tuple(addresses), int(block))[:, replications[inside] % REPLICATE]
        found[:, inside] = np.minimum((ranks + found[:, inside]) / REPLICATE, _TOP)
    return found


@lru_cache(maxsize=8)
def _ranks(seed: int, addresses: tuple[str, ...], block: int) -> NDArray[np.int16]:
    """Return a random order of 0 to 1,023 for each address: where each replication of a replicate lies."""
    numbers = np.arange(block * REPLICATE, (block + 1) * REPLICATE, dtype=np.int64)
    return orders(seed, [f"{address}:latin" for address in addresses], numbers).astype(np.int16)


def orders(seed: int, addresses: Sequence[str], numbers: Minutes) -> NDArray[np.int64]:
    """Return a random order of 0 to n - 1 for each address, (addresses, n), by the uniforms of n numbers.

    Each is a function of seed, address and numbers alone: one address more leaves the other orders as they are.
    """
    places = np.argsort(uniforms(seed, addresses, numbers), axis=1, kind="stable")
    ranks = np.empty(places.shape, dtype=np.int64)
    np.put_along_axis(ranks, places, np.arange(len(numbers), dtype=np.int64)[None, :], axis=1)
    return ranks


def sobol(known: tuple[str, ...], seed: int, addresses: Sequence[str], replications: Minutes) -> Floats:
    """Return uniforms of scrambled Sobol points, a scramble for each replicate; ``known`` numbers the dimensions."""
    places = {address: number for number, address in enumerate(known)}
    dimensions = [places[address] for address in addresses]
    found = np.empty((len(addresses), len(replications)))
    blocks = replications // REPLICATE
    for block in np.unique(blocks):
        inside = blocks == block
        points = _points(seed, len(known), int(block))
        found[:, inside] = points[replications[inside] % REPLICATE][:, dimensions].T
    return found


@lru_cache(maxsize=8)
def _points(seed: int, dimensions: int, block: int) -> Floats:
    """Return the points of one replicate, (1024, dimensions)."""
    if not dimensions:
        return np.empty((REPLICATE, 0))
    from scipy.stats.qmc import Sobol

    generator = np.random.Generator(np.random.PCG64(key_of(seed, f"sobol:{block}")))
    points: Floats = Sobol(dimensions, scramble=True, bits=_BITS, rng=generator).random(REPLICATE)
    return points + 2.0 ** -(_BITS + 1)
