"""What determines a result, and where it was made: digests, seed, versions, command and machine; no numbers of it."""

from __future__ import annotations

import hashlib
import json
import platform
from datetime import date
from importlib.metadata import version
from typing import Any

import tomli_w

from nevsim.result import Result
from nevsim.scenario.load import Scenario

LIBRARIES = ("numpy", "scipy", "numba", "simpy", "pandas", "pyarrow", "matplotlib")


def digest(scenario: Scenario) -> str:
    """Return the SHA-256 of what a scenario says after `extends`: the order of keys and comments do not count."""
    return digest_of(scenario.text.data)


def digest_of(data: dict[str, Any]) -> str:
    """Return the SHA-256 of plain data, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=_plain).encode()).hexdigest()


def run_id(scenario: Scenario, runs: int, seed: int, engine: str, design: str) -> str:
    """Return twelve digits that stand for all that determines a result."""
    parts = [digest(scenario), runs, seed, engine, design, version("nevsim")]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]


def resolved(scenario: Scenario) -> str:
    """Return the scenario after `extends` and overrides as one file of its own."""
    return tomli_w.dumps(scenario.text.data)


def manifest(result: Result, command: str, seconds: float, made: str) -> dict[str, Any]:
    """Return the manifest of a result; ``made`` and ``seconds`` are the only entries that differ between equal runs."""
    return {
        "scenario": {"id": result.scenario.id, "digest": digest(result.scenario), "file": result.scenario.path},
        "run": run_id(result.scenario, result.runs, result.seed, result.engine, result.design),
        "runs": result.runs,
        "seed": result.seed,
        "engine": result.engine,
        "design": result.design,
        "as_of": result.scenario.document.scenario.as_of.isoformat(),
        **origin(command, seconds, made),
    }


def origin(command: str, seconds: float, made: str) -> dict[str, Any]:
    """Return by what, how, where and when something was made: the entries that end every manifest."""
    return {
        "nevsim": version("nevsim"),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "command": command,
        "machine": {"system": platform.system(), "processor": platform.machine()},
        "made": made,
        "seconds": round(seconds, 3),
    }


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a scenario")
