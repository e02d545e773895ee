"""Policies in a document: what the household forbids, to whom, and when."""

from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema

from household_graph.documents.parts import DatedLink, Named, ReferenceTo, Timed
from household_graph.documents.values import (
    REFERENCE_PATTERN,
    Clock,
    MaximumAge,
    Reference,
    Text,
    did_you_mean,
    fail,
    one_of,
)
from household_graph.model.enums import Audience, PolicyKind, Weekday

_WORDS = (Audience.MINORS.value, Audience.EVERYONE.value)


def _audience(value: object) -> Audience | tuple[str, ...]:
    """Read `minors`, `everyone` or a list of references."""
    if isinstance(value, str):
        if value not in _WORDS:
            hint = did_you_mean(value, list(_WORDS)) or f"a single party is a list: [{value}]"
            fail(f"unknown audience `{value}`", hint)
        return Audience(value)
    if not isinstance(value, list | tuple) or not value:
        fail("expected minors, everyone or a list of parties")
    if not all(isinstance(item, str) and item for item in value):
        fail("expected references to parties", "write it as [tom, katie]")
    return tuple(value)


_AUDIENCE_SCHEMA = WithJsonSchema(
    {
        "anyOf": [
            {"type": "string", "enum": list(_WORDS)},
            {
                "type": "array",
                "items": {"type": "string", "pattern": f"^({REFERENCE_PATTERN})$"},
                "minItems": 1,
            },
        ]
    }
)


class Policy(Named, Timed):
    """A restriction: a curfew, a classification, or a block."""

    name: Text | None = Field(None, description="The name.")
    kind: Annotated[PolicyKind, one_of(PolicyKind)] = Field(
        description="curfew (hours), classification (ratings and categories) or block (always)."
    )
    audience: Annotated[
        Audience | tuple[str, ...],
        PlainValidator(_audience),
        _AUDIENCE_SCHEMA,
        ReferenceTo.to("Party"),
    ] = Field(description="Whom it speaks to: minors, everyone, or a list of parties.")
    governs: Annotated[
        tuple[Reference, ...], ReferenceTo.to("Product", "Service", "Resource", "Household")
    ] = Field(
        (),
        description="What it is about: products, services, devices, or the household itself, "
        "which means everything.",
    )
    categories: tuple[Text, ...] = Field(
        (), description="Categories of service that it is about, beside `governs`."
    )
    weekdays: tuple[Annotated[Weekday, one_of(Weekday)], ...] = Field(
        (), description="curfew: the days on which a window starts."
    )
    start_time: Clock | None = Field(
        None, description="curfew: the local time at which a window starts, as HH:MM."
    )
    end_time: Clock | None = Field(
        None,
        description="curfew: the local time at which it ends, on the next day if it is not "
        "later than the start.",
    )
    maximum_age: MaximumAge | None = Field(
        None, description="classification: the highest rating allowed, a number or `own-age`."
    )
    blocked_categories: tuple[Text, ...] = Field(
        (), description="classification: categories of service not allowed at all."
    )
    enforced_by: Annotated[tuple[Reference, ...], ReferenceTo.to("Service")] = Field(
        (), description="The services that enforce it."
    )
    set_by: Annotated[Reference | None, ReferenceTo.to("Admin")] = Field(
        None, description="The id of the Admin role of an enforcing service that set it."
    )
    exempt: Annotated[tuple[DatedLink, ...], ReferenceTo.to("Individual")] = Field(
        (), description="The individuals for whom it is lifted."
    )
