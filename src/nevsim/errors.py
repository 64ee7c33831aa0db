"""What can go wrong, each with its place, what was found, what was wanted and what to do; nothing is printed here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One fault of an input file, at one place.

    ``line`` and ``column`` count from 1; 0 means that the fault has no place in a file, as with ``--set``.
    ``kind`` is a short stable name such as ``"unknown-key"``.
    """

    file: str
    line: int
    column: int
    address: str
    message: str
    kind: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.address}: {self.message}" if self.address else f"{place}: {self.message}"


class NevsimError(Exception):
    """Any error that nevsim raises on purpose; ``exit_code`` is what the command line ends with."""

    exit_code = 1


class UsageError(NevsimError):
    """A call or a command line asks for something that cannot be: exit 2."""

    exit_code = 2


class ScenarioError(NevsimError):
    """A scenario file is refused; ``faults`` holds every fault that was found, in the order of the file."""

    exit_code = 2

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class RunError(NevsimError):
    """A run failed for a reason outside the scenario, such as a full disk or a folder that cannot be written."""


class ReplicationError(RunError):
    """A replication failed, so the odds are withheld; ``replication`` counts from 0."""

    def __init__(self, replication: int, reason: str) -> None:
        self.replication = replication
        super().__init__(
            f"replication {replication} failed: {reason}; the odds are withheld. "
            f"Look at it with: nevsim trace SCENARIO --replication {replication}"
        )
