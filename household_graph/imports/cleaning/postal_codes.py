"""Postal codes, in the form of their country."""

import re

from household_graph.imports.cleaning.problems import CleaningError

# Country -> what its codes look like without blanks and hyphens, and how the groups are put.
GB = r"(GIR|[A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})"
FORMS: dict[str, tuple[str, str]] = {
    "GB": (GB, "{} {}"),
    "IE": (r"([AC-FHKNPRTV-Y][0-9]{2}|D6W)([0-9AC-FHKNPRTV-Y]{4})", "{} {}"),
    "NL": (r"([1-9][0-9]{3})([A-Z]{2})", "{} {}"),
    "CA": (r"([A-Z][0-9][A-Z])([0-9][A-Z][0-9])", "{} {}"),
    "US": (r"([0-9]{5})([0-9]{4})?", "{}-{}"),
    "PL": (r"([0-9]{2})([0-9]{3})", "{}-{}"),
    "PT": (r"([0-9]{4})([0-9]{3})", "{}-{}"),
    "JP": (r"([0-9]{3})([0-9]{4})", "{}-{}"),
    "IN": (r"([1-9][0-9]{5})", "{}"),
    **dict.fromkeys(("SE", "CZ", "SK", "GR"), (r"([0-9]{3})([0-9]{2})", "{} {}")),
    **dict.fromkeys(("DE", "FR", "ES", "IT", "FI"), (r"([0-9]{5})", "{}")),
    **dict.fromkeys(("AT", "CH", "BE", "DK", "NO", "LU", "AU", "NZ"), (r"([0-9]{4})", "{}")),
}
PREFIXES = {"DE": "D", "FR": "F", "AT": "A", "CH": "CH", "BE": "B", "PL": "PL", "LU": "L"}


def postal_code(written: str, country: str) -> str:
    """Put a postal code in the form of its country.

    Args:
        written: tidied and not blank.
        country: ISO 3166 code of two letters.

    Raises:
        CleaningError: it cannot be one; only for countries whose form is known here.

    Returns:
        The code in capitals, such as `SW1A 1AA` for `sw1a1aa`.
    """
    capitals = written.upper()
    if country not in FORMS:
        return capitals
    form, layout = FORMS[country]
    prefix = PREFIXES.get(country)
    bare = re.sub(rf"^{prefix}[ -]", "", capitals) if prefix else capitals
    found = re.fullmatch(form, bare.replace(" ", "").replace("-", ""))
    if found is None:
        raise postal_code_error(written, country)
    groups = [group for group in found.groups() if group]
    return layout.format(*groups) if len(groups) == layout.count("{}") else groups[0]


def postal_code_error(written: str, country: str) -> CleaningError:
    reason = f"`{written}` is not a postal code in {country}"
    if written.isdecimal() and re.fullmatch(FORMS[country][0], f"0{written}"):
        return CleaningError(
            reason, hint="a spreadsheet has dropped its leading zero: export the column as text"
        )
    return CleaningError(reason, hint="correct it, or name the right country")
