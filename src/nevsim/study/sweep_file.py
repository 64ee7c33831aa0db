"""The shape of a sweep file: its tables, keys and types, as closed records; what they mean together is in sweep."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from nevsim.scenario.faults import Models
from nevsim.scenario.provenance import Id, Record, Text
from nevsim.scenario.quantity import Number
from nevsim.scenario.schema import Many

LARGEST = 100_000
"""Cases of one sweep."""
MOST_AXES = 16
FACTOR = Annotated[Number, Field(ge=0)]


class SweepHead(Record):
    """The sweep as a whole."""

    id: Id = Field(description="names the sweep and its results folder")
    title: Text | None = Field(default=None, description="heading of tables, figures and page; default the id")
    scenario: Many = Field(description="path of a scenario file from this one, or a list of them, which is an axis")
    runs: Annotated[int, Field(ge=1, le=100_000_000)] | None = Field(
        default=None, description="replications of each case; default the scenario's"
    )
    seed: Annotated[int, Field(ge=0, lt=2**63)] | None = Field(
        default=None, description="of every draw, the same in each case; default the scenario's"
    )
    mode: Literal["product", "zip", "sample"] = Field(
        default="product", description="every combination, values side by side, or a Latin hypercube"
    )
    cases: Annotated[int, Field(ge=1, le=LARGEST)] | None = Field(
        default=None, description="mode sample: how many are sampled"
    )


class AxisRecord(Record):
    """One thing that is varied: values that are set, factors that scale, or a range of either."""

    id: Id | None = Field(default=None, description="heads its column; default the path")
    title: Text | None = Field(default=None, description="what figures call it; default the id")
    path: Many = Field(description="an address of the scenario, * for one part, or a list of them, changed together")
    values: tuple[Any, ...] | None = Field(
        default=None, strict=False, min_length=1, description="whatever the scenario allows there, laws too"
    )
    scale: tuple[FACTOR, ...] | None = Field(
        default=None, strict=False, min_length=1, description="factors on what stands there, number or law"
    )
    low: Number | None = Field(default=None, description="where a range begins")
    high: Number | None = Field(default=None, description="where it ends, included")
    steps: Annotated[int, Field(ge=2, le=LARGEST)] | None = Field(
        default=None, description="product, zip: values from low to high, evenly"
    )
    scales: bool = Field(default=False, description="true: the range is one of factors")


class CaseRecord(Record):
    """A case of its own: several changes at once, after the grid."""

    id: Id
    set: dict[Text, Any] = Field(default_factory=dict, description="values by address")
    scale: dict[Text, FACTOR] = Field(default_factory=dict, description="factors by address, after what is set")


class SweepDocument(Record):
    """A whole sweep file."""

    schema_: Literal[1] = Field(alias="schema", description="version of this format")
    sweep: SweepHead
    axes: Annotated[tuple[AxisRecord, ...], Field(strict=False, max_length=MOST_AXES)] = ()
    cases: Annotated[tuple[CaseRecord, ...], Field(strict=False)] = ()


MODELS: Models = {
    (): SweepDocument,
    ("sweep",): SweepHead,
    ("axes",): AxisRecord,
    ("cases",): CaseRecord,
}
"""The record at each place of a sweep file: what a misspelt key may have meant."""
