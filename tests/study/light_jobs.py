"""Jobs for workers that are started again and again: nothing has to be loaded for them, least of all nevsim."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Light:
    """What is known of a job while it is under way."""

    case: str
    first: int = 0
    last: int = 10


def played(job: Light) -> str:
    """Return the name of the case, but end the process where that is poison."""
    if job.case == "poison":
        os._exit(1)
    return job.case
