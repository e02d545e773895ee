"""Time zones are those of the package `tzdata`, the same on every host."""

import zoneinfo
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
import tzdata

from household_graph.errors import InvalidTimeError
from household_graph.model.instants import TZDATA_VERSION, to_local, zone_named, zone_names


def test_what_the_system_says_of_zones_does_not_matter(tmp_path: Path) -> None:
    """Files of the operating system may be older, or wrong; the search path stays as it is."""
    wrong = files(tzdata).joinpath("zoneinfo", "Asia", "Tokyo").read_bytes()
    (tmp_path / "Europe").mkdir()
    (tmp_path / "Europe" / "London").write_bytes(wrong)
    before = zoneinfo.TZPATH
    zone_named.cache_clear()
    zoneinfo.reset_tzpath([str(tmp_path)])
    try:
        london = zone_named("Europe/London")
        assert (str(tmp_path),) == zoneinfo.TZPATH
    finally:
        zoneinfo.reset_tzpath(before)
        zone_named.cache_clear()
    assert london.key == "Europe/London"
    noon = int(datetime(2026, 7, 1, 12, tzinfo=UTC).timestamp() * 1000)
    assert to_local(noon, london).hour == 13


def test_every_zone_can_be_read() -> None:
    """By its name, and no other: no folder, no path out of the package, no case of its own."""
    assert len(zone_names()) > 500
    assert {zone_named(name).key for name in zone_names()} == zone_names()
    for wrong in ("", "Europe", "../zones", "europe/london", "localtime", "/etc/localtime"):
        with pytest.raises(InvalidTimeError, match="unknown time zone"):
            zone_named(wrong)


def test_the_version_is_that_of_the_package() -> None:
    """What is laid out beforehand says by which data."""
    assert TZDATA_VERSION == tzdata.IANA_VERSION
