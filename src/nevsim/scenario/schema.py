"""The shape of a scenario file: its tables, keys and types, as closed records; what they mean together is in check."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, WithJsonSchema
from pydantic_core import PydanticCustomError

from nevsim.scenario.provenance import (
    SOURCE_PATTERN,
    Day,
    Deadline,
    Id,
    Noted,
    Record,
    Source,
    StatedDay,
    StatedDeadline,
    Text,
    Window,
)
from nevsim.scenario.quantity import Figure, Number, Quantity

MAIN = "main"
"""The phase of a plant that names none; reserved, so no phase and no stage may be called so."""


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _table_or_plain(value: Any) -> str:
    return "table" if isinstance(value, dict | Record) else "plain"


_TEXT_SCHEMA = {"type": "string", "minLength": 1}
Many = Annotated[
    tuple[Text, ...],
    Field(strict=False, min_length=1),
    BeforeValidator(_several),
    WithJsonSchema({"anyOf": [_TEXT_SCHEMA, {"type": "array", "items": _TEXT_SCHEMA, "minItems": 1}]}),
]
Promise = Annotated[
    Annotated[StatedDeadline, Tag("table")] | Annotated[Deadline, Tag("plain")], Discriminator(_table_or_plain)
]
Begin = Annotated[Annotated[StatedDay, Tag("table")] | Annotated[Day, Tag("plain")], Discriminator(_table_or_plain)]
Year = Annotated[int, Field(ge=1900, le=2200)]
Span = Annotated[Annotated[Window, Tag("table")] | Annotated[Year, Tag("plain")], Discriminator(_table_or_plain)]


def _not_reserved(value: str) -> str:
    if value == MAIN:
        raise PydanticCustomError("reserved_id", "an id other than main, which stands for a plant without phases")
    return value


def _season(value: tuple[float, ...]) -> tuple[float, ...]:
    if any(weight < 0 for weight in value) or not any(value):
        raise PydanticCustomError("season_wanted", "twelve weights of 0 or more, not all 0")
    return value


class Head(Record):
    """The scenario as a whole."""

    id: Id = Field(description="names the scenario and its results folder")
    title: Text
    as_of: Day = Field(description="nothing stated later may inform the file")
    start: Day = Field(description="minute zero of the clock; the first of a month")
    end: Day = Field(description="exclusive; the first of a month")
    runs: Annotated[int, Field(ge=1, le=100_000_000)] = Field(default=10_000, description="replications")
    seed: Annotated[int, Field(ge=0, lt=2**63)] = Field(default=0, description="of every draw")
    season: Annotated[tuple[Number, ...], Field(min_length=12, max_length=12), AfterValidator(_season)] = Field(
        default=(1.0,) * 12, strict=False, description="weight of January to December, rescaled to mean 1"
    )


class Scope(Record):
    """What a hazard, a market or a target speaks of: one of each list, all of the tags; empty means everything."""

    plant: Many | None = Field(default=None, description='"plant" or "plant.phase", one or several')
    owner: Many | None = Field(default=None)
    region: Many | None = Field(default=None)
    product: Many | None = Field(default=None)
    tags: tuple[Text, ...] | None = Field(default=None, strict=False, description="all of these")


class Ramp(Record):
    """How the rate climbs to full with the operating time since the start of production."""

    shape: Literal["step", "linear", "s-curve", "fast-start", "points"] = "step"
    duration: Quantity | None = Field(default=None, description="operating months to the full rate")
    points: tuple[Annotated[tuple[Number, Number], Field(strict=False)], ...] | None = Field(
        default=None, strict=False, description="for shape points: [share of the duration, share of the rate]"
    )
    source: str | None = None


class Stage(Record):
    """One step before the start of production."""

    id: Annotated[Id, AfterValidator(_not_reserved)]
    duration: Quantity
    after: tuple[str, ...] | None = Field(
        default=None,
        strict=False,
        description='absent: the stage above; []: nothing; else "stage" of this phase, "plant.phase" (its start of '
        'production) or "plant.phase.stage"; in a plant without phases "plant.main" or "plant.stage"',
    )
    crew: Id | None = Field(default=None, description="held for the whole stage, first come first served")


class Operating(Noted):
    """A plant that runs at minute zero, at a share of its nameplate, on its way to another."""

    share: Quantity = 1.0
    to: Quantity | None = Field(default=None, description="share reached along the ramp; default 1")


class Beginning(Record):
    """What a plant and a phase may both say."""

    nameplate: Quantity | None = Field(default=None, description="vehicles a year at full rate; absent: not stated")
    built: Quantity | None = Field(default=None, description="share of the nameplate that gets built; default 1")
    announced: Promise | None = Field(default=None, description="promised start of production")
    realised: Figure | None = Field(default=None, description="probability that it ever starts; default 1")
    load: Quantity | None = Field(default=None, description="long-run share of the rate that is run; default 1")
    slip: Quantity | None = Field(default=None, description="months after the promise; default 0")
    ramp: Ramp | None = Field(default=None, description="default step: full rate at once")
    operating: Operating | None = None
    begins: Begin | None = Field(default=None, description="no stage starts before; default the scenario's start")
    stages: tuple[Stage, ...] | None = Field(default=None, strict=False, min_length=1)
    tags: tuple[Text, ...] | None = Field(default=None, strict=False)
    uses: dict[Id, Quantity] | None = Field(
        default=None, description="units of a supply that a vehicle takes, by its id"
    )


class Phase(Beginning):
    """A part of a plant with a beginning of its own."""

    id: Annotated[Id, AfterValidator(_not_reserved)]


class Plant(Beginning):
    """A plant that was announced, or that runs."""

    id: Id
    name: Text | None = None
    owner: Text | None = None
    region: Text | None = None
    product: Text | None = None
    phases: tuple[Phase, ...] | None = Field(default=None, strict=False, min_length=1)


class Hazard(Record):
    """Outages that come by chance and stop, or slow, the plants of a scope."""

    id: Id
    scope: Scope = Scope()
    each: bool = Field(default=False, description="true: a stream for every plant; false: one hits all together")
    rate: Quantity = Field(description="onsets a calendar year")
    months: tuple[Annotated[int, Field(ge=1, le=12)], ...] | None = Field(
        default=None, strict=False, min_length=1, description="onsets fall in these months only"
    )
    from_: Begin | None = Field(default=None, alias="from", description="no onset before this day")
    until: Begin | None = Field(default=None, description="no onset from this day on")
    duration: Quantity = Field(description="months unless unit says otherwise")
    severity: Quantity = Field(default=1.0, description="share of the rate lost while it lasts")


class Crew(Noted):
    """What a stage holds for its whole length; stages that find none free wait."""

    id: Id
    count: Quantity = Field(default=1.0, description="how many stages can be worked on at once")


class YearlyRow(Noted):
    """What there is in a year, from a month on."""

    from_: Day = Field(alias="from", description="the first of a month")
    value: Annotated[Number, Field(ge=0)] = Field(description="units a year of a supply, vehicles a year of a market")


class Limit(Record):
    """A yearly limit that changes over time."""

    id: Id
    yearly: tuple[YearlyRow, ...] = Field(min_length=1, strict=False)
    growth: Quantity = Field(default=0.0, description="a year, compounded from the `from` in force")
    level: Quantity = Field(default=1.0, description="drawn multiplier")


class Supply(Limit):
    """What is made from: a limit on the plants that use it."""

    unit: Text | None = Field(default=None, description="what it is counted in, such as GWh")


class Market(Limit):
    """What can be sold: a limit on the volume of a scope."""

    scope: Scope = Scope()


class Rollout(Noted):
    """Things opened one by one, such as stores: so many teams take one after another."""

    id: Id
    title: Text | None = None
    already: Figure = Field(default=0.0, description="open at minute zero")
    planned: Quantity = Field(description="how many are to be opened")
    begins: Begin | None = Field(default=None, description="no team starts before; default the scenario's start")
    teams: Quantity = Field(default=1.0, description="fitting out at once")
    fit_out: Quantity = Field(description="months that one takes, drawn for each")
    pace: Quantity = Field(default=1.0, description="drawn once, multiplies every fit-out")


Load = Annotated[float, Field(strict=True, ge=-1, le=1)]


class Factor(Noted):
    """A common cause: what it loads moves together."""

    id: Id
    loads: dict[Text, Load] = Field(
        min_length=1, description="by addresses or patterns: the correlation of each quantity's score with the factor"
    )


class Reading(Noted):
    """A fact that is unclear today: what it may be, kept apart from chance."""

    id: Id
    path: Many = Field(description="an address, a pattern or a list of them")
    values: tuple[Any, ...] = Field(strict=False, min_length=1, description="what may stand there; the first is used")
    labels: tuple[Text, ...] | None = Field(default=None, strict=False, description="what a table calls each value")


class Target(Noted):
    """A level that the play is judged by."""

    id: Id
    title: Text | None = None
    measure: Literal["output", "run-rate", "capacity", "start", "count", "share"]
    scope: Scope = Scope()
    part: Scope | None = Field(default=None, description="share: sold by this part of the scope, over all of it")
    rollout: Id | None = Field(default=None, description="count: of what is opened")
    during: Span | None = Field(default=None, description="output, share: a calendar year or a window")
    at: Deadline | None = Field(default=None, description="run-rate, capacity, start, count: by the end of that day")
    already: Figure | None = Field(default=None, description="output: made in the window before `start`")
    at_least: Annotated[float, Field(strict=True, ge=0)] | None = Field(
        default=None,
        description="vehicles, vehicles a year, a number of starts (default all), a number open, or a share",
    )


class Tables(Record):
    """CSV files whose rows stand for tables of the file that names them."""

    plants: Text | None = Field(default=None, description="path of a CSV file from this one: one row a plant")


class Document(Record):
    """A whole scenario file, after `extends`."""

    schema_: Literal[1] = Field(alias="schema", description="version of this format")
    scenario: Head
    sources: dict[Annotated[str, Field(pattern=SOURCE_PATTERN)], Source] = Field(default_factory=dict)
    plants: tuple[Plant, ...] = Field(default=(), strict=False)
    crews: tuple[Crew, ...] = Field(default=(), strict=False)
    hazards: tuple[Hazard, ...] = Field(default=(), strict=False)
    supplies: tuple[Supply, ...] = Field(default=(), strict=False)
    markets: tuple[Market, ...] = Field(default=(), strict=False)
    rollouts: tuple[Rollout, ...] = Field(default=(), strict=False)
    factors: tuple[Factor, ...] = Field(default=(), strict=False)
    readings: tuple[Reading, ...] = Field(default=(), strict=False)
    targets: tuple[Target, ...] = Field(strict=False, min_length=1)


_MERGED = (
    "Head",
    "Plant",
    "Phase",
    "Stage",
    "Crew",
    "Hazard",
    "Supply",
    "Market",
    "Rollout",
    "Factor",
    "Reading",
    "Target",
)
"""Records that a file with `extends` may give in part: the rest comes from the file below."""


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file, for editors: with `extends`, tables may be given in part."""
    whole = Document.model_json_schema(by_alias=True)
    records = whole.pop("$defs")
    partial = {f"Partial{name}": _partial(records[name]) for name in _MERGED}
    parts = {key: _pointing_to_parts(value) for key, value in whole["properties"].items()}
    extends = {
        "type": "string",
        "minLength": 1,
        "description": "another scenario file, by its path from this one: tables merge by id, values are replaced",
    }
    remove = {
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "description": "with extends: ids or addresses of what the other file has and this one does not",
    }
    tables = {**Tables.model_json_schema(), "description": "CSV files whose rows are merged with this file by id"}
    needed = [key for key in whole["required"] if key != "plants"]
    properties = {"extends": extends, "remove": remove, "tables": tables, **dict.fromkeys(whole["properties"], True)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "nevsim scenario",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "required": ["schema"],
        "if": {"required": ["extends"]},
        "then": {"properties": parts},
        "else": {
            "properties": {"remove": False, **whole["properties"]},
            "required": needed,
            "anyOf": [{"required": ["plants"]}, {"required": ["tables"]}, {"required": ["rollouts"]}],
        },
        "$defs": {**records, **partial},
    }


def _partial(record: dict[str, Any]) -> dict[str, Any]:
    required = [key for key in record.get("required", []) if key == "id" and "as_of" not in record["properties"]]
    properties = {key: _pointing_to_parts(value) for key, value in record["properties"].items()}
    return {**record, "properties": properties, "required": required}


def _pointing_to_parts(value: Any) -> Any:
    """Return a schema in which every reference to a merged record points to its partial twin."""
    if isinstance(value, dict):
        name = str(value.get("$ref", "")).rpartition("/")[2]
        if name in _MERGED:
            return {**value, "$ref": f"#/$defs/Partial{name}"}
        return {key: _pointing_to_parts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_pointing_to_parts(inner) for inner in value]
    return value


MODELS: dict[tuple[str, ...], type[Record]] = {
    (): Document,
    ("tables",): Tables,
    ("scenario",): Head,
    ("sources",): Source,
    ("plants",): Plant,
    ("plants", "phases"): Phase,
    ("plants", "stages"): Stage,
    ("plants", "phases", "stages"): Stage,
    ("hazards",): Hazard,
    ("hazards", "scope"): Scope,
    ("crews",): Crew,
    ("supplies",): Supply,
    ("supplies", "yearly"): YearlyRow,
    ("markets",): Market,
    ("markets", "scope"): Scope,
    ("markets", "yearly"): YearlyRow,
    ("rollouts",): Rollout,
    ("rollouts", "begins"): StatedDay,
    ("targets", "part"): Scope,
    ("factors",): Factor,
    ("readings",): Reading,
    ("targets",): Target,
    ("targets", "scope"): Scope,
    ("targets", "during"): Window,
    ("plants", "ramp"): Ramp,
    ("plants", "phases", "ramp"): Ramp,
    ("plants", "operating"): Operating,
    ("plants", "phases", "operating"): Operating,
    ("plants", "announced"): StatedDeadline,
    ("plants", "phases", "announced"): StatedDeadline,
    ("plants", "begins"): StatedDay,
    ("plants", "phases", "begins"): StatedDay,
    ("hazards", "from"): StatedDay,
    ("hazards", "until"): StatedDay,
}
"""The record at each place of a file, by its keys without ids: what a misspelt key may have meant."""
