"""Arguments and options of the commands for life events."""

from typing import Annotated

import typer

from household_graph.cli.completion import complete_household, complete_id

__all__ = [
    "AdultsOption",
    "BothOption",
    "CityOption",
    "CountryOption",
    "DescriptionOption",
    "FamilyNameOption",
    "GivenNameOption",
    "GuestOption",
    "HouseholdNameOption",
    "IntoOption",
    "KeepOption",
    "LeftOption",
    "MinorOption",
    "MoveOption",
    "NewHouseholdArgument",
    "OldPlaceOption",
    "OwnHouseholdOption",
    "PersonArgument",
    "PlaceIdArgument",
    "PostalCodeOption",
    "SameOption",
    "StreetOption",
    "SuccessorOption",
    "SuccessorsOption",
    "UsesOption",
]


def _text(name: str, words: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(name, metavar="TEXT", help=words)
    return option


def _ids(name: str, words: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        name, metavar="ID", help=f"{words} May be given again.", autocompletion=complete_id
    )
    return option


PersonArgument = Annotated[
    str,
    typer.Argument(metavar="PARTY", help="Id of the person.", autocompletion=complete_id),
]
NewHouseholdArgument = Annotated[
    str, typer.Argument(metavar="NEW-HOUSEHOLD", help="Id of the household that is to be made.")
]
PlaceIdArgument = Annotated[
    str, typer.Argument(metavar="LOCAL-ID", help="Id of the new place; no household in front.")
]
GivenNameOption = Annotated[str | None, _text("--given-name", "The given name, if there is one.")]
FamilyNameOption = Annotated[str | None, _text("--family-name", "The family name.")]
DescriptionOption = Annotated[str | None, _text("--description", "Who it is, in words.")]
MinorOption = Annotated[
    bool, typer.Option("--minor", help="A minor, whose date of birth is not known.")
]
AdultsOption = Annotated[
    list[str] | None, _ids("--responsible", "An adult who is responsible for the minor.")
]
GuestOption = Annotated[
    bool, typer.Option("--guest", help="No member: uses only what is given with --consumer-of.")
]
UsesOption = Annotated[
    list[str] | None, _ids("--consumer-of", "A product, service or device it uses by name.")
]
SuccessorOption = Annotated[
    str | None,
    typer.Option(
        "--successor",
        metavar="PARTY",
        help="Who takes over what would be left without an Admin, Customer, Bill Payer or "
        "responsible adult.",
        autocompletion=complete_id,
    ),
]
SuccessorsOption = Annotated[
    list[str] | None,
    _ids("--successor", "Who takes over what would be left to nobody, one for each household."),
]
OwnHouseholdOption = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="NEW-HOUSEHOLD", help="Id of a household of its own, which is made."
    ),
]
HouseholdNameOption = Annotated[str | None, _text("--name", "The name of the new household.")]
KeepOption = Annotated[
    list[str] | None, _ids("--keep", "A product or a device that goes along, with --to.")
]
MoveOption = Annotated[
    list[str],
    _ids("--move", "A person, account, bill, product or device that goes to the new one."),
]
BothOption = Annotated[
    list[str] | None, _ids("--both", "A minor who belongs to both households from then on.")
]
LeftOption = Annotated[
    list[str] | None, _ids("--leave", "A product that ends, or a device that stays and is locked.")
]
IntoOption = Annotated[
    str,
    typer.Option(
        "--into",
        metavar="HOUSEHOLD",
        help="The household that both are from then on.",
        autocompletion=complete_household,
    ),
]
SameOption = Annotated[
    list[str] | None,
    typer.Option(
        "--same", metavar="ID=ID", help="Two ids of one person, here and there. May be given again."
    ),
]
StreetOption = Annotated[str | None, _text("--street", "Street and number.")]
OldPlaceOption = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="PLACE",
        help="The place that is left; needed where there are several.",
        autocompletion=complete_id,
    ),
]
PostalCodeOption = Annotated[str | None, _text("--postal-code", "The postal code.")]
CityOption = Annotated[str | None, _text("--city", "The city.")]
CountryOption = Annotated[str | None, _text("--country", "The ISO 3166 code of two letters.")]
