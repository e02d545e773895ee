"""Mappings from files, checked line by line; and the ones that come with the package."""

import json
from functools import cache
from pathlib import Path

from household_graph.documents.json_schema import DIALECT, without_titles
from household_graph.documents.read import read_model
from household_graph.errors import UnknownIdError
from household_graph.imports.mapping.document import Mapping
from household_graph.model.ids import nearest

_FOLDER = Path(__file__).resolve().parent.parent / "profiles"


def read_mapping(source: str | Path) -> Mapping:
    """Read and check a mapping.

    Raises:
        DocumentError: with a line for each problem: `FILE:LINE: field: what`.
    """
    return read_model(Mapping, source, "mapping")[0]


def profile_named(name: str) -> Mapping:
    """Return the mapping of a profile.

    Raises:
        UnknownIdError: if there is none of that name.
    """
    return shipped_profiles()[_known(name)]


def profile_text(name: str) -> str:
    """Return the text of a profile, to be edited.

    Raises:
        UnknownIdError: if there is none of that name.
    """
    return _files()[_known(name)].read_text(encoding="utf-8")


@cache
def shipped_profiles() -> dict[str, Mapping]:
    """Return the profiles that come with the package, by name."""
    return {name: read_mapping(path) for name, path in _files().items()}


def mapping_text(mapping: Mapping) -> str:
    """Return a mapping as JSON text: equal mappings have equal texts."""
    return mapping.model_dump_json(exclude_defaults=True)


def mapping_schema() -> str:
    """Return the JSON Schema of mappings, as text."""
    schema = without_titles(Mapping.model_json_schema())
    schema["description"] = "What the columns of an export mean."
    return (
        json.dumps({"$schema": DIALECT, "title": "Mapping", **schema}, indent=2, ensure_ascii=False)
        + "\n"
    )


def _files() -> dict[str, Path]:
    return {path.stem: path for path in sorted(_FOLDER.glob("*.yaml"))}


def _known(name: str) -> str:
    if name not in _files():
        raise UnknownIdError(name, nearest(name, _files()) or sorted(_files()), place="profile")
    return name
