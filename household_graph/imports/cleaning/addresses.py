"""Addresses, normalised."""

from household_graph.imports.cleaning.blanks import is_blank, tidied
from household_graph.imports.cleaning.casing import one_case, recased
from household_graph.imports.cleaning.conventions import Conventions
from household_graph.imports.cleaning.countries import country as country_code
from household_graph.imports.cleaning.postal_codes import postal_code as national_form
from household_graph.imports.statements import PlaceSaid


def address(
    street: str | None,
    postal_code: str | None,
    city: str | None,
    country: str | None,
    conventions: Conventions,
) -> PlaceSaid | None:
    """Read an address out of its parts, each as written.

    Args:
        street: with house and flat number, on one line or several.
        postal_code: in any spelling of its national form.
        city: the town.
        country: by code or by name; blank: the country of the conventions.
        conventions: that country.

    Raises:
        CleaningError: the postal code or the country cannot be right.

    Returns:
        The address; None if nothing but a country is there.
    """
    nation = country_code(country or "", conventions) or conventions.country
    code = tidied(postal_code or "")
    place = PlaceSaid(
        street=words(", ".join(lines) if (lines := street_lines(street or "")) else ""),
        postal_code=None if is_blank(code) else national_form(code, nation),
        city=words(tidied(city or "")),
        country=nation,
    )
    return place if place.street or place.postal_code or place.city else None


def street_lines(street: str) -> list[str]:
    return [line for line in (tidied(part).strip(" ,") for part in street.splitlines()) if line]


def words(text: str) -> str | None:
    if is_blank(text):
        return None
    return recased(text) if one_case(text) else text
