"""`product`, what a household holds and who pays, administers and uses it; and `service`."""

from typing import Any

from household_graph.cli.change_command import ENDED, HOUSEHOLD_ID, Noun
from household_graph.cli.options import (
    OUTPUT,
    a_number,
    option,
    parameter,
    positional,
    text,
    texts,
)
from household_graph.cli.output import Format, emit
from household_graph.model.enums import OrganizationType

_PRODUCTS = Noun("product", "products")
_SERVICES = Noun("service", "devices")
product, service = _PRODUCTS.app, _SERVICES.app
_ID = positional("product", "PRODUCT", "Id of the product.")
_BILL = text("--charged-to BILL", "Id of the bill for all of it.", name="bill")
_PRICE = option("--price", "The price of a month.", min=0, callback=a_number)
_ON = (
    positional("service", "SERVICE", "Id of the service."),
    positional("device", "DEVICE", "Id of the device."),
)
_OFFERED_COLUMNS = ("offering", "product", "price", "per_person", "services")


def _complete_offered(incomplete: str) -> list[str]:
    from household_graph.documents.offerings import catalogue

    names = {product.id for offering in catalogue().values() for product in offering.products}
    return sorted(one for one in names if one.startswith(incomplete))


_PRODUCTS.change(
    "add",
    "Add a product of an offering, and say who pays, administers and uses it.\n\n"
    "`product offerings` lists what there is to choose from.",
    "bakers --offering sports-channel --account bakers/account --for bakers/dad",
    HOUSEHOLD_ID,
    text(
        "--offering NAME",
        "The product, as `cloud`, or as `family/cloud` where several offerings have one.",
        required=True,
        autocompletion=_complete_offered,
    ),
    text(
        "--account ID",
        "Id of the customer account. Default: the only one, or that of the party who orders.",
    ),
    text(
        "--charged-to BILL",
        "Id of the bill. Default: that of the other products of the account.",
        name="bill",
    ),
    texts("--paid-by PARTY", "Id of a party who pays a new bill, the same each.", name="payers"),
    texts("--admin PARTY", "Id of an Admin. Default: the Customer of the account.", name="admins"),
    texts("--chooser PARTY", "Id of a Chooser. Default: likewise.", name="choosers"),
    texts("--for PARTY", "Id of a Consumer. Default: the household.", name="users"),
    text("--id", "Its local id. Default: as it is offered.", name="local_id"),
    consents=True,
)
_PRODUCTS.change(
    "change",
    "Change the name or the price of a product, or the bill it is charged to.",
    'bakers/cloud --name "Family cloud"',
    _ID,
    text("--name", "The name of the product."),
    parameter("price", float | None, _PRICE),
    _BILL,
)
_PRODUCTS.change(
    "suspend",
    "Suspend a product: nothing of it can be used until it is resumed.",
    "bakers/cable-tv --reason holidays",
    _ID,
)
_PRODUCTS.change("resume", "Resume a suspended product.", "bakers/cable-tv", _ID)
_PRODUCTS.change(
    "end",
    "End a product, with all involvement in it.",
    "bakers/cable-tv --at 2027-01-01 --dry-run",
    _ID,
)
_PRODUCTS.change(
    "move",
    "Move a product to another account of the household.",
    "bakers/cloud bakers/teens-account --charged-to bakers/teens-bill --dry-run",
    _ID,
    positional("account", "ACCOUNT", "Id of the customer account."),
    text(
        "--charged-to BILL",
        "Id of the bill. Default: that of the other products of that account.",
        name="bill",
    ),
)
_PRODUCTS.list(
    "List products with who pays, administers, chooses and uses them.\n\n"
    "For one party, those that it has to do with.",
    "bakers",
    ENDED,
    columns=(
        *("product", "name", "status", "account", "price", "valid_from", "valid_to"),
        *("paid_by", "administered_by", "chosen_by", "used_by", "services"),
    ),
    hidden=("name", "account", "services"),
    empty="no products; --all lists those that have ended or are to come too",
)


@product.command("offerings", epilog="Example: household-graph product offerings --for household")
def offerings(
    kind: OrganizationType | None = option(
        "--for KIND", "Only what is for a household, or a business."
    ),
    output: Format = OUTPUT,
) -> None:
    """List the products to choose from: the operator's catalogue.

    It is the folder that HOUSEHOLD_GRAPH_OFFERINGS names, or the one that is shipped.
    """
    from household_graph.documents.offerings import catalogue

    records: list[dict[str, Any]] = [
        {
            "offering": name,
            "product": one.id,
            "price": one.price,
            "per_person": one.per_person,
            "services": [service.id for service in one.services],
        }
        for name, offering in catalogue(kind).items()
        for one in offering.products
    ]
    emit(records, output, columns=_OFFERED_COLUMNS)


_SERVICES.change(
    "available",
    "Let a service be used on a device.",
    "bakers/sports bakers/laptop-tom",
    *_ON,
    method="make_available",
)
_SERVICES.change(
    "unavailable",
    "Let a service be used on a device no longer.",
    "bakers/sports bakers/phone-emma --at 2027-01-01",
    *_ON,
    method="make_unavailable",
)
