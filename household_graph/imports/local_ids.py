"""Ids made of the keys of an export alone, so that the next export gets the same ones."""

import hashlib
import re
from dataclasses import dataclass

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
_NUMBER = re.compile(r"\+[0-9]+")


def household_id(source: str, key: str, kind: str = "household") -> str:
    """Return the id of a household from a key.

    Args:
        source: the name of the source, such as `telco`.
        key: the key, as the source writes it.
        kind: what has the key: `household`, or if the source has none, `account` or `record`.
    """
    return f"{source}-{_slug(key)}" if kind == "household" else f"{source}-{kind}-{_slug(key)}"


@dataclass(frozen=True, slots=True)
class LocalIds:
    """Makes local ids in one household.

    Attributes:
        source: the name of the source.
        household: the id of the household.
    """

    source: str
    household: str

    def account(self, key: str | None) -> str:
        """Return the id of an account: `account`, if the household is named after its key."""
        return "account" if self._is_household(key) else f"account-{_slug(key or '')}"

    def bill(self, key: str | None) -> str:
        """Return the id of the bill of an account."""
        return "bill" if self._is_household(key) else f"bill-{_slug(key or '')}"

    def product(self, account: str | None, key: str) -> str:
        """Return the id of a product: its key, after that of its account if there are several."""
        own = _slug(key)
        return own if self._is_household(account) else f"{_slug(account or '')}.{own}"

    def person(self, key: str) -> str:
        """Return the id of a person from a key such as `contacts/17` or `customers/4#partner`."""
        whole, _hash, implied = key.partition("#")
        tail = whole.partition("/")[2] or whole
        if self._is_household(tail):
            return implied or "customer"
        own = _slug(tail)
        return f"{own}.{implied}" if implied else own

    def place(self, address: str) -> str:
        """Return the id of a place from its address in one line."""
        return f"place-{_slug(address)}"

    def record(self, key: str) -> str:
        """Return the id of a record from its key, `<table>/<key>`."""
        table, _slash, tail = key.partition("/")
        return f"record.{table}.{_slug(tail)}"

    def _is_household(self, key: str | None) -> bool:
        """Return whether the household is named after a key; None counts as its own."""
        if key is None:
            return True
        kinds = ("household", "account", "record")
        return any(self.household == household_id(self.source, key, kind) for kind in kinds)


def _slug(key: str) -> str:
    """Return a key as part of an id; a checksum replaces characters that ids cannot have."""
    if _NUMBER.fullmatch(key):
        return key[1:]
    if _PLAIN.fullmatch(key):
        return key
    words = re.sub(r"[^A-Za-z0-9]+", "-", key).strip("-")[:40].strip("-")
    checksum = hashlib.sha256(key.encode()).hexdigest()[:8]
    return f"{words}-{checksum}" if words else f"x-{checksum}"
