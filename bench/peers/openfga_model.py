"""The authorization model of OpenFGA, as its API takes it.

In its own language the heart of it is:

    type service
      relations
        define granted: consumer or consumer from product
        define use: (granted and consumer from device)
                    but not (curfew or blocked or rated)
"""

from collections.abc import Mapping
from typing import Any

__all__ = ["CONDITIONS", "model"]

CONDITIONS: dict[str, tuple[str, dict[str, str]]] = {
    "valid": (
        "now >= valid_from && now < valid_to",
        {"now": "int", "valid_from": "int", "valid_to": "int"},
    ),
    "under_age": ("local_date - born < 180000", {"local_date": "int", "born": "int"}),
    "too_young": (
        "local_date - born < rating * 10000",
        {"local_date": "int", "born": "int", "rating": "int"},
    ),
    "in_curfew": (
        (
            "start < end ? (weekday in days && minute >= start && minute < end) : "
            "((weekday in days && minute >= start) || ((weekday + 6) % 7 in days && minute < end))"
        ),
        {"weekday": "int", "minute": "int", "days": "list", "start": "int", "end": "int"},
    ),
    "on_device": ("asked_device == named", {"asked_device": "string", "named": "string"}),
}
"""Each condition and its parameters. Dates are yyyymmdd, so 18 years are 180000."""

_HOLDERS = ("person:valid", "household#member:valid")


def _type(text: str) -> dict[str, Any]:
    name, _, condition = text.partition(":")
    kind, _, relation = name.partition("#")
    own = {"relation": relation} if relation else {}
    return {"type": kind, **own, **({"condition": condition} if condition else {})}


def _definition(
    name: str,
    direct: Mapping[str, tuple[str, ...]],
    **made: Any,  # noqa: ANN401 - JSON
) -> dict[str, Any]:
    related = {
        key: {"directly_related_user_types": list(map(_type, types))}
        for key, types in direct.items()
    }
    relations = {key: {"this": {}} for key in direct} | made
    return {"type": name, "relations": relations, "metadata": {"relations": related}}


def _own(relation: str) -> dict[str, Any]:
    return {"computedUserset": {"object": "", "relation": relation}}


def _from(tupleset: str, relation: str) -> dict[str, Any]:
    return {
        "tupleToUserset": {
            "tupleset": {"object": "", "relation": tupleset},
            "computedUserset": {"object": "", "relation": relation},
        }
    }


def _service() -> dict[str, Any]:
    direct = {
        "product": ("product",),
        "consumer": _HOLDERS,
        "device": ("device:on_device",),
        "curfew": ("household#minor:in_curfew",),
        "blocked": ("household#minor",),
        "rated": ("household#young",),
    }
    granted = {"union": {"child": [_own("consumer"), _from("product", "consumer")]}}
    both = {"intersection": {"child": [_own("granted"), _from("device", "consumer")]}}
    forbidden = {"union": {"child": [_own("curfew"), _own("blocked"), _own("rated")]}}
    use = {"difference": {"base": both, "subtract": forbidden}}
    return _definition("service", direct, granted=granted, use=use)


def model() -> dict[str, Any]:
    """Return the model: people, households, products, devices and services."""
    people = {
        "member": ("person:valid",),
        "minor": ("person:under_age",),
        "young": ("person:too_young",),
    }
    return {
        "schema_version": "1.1",
        "type_definitions": [
            {"type": "person"},
            _definition("household", people),
            _definition("product", {"consumer": _HOLDERS}),
            _definition("device", {"consumer": _HOLDERS}),
            _service(),
        ],
        "conditions": {name: _condition(name) for name in CONDITIONS},
    }


def _condition(name: str) -> dict[str, Any]:
    expression, parameters = CONDITIONS[name]
    return {
        "name": name,
        "expression": expression,
        "parameters": {key: _parameter(kind) for key, kind in parameters.items()},
    }


def _parameter(kind: str) -> dict[str, Any]:
    of = {"generic_types": [{"type_name": "TYPE_NAME_INT"}]} if kind == "list" else {}
    return {"type_name": f"TYPE_NAME_{kind.upper()}", **of}
