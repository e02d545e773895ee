"""What a law of the graph forbids to a record by itself, before households are found."""

from typing import NamedTuple
from zoneinfo import ZoneInfo

from household_graph.engine.facts import minority_of
from household_graph.imports.records import AGE_OF_MAJORITY, NormalizedRecord, PersonFields

_LIABLE = {"Customer", "BillPayer"}


class Unlawful(NamedTuple):
    """Why a record is rejected, what to do, and the fields it is about, as `person.birth_date`."""

    fields: tuple[str, ...]
    reason: str
    hint: str


def unlawful(record: NormalizedRecord, at: int, zone: ZoneInfo) -> Unlawful | None:
    """Return what a law forbids; the instant decides who is a minor then, in the zone."""
    if record.person and _LIABLE & set(record.roles) and _is_minor(record.person, at, zone):
        fields = ("person.birth_date",) if record.person.birth_date else ("person.minor",)
        reason = "a minor is Customer or Bill Payer only with a guarantor"
        return Unlawful(fields, reason, "make the responsible adult the customer")
    for product in record.products:
        begins, ends = product.valid_from, product.valid_to
        if begins and ends and ends < begins:
            reason = f"`{product.key}` ends on {ends}, before it begins on {begins}"
            return Unlawful(
                ("products.valid_from", "products.valid_to"), reason, "correct one of the dates"
            )
    return None


def with_roles_of_age(record: NormalizedRecord, at: int, zone: ZoneInfo) -> NormalizedRecord:
    """Return a record with the roles of those of age, unless its person is a minor."""
    if not record.roles_of_age or not record.person:
        return record
    more = () if _is_minor(record.person, at, zone) else record.roles_of_age
    return record.model_copy(update={"roles": (*more, *record.roles), "roles_of_age": ()})


def _is_minor(person: PersonFields, at: int, zone: ZoneInfo) -> bool:
    born, minor = person.birth_date, bool(person.minor)
    minority = minority_of(born, minor=minor, age_of_majority=AGE_OF_MAJORITY, zone=zone)
    return minority is not None and minority.start <= at < minority.end
