"""Lets ``python -m nevsim`` do what ``nevsim`` does."""

from __future__ import annotations

from nevsim.cli import main

if __name__ == "__main__":
    main()
