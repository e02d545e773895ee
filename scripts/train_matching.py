"""Train the weights that matching uses where an export is small, on people of its own making.

    python -m scripts.train_matching

Names come as often as Faker's lists of English, German, French, Spanish and Polish names say;
all else is made up. As it is known who is who, m is counted, and u is that of random pairs.
"""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from faker import Faker

from household_graph.imports.cleaning.addresses import AddressParts
from household_graph.imports.match_features import MatchFeatures
from household_graph.imports.person_scores import (
    COMPARISONS,
    DIFFERENT,
    MODEL,
    Weights,
    trained_on_labels,
)

_SEED = 29
_PEOPLE = 20_000
_LOCALES = ("en_GB", "en_US", "en_AU", "de_DE", "fr_FR", "es_ES", "pl_PL")
_WAYS = ("st", "rd", "ave", "ln", "cl", "pl")
_LETTERS = "abcdefghijklmnoprstuvwyz"
_OLDEST = 90 * 365


class _Town:
    """Makes people, and what records say of them."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - reproducible, not secret
        Faker.seed(seed)
        self.faker = Faker(_LOCALES)
        self.streets = [f"{self.faker.last_name()} {way}".lower() for way in _WAYS * 500]
        self.towns = [f"{self.faker.last_name()}ton".lower() for _ in range(300)]

    def chance(self, likely: float) -> bool:
        return self.random.random() < likely

    def homes(self) -> Iterator[tuple[str, str, str]]:
        """Yield address, postal code and town, of some two people each."""
        for _ in range(_PEOPLE):
            town = self.random.randrange(len(self.towns))
            postal = f"{town:03}{self.random.randint(0, 99):02}"
            street = f"{self.random.randint(1, 180)} {self.random.choice(self.streets)}"
            for _one in range(self.random.choice((1, 1, 2, 3, 4))):
                yield street, postal, self.towns[town]

    def people(self) -> Iterator[MatchFeatures]:
        """Yield records; the person is the true one, the key that of the record."""
        family, home = "", ""
        for number, (street, postal, town) in zip(range(_PEOPLE), self.homes(), strict=False):
            if street != home or self.chance(0.15):
                family, home = self.faker.last_name().lower(), street
            born = date(2026, 1, 1) - timedelta(days=self.random.randint(0, _OLDEST))
            given = self.faker.first_name().lower()
            true = MatchFeatures(
                *("", f"p{number}", None, None, given, family, born.isoformat()),
                *(f"{given}.{family}{number % 50}@mail.example", f"+44{number // 2:09}"),
                *(_address(postal, street), postal, town, None, None),
            )
            for copy in range(self.random.choice((1, 1, 1, 1, 1, 2, 2, 3))):
                if copy and self.chance(0.1):
                    true = self.moved(true)
                yield self.said(true)._replace(record=f"r{number}-{copy}")

    def moved(self, true: MatchFeatures) -> MatchFeatures:
        """Return a person in another home."""
        street, postal, town = next(self.homes())
        return true._replace(address=_address(postal, street), postal_code=postal, city=town)

    def said(self, true: MatchFeatures) -> MatchFeatures:
        """Return what a record says: slips, what is missing, what is in another column."""
        given, family, birth = true.given or "", true.family, true.birth_date
        if self.chance(0.03):
            given, family = family or "", given
        elif self.chance(0.05):
            given = given[:1]
        elif self.chance(0.03):
            family = self.faker.last_name().lower()
        said = true._replace(
            given=self.value(given, 0.01),
            family=self.value(family, 0.01),
            birth_date=self.value(birth, 0.15, "0123456789"),
            email=self.value(true.email, 0.5),
            phone=self.value(true.phone, 0.4, "0123456789"),
            city=self.value(true.city, 0.05),
            postal_code=self.value(true.postal_code, 0.08, "0123456789"),
        )
        home = AddressParts.of(true.address or "")
        number, _blank, way = home.street.partition(" ")
        street = f"{self.value(number, 0.02, '0123456789') or ''} {self.value(way, 0.02) or ''}"
        return said._replace(
            address=None if self.chance(0.1) else home._replace(street=street.strip()).key
        )

    def value(self, text: str | None, missing: float, letters: str = _LETTERS) -> str | None:
        """Return a text as it is typed, with slips now and then; or none."""
        if not text or self.chance(missing):
            return None
        for _slip in range(2):
            if self.chance(0.06):
                at = self.random.randrange(len(text))
                other = self.random.choice(letters)
                changed = (text[:at] + other + text[at + 1 :], text[:at] + text[at + 1 :])
                swapped = text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
                text = self.random.choice((*changed, swapped)) or text
        return text


def _address(postal: str, street: str) -> str:
    return AddressParts("gb", postal, street, flat="").key


def main() -> None:
    """Train, and write the model."""
    even = {
        name: dict.fromkeys((*dict(levels), DIFFERENT), (0.5, 0.5))
        for name, levels in COMPARISONS.items()
    }
    records = sorted(_Town(_SEED).people(), key=lambda one: one.record)
    weights = trained_on_labels(records, Weights(even, 0.1))
    MODEL.write_text(
        json.dumps({"duplicates": weights.duplicates, "levels": weights.levels}, indent=2) + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
