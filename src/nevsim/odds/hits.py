"""One bit for each replication and target, in a file of its own once there are many; no counting."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from weakref import finalize

import numpy as np

from nevsim.arrays import Bools

IN_MEMORY = 8 * 2**20
"""Bytes that are kept in memory: as many as come to some two million replications of twenty targets."""
ROWS = 2**20
"""Replications that are handed out at once."""


class HitBits:
    """Whether each replication hits each target (k), in their order; as many as come, in flat memory."""

    def __init__(self, targets: int) -> None:
        self.targets = targets
        self.runs = 0
        self._bytes = SpooledTemporaryFile(max_size=IN_MEMORY)
        finalize(self, self._bytes.close)

    def add(self, hits: Bools) -> None:
        """Take in the hits (n, k) of more replications."""
        self.runs += len(hits)
        self._bytes.seek(0, 2)
        self._bytes.write(np.packbits(hits, axis=1).tobytes())

    def parts(self, rows: int = ROWS) -> Iterator[Bools]:
        """Yield the hits of all replications, ``rows`` of them at once, (rows or fewer, k); at least one part."""
        width = -(-self.targets // 8)
        for first in range(0, max(self.runs, 1), rows):
            self._bytes.seek(first * width)
            found = np.frombuffer(self._bytes.read(rows * width), dtype=np.uint8).reshape(-1, width)
            yield np.unpackbits(found, axis=1, count=self.targets).astype(bool)

    def all(self) -> Bools:
        """Return the hits of all replications, (n, k)."""
        return np.concatenate(list(self.parts()))
