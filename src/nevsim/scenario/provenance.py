"""Where a statement comes from: sources, and the note that each quantity may carry; nothing of what it says."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from nevsim.clock import period_of

ID_PATTERN = r"^[a-z0-9][a-z0-9-]{0,63}$"
SOURCE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"


class Record(BaseModel):
    """A closed and frozen record: unknown keys are refused, values are taken as written, numbers are finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, defer_build=True)


def _day(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise PydanticCustomError("date_wanted", "a date such as 2023-03-31")


def _deadline(value: Any) -> Any:
    """The last day of a period, or the day itself."""
    if isinstance(value, str):
        try:
            return period_of(value)[1]
        except ValueError:
            raise PydanticCustomError(
                "period_wanted",
                'a date such as 2023-03-31, or a period "2022-11", "2023-Q1", "2023-H2", "2023"',
            ) from None
    return _day(value)


_DATE_SCHEMA = {"type": "string", "format": "date", "description": "a date, bare: 2023-03-31"}
_PERIOD_SCHEMA = {
    "anyOf": [
        {"type": "string", "format": "date"},
        {"type": "string", "pattern": r"^\d{4}(-(Q[1-4]|H[12]|0[1-9]|1[0-2]))?$"},
    ],
    "description": 'a date, bare, or a period in quotes: "2022-11", "2023-Q1", "2023-H2", "2023" (its last day)',
}

Day = Annotated[date, BeforeValidator(_day), WithJsonSchema(_DATE_SCHEMA)]
Deadline = Annotated[date, BeforeValidator(_deadline), WithJsonSchema(_PERIOD_SCHEMA)]
Id = Annotated[str, Field(pattern=ID_PATTERN)]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def _text(value: Any) -> Any:
    if isinstance(value, str) and _CONTROL.search(value):
        raise PydanticCustomError("plain_text_wanted", "text without control or direction characters")
    return value


Text = Annotated[str, BeforeValidator(_text), Field(min_length=1, max_length=2_000)]


class Source(Record):
    """A document, a statistic or a judgement that statements rest on."""

    title: Text = Field(description="title of the document, or what was judged by whom")
    date: Deadline = Field(description="when it was published; not after the scenario's as_of")
    kind: Literal["statement", "statistic", "judgement"] = Field(description="what sort of evidence it is")
    publisher: Text | None = Field(default=None, description="who published it")
    url: Text | None = Field(default=None, description="where it can be read")


class Noted(Record):
    """What every statement may carry: its source, the place in it, and a note."""

    source: str | None = Field(default=None, description="id of one of the [sources]")
    where: Text | None = Field(default=None, description="place in the source, such as a paragraph")
    note: Text | None = Field(default=None, description="how the value follows from the source")


class StatedDeadline(Noted):
    """A promised date with its source; a period means its last day."""

    date: Deadline = Field(description="a date, or a period (its last day)")


class StatedDay(Noted):
    """A date with its source: from its first minute on."""

    date: Day


def day_of(stated: date | StatedDay | StatedDeadline) -> date:
    """Return the day of a bare or stated date."""
    return stated.date if isinstance(stated, StatedDay | StatedDeadline) else stated


class Window(Record):
    """From the first minute of one month to the first minute of another."""

    from_: Day = Field(alias="from", description="the first of a month")
    to: Day = Field(description="the first of a month, exclusive")
