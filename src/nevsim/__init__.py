"""From announced plants to the odds of a target: discrete events, Monte Carlo, and losses by cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nevsim.notebook import Case, Outcome, load

__all__ = ["Case", "Outcome", "__version__", "load"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Load the Python face when it is first asked for: importing nevsim alone stays light."""
    if name in __all__:
        from nevsim import notebook

        return getattr(notebook, name)
    raise AttributeError(f"module 'nevsim' has no attribute {name!r}")
