"""What can go wrong, each with its place, what was found, what was wanted and what to do; nothing is printed here."""

from __future__ import annotations

from dataclasses import dataclass

KINDS: dict[str, str] = {
    "address": "an address of a sweep that names nothing, or names what a sweep may not change",
    "already-after-start": "warning: an `already` of a window that does not begin before the start",
    "axis": "an axis whose keys or values do not go together, with those of another, or with the mode",
    "bad-date": "a date or period that is none, or that may not stand there, such as a 15th for the first of a month",
    "bad-id": "an id with other signs than small letters, digits and hyphens, or one that is reserved",
    "begins-early": "stages that begin before the scenario's start",
    "begins-without-stages": "a `begins` where no stages are that it could hold back",
    "csv": "a CSV file whose rows and columns do not go together",
    "csv-missing": "a CSV file that cannot be read",
    "differs-by-case": "warning: a name that differs from another's by capitals alone, so that no scope has both",
    "duplicate-id": "two things of one list with the same id",
    "extends-circle": "files that extend one another in a circle, or through too many files",
    "extends-missing": "an `extends` that names no file",
    "factor": "a factor that matches nothing, or moves a quantity twice or beyond its whole variance",
    "factor-moves-nothing": "warning: a factor of which a pattern matches numbers alone",
    "given-twice": "a key that is given in the file and in a table, or as a plain value and as a table",
    "horizon": "an end that is not after the start, or too far after it",
    "later-than-as-of": "a source that is dated after what the file may know",
    "law-leaves-range": "a law that can give a value which its field may not have",
    "law-parameters": "parameters that make no law",
    "limits-nothing": "warning: a crew that no stage holds, or a supply that no plant uses",
    "limits-overlap": "warning: two supplies or two markets that limit the same phase",
    "missing-key": "a key that must stand there",
    "no-beginning": "a phase that says nothing of when it starts",
    "no-mass": "a promise and a slip that leave no chance of a start at or after minute zero",
    "not-utf-8": "bytes that are not text",
    "not-when-operating": "a key that an operating phase may not have",
    "number-not-finite": "nan or inf, or a number that becomes one",
    "number-too-large": "a number beyond every quantity, or of too many digits",
    "out-of-range": "a value outside what its field may be",
    "out-of-reach": "warning: a target beyond the sum of all upper bounds",
    "outside-horizon": "a target's window or day that the play does not cover",
    "ramp": "a ramp whose keys do not go with its shape or its plant",
    "reading": "a reading that sets nothing, lacks labels, or has too many combinations",
    "remove": "a `remove` that matches nothing, or several things, or that stands in a file without `extends`",
    "same-case": "warning: a case of a sweep that changes the same as another, which is played for both",
    "scale": "a factor that is none, or something to be scaled that is no number and no law",
    "scenario-missing": "a `scenario` of a sweep that cannot be read",
    "scope-lacks-key": "warning: a phase that misses a scope only because it lacks a key",
    "scope-matches-nothing": "a scope, or a name in it, that no phase has",
    "stage-circle": "stages that wait for one another",
    "target": "keys or levels that do not go with the measure of a target",
    "to-unreached": "warning: an operating share that nothing moves",
    "toml-syntax": "text that is not TOML 1.0",
    "too-deep": "brackets or keys that nest too deep",
    "too-large": "a file with too many bytes, keys or values",
    "two-beginnings": "a phase that says twice when it starts",
    "unit-not-allowed": "a unit of time beside a quantity that is none",
    "unknown-choice": "a word that is not one of those which may stand there",
    "unknown-id": "a crew, a supply or a rollout that is named and not there",
    "unknown-key": "a key that the format does not have there",
    "unknown-law": "a law that is not one of the families",
    "unknown-source": "a source that is not in [sources]",
    "unknown-stage": "a stage that waits for one that is not there",
    "wrong-type": "a value of another type: a number in quotes, a text without, a table for a list",
}
"""Every kind of fault and warning, with what it means."""
_LONGEST_ADDRESS = 160


@dataclass(frozen=True, order=True)
class Fault:
    """One fault of an input file, at one place.

    ``line`` and ``column`` count from 1; 0 means that the fault has no place in a file, as with ``--set``.
    ``kind`` is a short stable name, one of :data:`KINDS`.
    """

    file: str
    line: int
    column: int
    address: str
    message: str
    kind: str

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"found kind {self.kind!r}, want one of KINDS; add it there with what it means")

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        address = shortened(self.address, _LONGEST_ADDRESS)
        return printable(f"{place}: {address}: {self.message}" if address else f"{place}: {self.message}")


def shortened(text: str, most: int) -> str:
    """Return a text of at most ``most`` characters, cut where it is longer.

    >>> shortened("abcdefgh", 6)
    'abc...'
    """
    return text if len(text) <= most else text[: most - 3] + "..."


def printable(text: str) -> str:
    r"""Return a text on one line, with escapes for what would steer a terminal or turn the direction of writing.

    >>> printable("a\x1b[31m\u202eb")
    'a\\x1b[31m\\u202eb'
    """
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


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
