"""The folders that travel with the package are found wherever it is."""

from pathlib import Path

import pytest

from household_graph import installation as resources
from household_graph.errors import HouseholdGraphError


@pytest.mark.parametrize("name", ["cypher", "seed"])
def test_a_checkout_has_them_beside_the_package(name: str) -> None:
    """In a checkout the folders lie beside the package."""
    assert resources.shipped(name) == Path(__file__).parents[2] / name


def test_an_installation_has_them_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed package holds the folders, and they come before any of the same name outside."""
    package = tmp_path / "household_graph"
    for folder in (package / "cypher", tmp_path / "cypher"):
        folder.mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resources.shipped("cypher") == package / "cypher"


def test_a_missing_folder_is_an_error() -> None:
    """A folder that is in neither place is an error, with what to do."""
    with pytest.raises(HouseholdGraphError, match="the folder `nothing` is missing") as caught:
        resources.shipped("nothing")
    assert caught.value.hint
