"""The scenarios and sweeps that come with nevsim, by name; it reads none of them."""

from __future__ import annotations

from pathlib import Path

from nevsim.errors import UsageError

FLAGSHIP = "liangjiang-2025"
"""What `nevsim run` plays when it is given no scenario."""


def folder() -> Path:
    """Return the folder of the shipped scenarios: inside the package, or beside the sources of a checkout."""
    here = Path(__file__).parent
    inside = here / "shipped"
    return inside if inside.is_dir() else here.parents[1] / "scenarios"


def names() -> list[str]:
    """Return the names of all shipped scenarios."""
    return sorted(path.stem for path in folder().glob("*.toml"))


def sweeps() -> list[str]:
    """Return the names of all shipped sweeps, ``sweeps/`` before each; the scenarios lie a folder above them."""
    return sorted(f"sweeps/{path.stem}" for path in (folder() / "sweeps").glob("*.toml"))


def path_of(name: str) -> Path:
    """Return the file of a shipped scenario or sweep; UsageError lists the names where it is none."""
    known = [*names(), *sweeps()]
    if name not in known:
        raise UsageError(f'found "{name}", want one of the shipped files: {", ".join(known)}')
    return folder() / f"{name}.toml"
