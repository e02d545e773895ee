"""Offering files: the shipped ones are right, and every problem of another is named."""

from pathlib import Path

import pytest

from household_graph.documents.offerings import catalogue, offering_named, read_offering
from household_graph.errors import DocumentError, UnknownIdError
from household_graph.installation import shipped
from household_graph.model.enums import OrganizationType

NAMES = sorted(path.stem for path in (shipped("seed") / "offerings").glob("*.yaml"))

BROKEN = """\
name: Mended
for: [houshold]
products:
  - id: broadband
    name: Broadband
    price: -1
    services:
      - {id: internet, nam: Internet}
"""


def test_there_are_offerings_for_both_kinds() -> None:
    """Households are offered television, businesses a PBX, and both a mobile plan."""
    home = {p.id for o in catalogue(OrganizationType.HOUSEHOLD).values() for p in o.products}
    shop = {p.id for o in catalogue(OrganizationType.BUSINESS).values() for p in o.products}
    assert home >= {"broadband", "cable-tv", "mobile"}
    assert shop >= {"telephony", "mobile"}
    assert "cable-tv" not in shop


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_offering_can_be_named(name: str) -> None:
    """The name of a shipped offering is that of its file; each service has a device for it."""
    offering = offering_named(name)
    types = {device.resource_type for device in offering.devices}
    used = {on for product in offering.products for s in product.services for on in s.used_on}
    assert used <= types


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    """A name that is mistyped is an error that names what may have been meant."""
    with pytest.raises(UnknownIdError, match="unknown offering `famly`") as error:
        offering_named("famly")
    assert error.value.nearest == ("family",)


def test_a_file_can_be_named(tmp_path: Path) -> None:
    """A path is read, whatever it is called."""
    file = tmp_path / "ours.yaml"
    file.write_text("name: Ours\nproducts:\n  - {id: radio, name: Radio}\n", encoding="utf-8")
    assert offering_named(str(file)).products[0].name == "Radio"
    with pytest.raises(DocumentError, match="cannot read"):
        offering_named(str(tmp_path / "missing.yaml"))


def test_every_problem_is_named_with_its_line(tmp_path: Path) -> None:
    """All that is wrong is reported at once, each with line, field and the nearest right word."""
    file = tmp_path / "broken.yaml"
    file.write_text(BROKEN, encoding="utf-8")
    with pytest.raises(DocumentError) as error:
        read_offering(file)
    lines = error.value.message.splitlines()
    assert [line.removeprefix(f"{file}:").split(":")[0] for line in lines] == ["2", "6", "8", "8"]
    assert "did you mean `household`" in lines[0]


def test_an_id_given_twice_is_told(tmp_path: Path) -> None:
    """A product and a service cannot have one id, for both become things of one household."""
    file = tmp_path / "twice.yaml"
    service = "{id: radio, name: Radio}"
    file.write_text(
        f"name: Twice\nproducts:\n  - id: radio\n    name: Radio\n    services: [{service}]\n",
        encoding="utf-8",
    )
    with pytest.raises(DocumentError, match=r"twice\.yaml:5.*duplicate id `radio`"):
        read_offering(file)


@pytest.mark.parametrize("text", ["", "---\n---\n", "[1, 2]", "just words", "name: [", "- a"])
def test_what_is_no_offering_is_told(text: str, tmp_path: Path) -> None:
    """A file that holds something else is an error that names it, and nothing else happens."""
    file = tmp_path / "other.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=r"other\.yaml"):
        read_offering(file)
