"""Offering files, and the operator's catalogue of them, from which products are chosen.

The catalogue is the folder that HOUSEHOLD_GRAPH_OFFERINGS names, or the one that is shipped.
"""

from collections.abc import Iterator
from functools import cache
from os import environ
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
from household_graph.errors import BadInputError, UnknownIdError
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
    """Return an offering by the path of its file, or by its name in the catalogue.

    Raises:
        UnknownIdError: if it is neither, naming the nearest of the catalogue.
        DocumentError: if the file is wrong; BadInputError: if there is no catalogue.
    """
    files = _catalogue_files(_catalogue_folder())
    if name in files:
        return read_offering(files[name])
    path = Path(name)
    if path.suffix or path.exists() or len(path.parts) > 1:
        return read_offering(path)
    raise UnknownIdError(name, nearest(name, files) or sorted(files), place="offering")


def catalogue(kind: OrganizationType | None = None) -> dict[str, Offering]:
    """Return the offerings of the catalogue by name, for households, for businesses, or all.

    Raises:
        DocumentError: if a file is wrong; BadInputError: if there is no catalogue.
    """
    return {n: o for n, o in _read_all(_catalogue_folder()).items() if kind in {None, *o.kinds}}


def offered_product(name: str, kind: OrganizationType | None = None) -> OfferedProduct:
    """Return a product of the catalogue by its id, as `cloud`, or as `family/cloud`.

    Raises:
        UnknownIdError: if there is none, naming the nearest.
        BadInputError: if several offerings have one; the hint names them.
    """
    products = {
        f"{offering}/{product.id}": product
        for offering, content in catalogue(kind).items()
        for product in content.products
    }
    found = [one for one in products if name in {one, one.partition("/")[2]}]
    if len(found) > 1:
        raise BadInputError(
            f"several offerings have a product `{name}`", hint=f"name one: {', '.join(found)}"
        )
    if not found:
        ids = [one.partition("/")[2] for one in products]
        near = nearest(name, products if "/" in name else ids) or sorted(products)
        raise UnknownIdError(name, near, place="product of an offering")
    return products[found[0]]


def not_as_offered(rows: Rows) -> list[str]:
    """Return the ids of services and products that are not as an offering of the catalogue says.

    A service has its category and rating from there, and is active; a product has its price. The
    local id is that of the offering, or that with something behind it, as of one for each person.
    """
    products = [product for one in catalogue().values() for product in one.products]
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


def _catalogue_folder() -> Path:
    named = environ.get("HOUSEHOLD_GRAPH_OFFERINGS")
    return Path(named) if named else shipped("seed") / "offerings"


def _catalogue_files(folder: Path) -> dict[str, Path]:
    try:
        if not folder.is_dir():
            raise BadInputError(
                f"there is no folder of offerings `{folder}`",
                hint="set HOUSEHOLD_GRAPH_OFFERINGS to a folder, or leave it unset",
            )
        return {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    except (OSError, ValueError) as error:
        raise BadInputError(
            f"cannot read the folder of offerings `{str(folder)[:80]}`",
            hint="set HOUSEHOLD_GRAPH_OFFERINGS to a folder, or leave it unset",
        ) from error


@cache
def _read_all(folder: Path) -> dict[str, Offering]:
    return {name: read_offering(path) for name, path in _catalogue_files(folder).items()}


def _repeated_ids(offering: Offering) -> Iterator[Problem]:
    seen: set[tuple[bool, str]] = set()
    for loc, one in models_within(offering):
        if isinstance(one, _OfferedModel):
            key = (isinstance(one, OfferedDevice), one.id)
            if key in seen:
                yield Problem((*loc, "id"), f"duplicate id `{one.id}`, already used")
            seen.add(key)
