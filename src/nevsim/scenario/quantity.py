"""A quantity as a file writes it: a number, a stated value, or a law by its parameters or percentiles; no ranges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag
from typing_extensions import TypeAliasType

from nevsim import laws
from nevsim.laws import Law, LawError, elicit
from nevsim.scenario.provenance import Noted

Number = float
"""A finite number that is no bool, as of every record."""
Unit = Literal["days", "weeks", "months", "years"]


class Stated(Noted):
    """A number with its source."""

    value: Number
    unit: Unit | None = Field(default=None, description="of a duration or a slip; months when absent")

    def build(self) -> Law:
        """Return the law that gives this value and no other."""
        return laws.Fixed(self.value)


class Lawful(Noted):
    """What every law shares: value = shift + scale X, then conditioned on lying in [min, max]."""

    unit: Unit | None = Field(default=None, description="of a duration or a slip; months when absent")
    shift: Number | None = Field(default=None, description="added to every value")
    scale: Number | None = Field(default=None, gt=0, description="multiplies every value, before shift")
    min: Number | None = Field(default=None, description="closed lower bound, by conditioning")
    max: Number | None = Field(default=None, description="closed upper bound, by conditioning")

    def core(self) -> Law:
        """Return X: the law of the given family before shift, scale, min and max."""
        raise LawError("an abstract law was asked for its values")

    def build(self) -> Law:
        """Return the law, shifted, scaled and truncated; LawError names a parameter that cannot be."""
        law = self.core()
        if self.shift is not None or self.scale is not None:
            law = laws.Affine(law, shift=self.shift or 0.0, scale=1.0 if self.scale is None else self.scale)
        if self.min is not None or self.max is not None:
            low = float("-inf") if self.min is None else self.min
            high = float("inf") if self.max is None else self.max
            law = laws.Truncated(law, low=low, high=high)
        return law


class Percentiled(Lawful):
    """A law that takes percentiles; p10 is the value that one in ten stays under."""

    p1: Number | None = None
    p2: Number | None = None
    p5: Number | None = None
    p10: Number | None = None
    p20: Number | None = None
    p25: Number | None = None
    p30: Number | None = None
    p40: Number | None = None
    p50: Number | None = None
    p60: Number | None = None
    p70: Number | None = None
    p75: Number | None = None
    p80: Number | None = None
    p90: Number | None = None
    p95: Number | None = None
    p98: Number | None = None
    p99: Number | None = None

    def percentiles(self) -> dict[int, float]:
        """Return the percentiles that are given, by their number."""
        names = [name for name in type(self).model_fields if name[0] == "p" and name[1:].isdigit()]
        given = {int(name[1:]): getattr(self, name) for name in names}
        return {number: value for number, value in given.items() if value is not None}


class Elicited(Percentiled):
    """A law that percentiles can stand for in place of its parameters."""

    parameters: ClassVar[tuple[str, ...]]
    beside: ClassVar[tuple[str, ...]] = ()
    wanted: ClassVar[int] = 2
    direct: ClassVar[Callable[..., Law]]
    elicited: ClassVar[Callable[..., Law]]

    def core(self) -> Law:
        """Return the law by its parameters, or by the percentiles that stand for them; LawError for a mix of both."""
        found = self.percentiles()
        names = (*self.parameters, *self.beside)
        given = {name: float(getattr(self, name)) for name in names if getattr(self, name) is not None}
        complete = all(name in given for name in self.beside)
        if complete and not found and len(given) == len(names):
            return self.direct(**given)
        if complete and len(given) == len(self.beside) and len(found) == self.wanted:
            return self.elicited(found, **given)
        listed = " and ".join([*given, *(f"p{number}" for number in found)]) or "no parameter"
        several = "one percentile" if self.wanted == 1 else f"{self.wanted} percentiles such as p10 and p90"
        tail = f", beside {' and '.join(self.beside)}" if self.beside else ""
        raise LawError(f"found {listed}; want either {' and '.join(self.parameters)}, or {several}{tail}")


class FixedLaw(Lawful):
    """One value, always."""

    law: Literal["fixed"]
    value: Number

    def core(self) -> Law:
        """Return the law itself."""
        return laws.Fixed(self.value)


class UniformLaw(Elicited):
    """Every value between low and high alike."""

    law: Literal["uniform"]
    low: Number | None = None
    high: Number | None = None

    parameters: ClassVar[tuple[str, ...]] = ("low", "high")
    direct: ClassVar[Callable[..., Law]] = laws.Uniform
    elicited: ClassVar[Callable[..., Law]] = staticmethod(elicit.uniform_from)


class TriangularLaw(Elicited):
    """A triangle over low, mode and high."""

    law: Literal["triangular"]
    low: Number | None = None
    mode: Number | None = None
    high: Number | None = None

    parameters: ClassVar[tuple[str, ...]] = ("low", "high")
    beside: ClassVar[tuple[str, ...]] = ("mode",)
    direct: ClassVar[Callable[..., Law]] = laws.Triangular
    elicited: ClassVar[Callable[..., Law]] = staticmethod(elicit.triangular_from)


class PertLaw(Elicited):
    """A smooth hump over low, mode and high (Beta-PERT, weight 4)."""

    law: Literal["pert"]
    low: Number | None = None
    mode: Number | None = None
    high: Number | None = None

    parameters: ClassVar[tuple[str, ...]] = ("low", "high")
    beside: ClassVar[tuple[str, ...]] = ("mode",)
    direct: ClassVar[Callable[..., Law]] = laws.Pert
    elicited: ClassVar[Callable[..., Law]] = staticmethod(elicit.pert_from)


class NormalLaw(Elicited):
    """The bell curve."""

    law: Literal["normal"]
    mean: Number | None = None
    sd: Number | None = None

    parameters: ClassVar[tuple[str, ...]] = ("mean", "sd")
    direct: ClassVar[Callable[..., Law]] = laws.Normal
    elicited: ClassVar[Callable[..., Law]] = staticmethod(elicit.normal_from)


class LognormalLaw(Elicited):
    """A long right tail over positive values; mean and sd are of the value itself, not of its logarithm."""

    law: Literal["lognormal"]
    mean: Number | None = None
    sd: Number | None = None

    parameters: ClassVar[tuple[str, ...]] = ("mean", "sd")
    direct: ClassVar[Callable[..., Law]] = staticmethod(elicit.lognormal_of)
    elicited: ClassVar[Callable[..., Law]] = staticmethod(elicit.lognormal_from)


class ExponentialLaw(Elicited):
    """Waiting without memory."""

    law: Literal["exponential"]
    mean: Number | None = None

    parameters: ClassVar[tuple[str, ...]] = ("mean",)
    wanted: ClassVar[int] = 1
    direct: ClassVar[Callable[..., Law]] = laws.Exponential
    elicited: ClassVar[Callable[..., Law]] = staticmethod(elicit.exponential_from)


class WeibullLaw(Elicited):
    """Waiting that becomes more urgent (shape above 1), or less, the longer it lasts."""

    law: Literal["weibull"]
    shape: Number | None = None
    mean: Number | None = None

    parameters: ClassVar[tuple[str, ...]] = ("shape", "mean")
    direct: ClassVar[Callable[..., Law]] = staticmethod(elicit.weibull_of)
    elicited: ClassVar[Callable[..., Law]] = staticmethod(elicit.weibull_from)


class GammaLaw(Elicited):
    """Several waits in a row, without negative values and with a shorter tail than lognormal."""

    law: Literal["gamma"]
    mean: Number | None = None
    sd: Number | None = None

    parameters: ClassVar[tuple[str, ...]] = ("mean", "sd")
    direct: ClassVar[Callable[..., Law]] = staticmethod(elicit.gamma_of)
    elicited: ClassVar[Callable[..., Law]] = staticmethod(elicit.gamma_from)


class QuantilesLaw(Percentiled):
    """Any percentiles, joined by straight lines from low to high, which nothing passes."""

    law: Literal["quantiles"]
    low: Number
    high: Number

    def core(self) -> Law:
        """Return the law through the percentiles."""
        return elicit.quantiles_from(self.percentiles(), self.low, self.high)


class ChoiceLaw(Lawful):
    """One of several values, by weight; equal weights when none are given."""

    law: Literal["choice"]
    values: tuple[Number, ...] = Field(min_length=1, strict=False)
    weights: tuple[Number, ...] | None = Field(default=None, strict=False)

    def core(self) -> Law:
        """Return the law itself."""
        weights = (1.0,) * len(self.values) if self.weights is None else self.weights
        return laws.Choice(self.values, weights)


class EmpiricalLaw(Lawful):
    """What was observed, each value alike or by weight: listed, or a column of a CSV file."""

    law: Literal["empirical"]
    values: tuple[Number, ...] | None = Field(default=None, strict=False, description="what was observed")
    weights: tuple[Number, ...] | None = Field(default=None, strict=False, description="of each; equal when absent")
    file: str | None = Field(default=None, description="in place of values: path of a CSV file from this one")
    column: str | None = Field(default=None, description="of that file; may be left out where it has one")

    def core(self) -> Law:
        """Return the law of the values; a file has been read into them before."""
        if not self.values:
            raise LawError("found no values; want values, or file and column")
        if self.column is not None:
            raise LawError("found column beside values; want file with it: remove one of them")
        weights = (1.0,) * len(self.values) if self.weights is None else self.weights
        return laws.Choice(self.values, weights)


class MixtureLaw(Lawful):
    """One of several laws, by weight; equal weights when none are given."""

    law: Literal["mixture"]
    laws: tuple[Quantity, ...] = Field(min_length=1, strict=False)
    weights: tuple[Number, ...] | None = Field(default=None, strict=False)

    def core(self) -> Law:
        """Return the mixture of the built laws."""
        for part in self.laws:
            if unit_of(part) is not None:
                raise LawError('found a unit inside a mixture; want one unit for all: write it beside law = "mixture"')
        weights = (1.0,) * len(self.laws) if self.weights is None else self.weights
        return laws.Mixture(weights, tuple(build(part) for part in self.laws))


LAWS: dict[str, type[Lawful]] = {
    "fixed": FixedLaw,
    "uniform": UniformLaw,
    "triangular": TriangularLaw,
    "pert": PertLaw,
    "normal": NormalLaw,
    "lognormal": LognormalLaw,
    "exponential": ExponentialLaw,
    "weibull": WeibullLaw,
    "gamma": GammaLaw,
    "quantiles": QuantilesLaw,
    "choice": ChoiceLaw,
    "empirical": EmpiricalLaw,
    "mixture": MixtureLaw,
}
TAGS = frozenset({"number", "value", *LAWS})


def _kind(value: Any) -> str | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, dict):
        return str(value["law"]) if "law" in value else "value"
    if isinstance(value, Stated):
        return "value"
    return getattr(value, "law", None)


Quantity = TypeAliasType(
    "Quantity",
    Annotated[
        Annotated[Number, Tag("number")]
        | Annotated[Stated, Tag("value")]
        | Annotated[FixedLaw, Tag("fixed")]
        | Annotated[UniformLaw, Tag("uniform")]
        | Annotated[TriangularLaw, Tag("triangular")]
        | Annotated[PertLaw, Tag("pert")]
        | Annotated[NormalLaw, Tag("normal")]
        | Annotated[LognormalLaw, Tag("lognormal")]
        | Annotated[ExponentialLaw, Tag("exponential")]
        | Annotated[WeibullLaw, Tag("weibull")]
        | Annotated[GammaLaw, Tag("gamma")]
        | Annotated[QuantilesLaw, Tag("quantiles")]
        | Annotated[ChoiceLaw, Tag("choice")]
        | Annotated[EmpiricalLaw, Tag("empirical")]
        | Annotated[MixtureLaw, Tag("mixture")],
        Discriminator(_kind),
    ],
)
Figure = Annotated[
    Annotated[Number, Tag("number")] | Annotated[Stated, Tag("value")],
    Discriminator(_kind),
]
"""A quantity that must be one number: bare, or stated with its source."""


def build(quantity: float | Stated | Lawful) -> Law:
    """Return the law of a quantity in the units of its file; LawError says which parameter cannot be."""
    if isinstance(quantity, Stated | Lawful):
        return quantity.build()
    return laws.Fixed(float(quantity))


def unit_of(quantity: float | Stated | Lawful) -> str | None:
    """Return the unit that a quantity names, or None."""
    return quantity.unit if isinstance(quantity, Stated | Lawful) else None


def figure_of(quantity: float | Stated) -> float:
    """Return the number of a bare or stated value."""
    return quantity.value if isinstance(quantity, Stated) else float(quantity)
