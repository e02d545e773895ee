"""The products that a record speaks of."""

from collections.abc import Callable
from functools import lru_cache

from household_graph.imports.cleaning import Conventions, charge, choice, code, day, phone
from household_graph.imports.mapping.cells import Cell, Values, condition
from household_graph.imports.mapping.document import DeviceColumns, ProductColumns, ServiceColumns
from household_graph.imports.mapping.headers import Headers
from household_graph.imports.statements import DeviceSaid, ProductSaid, ServiceSaid
from household_graph.model.enums import ProductStatus

Product = Callable[[Values], ProductSaid | None]
"""Gives what a record says of a product; None, if nothing."""

_STATUSES = {status.value: status.value for status in ProductStatus}


def compile_product(product: ProductColumns, headers: Headers, conventions: Conventions) -> Product:
    """Return what reads a product from records with these headers."""
    names = ("key", "name", "status", "price", "valid_from", "valid_to")
    cells = {name: Cell(getattr(product, name), headers) for name in names}
    holds = condition(product.when, headers)
    services = [_service(one, headers) for one in product.services]
    device = _device(product.device, headers, conventions) if product.device else None

    def said(values: Values) -> ProductSaid | None:
        key = cells["key"].clean(values, code) if holds(values) else None
        if key is None:
            return None
        return ProductSaid(
            key=key,
            name=cells["name"].text(values) or None,
            status=cells["status"].clean(values, lambda text: choice(text, _STATUSES)),
            price=cells["price"].clean(values, lambda text: charge(text, conventions)),
            valid_from=cells["valid_from"].clean(values, lambda text: day(text, conventions)),
            valid_to=cells["valid_to"].clean(values, lambda text: day(text, conventions)),
            consumers=product.consumers,
            services=tuple(service(values) for service in services),
            device=device(values) if device else None,
        )

    return said


def _service(service: ServiceColumns, headers: Headers) -> Callable[[Values], ServiceSaid]:
    name, category = Cell(service.name, headers), Cell(service.category, headers)

    @lru_cache(maxsize=1000)  # most are the same in all records
    def made(called: str, kind: str) -> ServiceSaid:
        return ServiceSaid(
            id=service.id,
            name=called or None,
            category=kind or None,
            minimum_age=service.minimum_age,
        )

    return lambda values: made(name.text(values), category.text(values))


def _device(
    device: DeviceColumns, headers: Headers, conventions: Conventions
) -> Callable[[Values], DeviceSaid | None]:
    value, name = Cell(device.value, headers), Cell(device.name, headers)
    kind = Cell(device.resource_type, headers)
    clean = (lambda text: phone(text, conventions)) if device.value_is == "phone" else code

    def said(values: Values) -> DeviceSaid | None:
        number = value.clean(values, clean)
        if number is None:
            return None
        return DeviceSaid(
            id=device.id,
            name=name.text(values) or None,
            resource_type=kind.text(values) or None,
            value=number,
        )

    return said
