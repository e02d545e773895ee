"""What an export takes for granted, and has to be told."""

import dataclasses
from typing import Literal


@dataclasses.dataclass(frozen=True, slots=True)
class Conventions:
    """How numbers, days and addresses are written where nothing else is said.

    Attributes:
        country: ISO 3166 code of two letters, upper case: of national phone numbers, of addresses
            that name no country, and of the languages that months are named in beside English.
        date_order: in which order a day that is not in ISO form is written.
        decimal: the decimal mark of amounts.
    """

    country: str
    date_order: Literal["ymd", "dmy", "mdy"]
    decimal: Literal[".", ","]
