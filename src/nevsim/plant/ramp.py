"""Ramp shapes by their integrals, which are polynomials; no time and no plant.

A shape is a share of the rate c(x) over the elapsed share x of the ramp's duration, c(0) = 0 and c(1) = 1. Engines need
its integral C(x) alone: C(x) = C(1) + x - 1 beyond x = 1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nevsim.arrays import Floats

Points = tuple[tuple[float, float], ...]


def _linear(x: Floats) -> Floats:
    return x * x / 2


def _s_curve(x: Floats) -> Floats:
    return x * x * x * (1 - x / 2)


def _fast_start(x: Floats) -> Floats:
    return x * x * (1 - x / 3)


SHAPES: dict[str, Callable[[Floats], Floats]] = {
    "step": lambda x: x,
    "linear": _linear,
    "s-curve": _s_curve,
    "fast-start": _fast_start,
}
"""C(x) on [0, 1] of c(x) = 1, x, 3x^2 - 2x^3 and 1 - (1 - x)^2."""


def _points(x: Floats, points: Points) -> Floats:
    """C(x) on [0, 1] of the straight lines through the points: a trapezium from the last knot on."""
    xs, ys = np.array(points).T
    knots = np.concatenate(([0.0], np.cumsum(np.diff(xs) * (ys[1:] + ys[:-1]) / 2)))
    slopes = np.diff(ys) / np.diff(xs)
    cell = np.clip(np.searchsorted(xs, x, side="right") - 1, 0, len(slopes) - 1)
    step = x - xs[cell]
    area: Floats = knots[cell] + step * (ys[cell] + slopes[cell] * step / 2)
    return area


def integral(shape: str, x: Floats, points: Points = ()) -> Floats:
    """Return C(x) for x >= 0, elementwise.

    >>> float(integral("linear", np.array([2.0]))[0])
    1.5
    """
    inside = np.minimum(x, 1.0)
    area = _points(inside, points) if shape == "points" else SHAPES[shape](inside)
    return area + (x - inside)


def full_rate_minutes(shape: str, age: Floats, duration: Floats, points: Points = ()) -> Floats:
    """Return R C(age / R): the minutes at full rate that make as much as ``age`` minutes on the ramp, elementwise.

    ``age`` and ``duration`` R are operating minutes; where R is 0 the rate is full from the start.
    """
    length = np.maximum(duration, 1.0)
    ramped: Floats = np.where(duration > 0, length * integral(shape, age / length, points), age)
    return ramped
