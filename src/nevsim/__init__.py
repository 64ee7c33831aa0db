"""From announced plants to the odds of a target: discrete events, Monte Carlo, and losses by cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nevsim.notebook import Case, Outcome, load
    from nevsim.sweeping import Folder, SweepOutcome, sweep
    from nevsim.sweeping import opened as open  # noqa: A004  `nevsim.open` is what the contract calls it

__all__ = ["Case", "Folder", "Outcome", "SweepOutcome", "__version__", "load", "open", "sweep"]

__version__ = "0.1.0"


_OF_SWEEPS = {"Folder": "Folder", "SweepOutcome": "SweepOutcome", "open": "opened", "sweep": "sweep"}


def __getattr__(name: str) -> Any:
    """Load the Python face when it is first asked for: importing nevsim alone stays light."""
    if name in _OF_SWEEPS:
        from nevsim import sweeping

        return getattr(sweeping, _OF_SWEEPS[name])
    if name in __all__:
        from nevsim import notebook

        return getattr(notebook, name)
    raise AttributeError(f"module 'nevsim' has no attribute {name!r}")
