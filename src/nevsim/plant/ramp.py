"""Ramp shapes by their integrals, which are polynomials; no time and no plant.

A shape is a share of the rate c(x) over the elapsed share x of the ramp's duration, c(0) = 0 and c(1) = 1. Engines need
its integral C(x) alone: C(x) = C(1) + x - 1 beyond x = 1.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from nevsim.arrays import Floats

Points = tuple[tuple[float, float], ...]
Real = TypeVar("Real", float, Floats)

SHAPES: dict[str, tuple[float, float, float, float]] = {
    "step": (1.0, 0.0, 0.0, 0.0),
    "linear": (0.0, 1 / 2, 0.0, 0.0),
    "s-curve": (0.0, 0.0, 1.0, -1 / 2),
    "fast-start": (0.0, 1.0, -1 / 3, 0.0),
}
"""Factors of x, x^2, x^3 and x^4 in C(x) on [0, 1], for c(x) = 1, x, 3x^2 - 2x^3 and 1 - (1 - x)^2."""


def polynomial(x: Real, a: float, b: float, c: float, d: float) -> Real:
    """Return a x + b x^2 + c x^3 + d x^4, of a number or elementwise."""
    return x * (a + x * (b + x * (c + x * d)))


def _points(x: Floats, points: Points) -> Floats:
    """C(x) on [0, 1] of the straight lines through the points: a trapezium from the last knot on."""
    xs, areas, ys, slopes = knots(points).T
    cell = np.maximum(np.searchsorted(xs, x, side="right") - 1, 0)
    step = x - xs[cell]
    area: Floats = areas[cell] + step * (ys[cell] + slopes[cell] * step / 2)
    return area


def knots(points: Points) -> Floats:
    """Return a row for each stretch between two points, (w, 4): its x, the area up to it, its share and its slope."""
    xs, ys = np.array(points).T
    areas = np.concatenate(([0.0], np.cumsum(np.diff(xs) * (ys[1:] + ys[:-1]) / 2)))
    return np.stack((xs[:-1], areas[:-1], ys[:-1], np.diff(ys) / np.diff(xs)), axis=1)


def integral(shape: str, x: Floats, points: Points = ()) -> Floats:
    """Return C(x) for x >= 0, elementwise.

    >>> float(integral("linear", np.array([2.0]))[0])
    1.5
    """
    inside = np.minimum(x, 1.0)
    area = _points(inside, points) if shape == "points" else polynomial(inside, *SHAPES[shape])
    return area + (x - inside)


def full_rate_minutes(shape: str, age: Floats, duration: Floats, points: Points = ()) -> Floats:
    """Return R C(age / R): the minutes at full rate that make as much as ``age`` minutes on the ramp, elementwise.

    ``age`` and ``duration`` R are operating minutes; where R is 0 the rate is full from the start.
    """
    length = np.maximum(duration, 1.0)
    ramped: Floats = np.where(duration > 0, length * integral(shape, age / length, points), age)
    return ramped
