"""`party` and `household`: what is recorded of people and organizations, changed."""

from datetime import datetime

from household_graph.cli.change_command import (
    BIRTH_DATE,
    PERSON,
    PERSON_NAMES,
    PLACE_ADDRESS,
    TIME_ZONE,
    Noun,
)
from household_graph.cli.options import option, parameter, positional, text, texts

_PARTIES, _HOUSEHOLDS = Noun("party", "parties"), Noun("household", "parties")
party, household = _PARTIES.app, _HOUSEHOLDS.app
_REMOVE = "What to take away, such as {}."

_PARTIES.change(
    "update",
    "Change what is recorded of a person: names, birth date, or that they are a minor.",
    "bakers/au-pair --given-name Lucia --birth-date 2004-06-30",
    PERSON,
    *PERSON_NAMES,
    parameter("birth_date", datetime | None, BIRTH_DATE),
    parameter(
        "minor",
        bool | None,
        option("--minor/--of-age", "Whether a person is a minor whose date of birth is not known."),
    ),
    texts("--remove PROPERTY", _REMOVE.format("family-name")),
)
_HOUSEHOLDS.change(
    "update",
    "Change what is recorded of a household or business: name, clock, age of majority, address.\n\n"
    "A household that moves has an event of its own: `event move-home`.",
    'bakers --name "The Bakers" --age-of-majority 18',
    positional("organization", "HOUSEHOLD|UNIT", "Id of a household or business, or of a unit."),
    text("--name", "The name."),
    TIME_ZONE,
    parameter(
        "age_of_majority",
        int | None,
        option("--age-of-majority YEARS", "The age below which people are minors."),
    ),
    text("--place ID", "Id of the place to correct. Default: the only one that it is at."),
    *PLACE_ADDRESS,
    texts("--remove PROPERTY", _REMOVE.format("postal-code")),
    method="update_organization",
)
