"""Offering files: products to choose from when a household or business is onboarded."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from household_graph.documents.models import DocumentModel
from household_graph.documents.to_rows import models_within
from household_graph.documents.values import (
    Age,
    LocalId,
    Price,
    Problem,
    Text,
    Truth,
    one_of,
    refuse,
)
from household_graph.documents.yaml_lines import read_model
from household_graph.errors import UnknownIdError
from household_graph.installation import shipped
from household_graph.model.enums import OrganizationType, ServiceState
from household_graph.model.ids import local_id, nearest
from household_graph.model.rows import NodeRow, Rows

Kind = Annotated[OrganizationType, one_of(OrganizationType, but=OrganizationType.UNIT)]


class _OfferedModel(DocumentModel):
    """What has an id in an offering."""

    id: LocalId = Field(description="The local id; what is chosen is called alike.")


class OfferedService(_OfferedModel):
    """A service that comes with a product."""

    name: Text = Field(description="The name.")
    category: Text | None = Field(None, description="What kind of service, such as internet.")
    minimum_age: Age | None = Field(None, description="Its rating, in years.")
    used_on: tuple[Text, ...] = Field((), description="The types of device it can be used on.")
    enforces: Truth = Field(False, description="Whether it enforces policies.")
    bedtime: Truth = Field(
        False, description="Whether a bedtime closes it, unless the household says otherwise."
    )


class OfferedProduct(_OfferedModel):
    """A product to choose."""

    name: Text = Field(description="The name.")
    price: Price | None = Field(None, description="The price of a month.")
    included: Truth = Field(False, description="Whether it is chosen by default.")
    per_person: Truth = Field(False, description="Whether each person has one of their own.")
    open_to_guests: Truth = Field(False, description="Whether guests use it too by default.")
    services: tuple[OfferedService, ...] = Field((), description="The services that realize it.")


class OfferedDevice(_OfferedModel):
    """A kind of device that the products are used on."""

    name: Text = Field(description="The name.")
    resource_type: Text = Field(description="What it is, such as phone; services name it.")
    shared: Truth = Field(False, description="Whether everybody uses it, and it stays in place.")
    included: Truth = Field(False, description="Whether it comes with the products used on it.")


class Offering(DocumentModel):
    """What can be chosen from."""

    name: Text = Field(description="The name.")
    kinds: tuple[Kind, ...] = Field(
        (OrganizationType.HOUSEHOLD, OrganizationType.BUSINESS),
        alias="for",
        description="The kinds of organization it is for: household, business.",
    )
    products: tuple[OfferedProduct, ...] = Field(description="The products.")
    devices: tuple[OfferedDevice, ...] = Field((), description="The devices.")


def read_offering(source: str | Path) -> Offering:
    """Read and check an offering file.

    Raises:
        DocumentError: with a line for each problem: `FILE:LINE: field: what`.
    """
    offering, content = read_model(Offering, source, "offering")
    refuse(str(source), map(content.located, _repeated_ids(offering)))
    return offering


def offering_named(name: str) -> Offering:
    """Return an offering by the path of its file, or by the name of one that is shipped.

    Raises:
        UnknownIdError: if it is neither, naming the nearest shipped ones.
        DocumentError: if the file is wrong.
    """
    files = _shipped_files()
    if name in files:
        return read_offering(files[name])
    path = Path(name)
    if path.suffix or path.exists() or len(path.parts) > 1:
        return read_offering(path)
    raise UnknownIdError(name, nearest(name, files) or sorted(files), place="offering")


@cache
def shipped_offerings(kind: OrganizationType) -> tuple[Offering, ...]:
    """Return the offerings that come with the package, for households or for businesses."""
    offerings = map(read_offering, _shipped_files().values())
    return tuple(offering for offering in offerings if kind in offering.kinds)


def not_as_offered(rows: Rows) -> list[str]:
    """Return the ids of services and products that are not as an offering of the package says.

    A service has its category and rating from there, and is active; a product has its price. The
    local id is that of the offering, or that with something behind it, as of one for each person.
    """
    products = [product for one in _shipped_files() for product in offering_named(one).products]
    services = [service for product in products for service in product.services]
    return [
        node.id
        for node in rows.nodes
        for label, offered in (("Service", services), ("Product", products))
        if label in node.labels and not any(_is_as_offered(node, one) for one in offered)
    ]


def _is_as_offered(node: NodeRow, offered: OfferedService | OfferedProduct) -> bool:
    terms: dict[str, object] = {}
    if isinstance(offered, OfferedProduct):
        terms["price"] = offered.price
    else:
        terms |= {"category": offered.category, "minimum_age": offered.minimum_age}
        terms["state"] = ServiceState.ACTIVE
    is_called = f"{local_id(node.id)}-".startswith(f"{offered.id}-")
    return is_called and all(node.properties.get(n) == value for n, value in terms.items())


def _shipped_files() -> dict[str, Path]:
    folder = shipped("seed") / "offerings"
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def _repeated_ids(offering: Offering) -> Iterator[Problem]:
    seen: set[tuple[bool, str]] = set()
    for loc, one in models_within(offering):
        if isinstance(one, _OfferedModel):
            key = (isinstance(one, OfferedDevice), one.id)
            if key in seen:
                yield Problem((*loc, "id"), f"duplicate id `{one.id}`, already used")
            seen.add(key)
