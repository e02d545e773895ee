"""Instants, exact to the millisecond, and time zones.

Inside the engine an instant is a whole number of milliseconds since 1970-01-01T00:00Z, so that
comparing is exact and quick. A local time is converted to an instant as in RFC 5545 section 3.3.5:
one that occurs twice (clocks go back) means its first occurrence, one that does not occur (clocks
go forward) is read with the offset from before the gap.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import tzdata

from household_graph.errors import InvalidTimeError, did_you_mean
from household_graph.model.ids import nearest

BEGINNING = -(2**60)
"""Before every instant: what an absent `valid_from` means."""
FOREVER = 2**60
"""After every instant: what an absent `valid_to` means."""

_NAMED = 3  # time zones in a hint
_YEARS = range(1000, 9999)  # four digits, and room for any offset at both ends
TZDATA_VERSION: str = tzdata.IANA_VERSION
"""Of the time-zone data that zones are read from, such as `2026f`."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DAY = timedelta(days=1)
_FIRST = (datetime.min.replace(tzinfo=UTC) + _DAY - _EPOCH) // _MILLISECOND
_LAST = (datetime.max.replace(tzinfo=UTC) - _DAY - _EPOCH) // _MILLISECOND


def now() -> int:
    """Return the instant at which it is called."""
    return from_datetime(datetime.now(UTC))


def from_datetime(moment: datetime) -> int:
    """Return the instant of a datetime that has an offset, cut to the millisecond.

    Raises:
        InvalidTimeError: if it has no offset; use `from_local` for local times.
    """
    if moment.tzinfo is None:
        raise InvalidTimeError(
            f"the time `{moment.isoformat()}` has no offset",
            hint="give a datetime with a tzinfo, such as datetime.now(timezone.utc)",
        )
    return (moment - _EPOCH) // _MILLISECOND


def from_local(moment: datetime | date, zone: ZoneInfo) -> int:
    """Return the instant of a local date (its first moment) or of a local time."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return from_datetime(moment.replace(tzinfo=zone, fold=0))


def to_local(instant: int, zone: ZoneInfo) -> datetime:
    """Return the local time of an instant, with its offset as the time zone.

    The zone itself would not do: in an hour that occurs twice, Python takes equal times in two
    zones for unequal, and the driver crashes on zones in parameters.
    """
    local = to_utc(instant).astimezone(zone)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()))


def to_utc(instant: int) -> datetime:
    """Return an instant as rows have it: a datetime in UTC.

    An instant out of the range of datetime, which only plain Cypher can have written, becomes the
    nearest one in range.
    """
    return _EPOCH + min(max(instant, _FIRST), _LAST) * _MILLISECOND


def isoformat(instant: int, zone: ZoneInfo) -> str:
    """Return an instant as ISO 8601 local time with offset, e.g. `2026-06-01T00:00:00+01:00`."""
    local = to_local(instant, zone)
    return local.isoformat(timespec="milliseconds" if local.microsecond else "seconds")


def short_time(instant: int, zone: ZoneInfo) -> str:
    """Return an instant as people read it in a zone; see `short_local`."""
    return short_local(to_local(instant, zone))


def short_local(local: datetime) -> str:
    """Return a local time without seconds and offset, such as `2026-06-01 20:00`.

    Of midnight it is the date alone.
    """
    return local.date().isoformat() if local.time() == time() else f"{local:%Y-%m-%d %H:%M}"


def instant_of(moment: datetime | date | str, zone: ZoneInfo) -> int:
    """Return the instant that a datetime, a date or ISO 8601 text means in a zone.

    Raises:
        InvalidTimeError: if it is text that cannot be read, or the year is out of range.
    """
    if isinstance(moment, str):
        return parse_instant(moment, zone)
    require_year(moment)
    if isinstance(moment, datetime) and moment.tzinfo:
        return from_datetime(moment)
    return from_local(moment, zone)


def next_clock(clock: time, instant: int, zone: ZoneInfo) -> int:
    """Return the first instant after another at which it is a time of day in a zone."""
    today = to_local(instant, zone).date()
    days = (today + timedelta(days=ahead) for ahead in range(3))
    found = (from_local(datetime.combine(day, clock), zone) for day in days)
    return next(one for one in found if one > instant)


def require_year(moment: date) -> None:
    """Refuse a date or a time so far away that it overflows in some zone, or is not four digits.

    Raises:
        InvalidTimeError: if the year is not one from 1000 to 9998.
    """
    if moment.year not in _YEARS:
        raise InvalidTimeError(
            f"the year of `{moment}` is out of range",
            hint=f"use a year from {_YEARS[0]} to {_YEARS[-1]}",
        )


@lru_cache(maxsize=4096)
def parse_instant(text: str, zone: ZoneInfo) -> int:
    """Return the instant a text means; without an offset it is local time of the zone.

    It is ISO 8601: `2026-11-22`, `2026-11-22T20:00`, `2026-11-22T20:00:00+01:00`, `…Z`.

    Raises:
        InvalidTimeError: if it cannot be read.
    """
    try:
        return instant_of(datetime.fromisoformat(text.strip()), zone)
    except (ValueError, OverflowError) as error:
        raise InvalidTimeError(
            f"cannot read the time `{text}`",
            hint="write it as 2026-11-22, 2026-11-22T20:00 or 2026-11-22T20:00+00:00",
        ) from error


@cache
def zone_names() -> frozenset[str]:
    """Return the IANA names of all time zones."""
    return frozenset(files(tzdata).joinpath("zones").read_text(encoding="ascii").split())


@cache
def zone_named(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name.

    It is read from the package `tzdata`, never from the files of the operating system: cached
    entitlements are valid for one version of the data, and hosts must be able to compare it.

    Raises:
        InvalidTimeError: if there is none of that name; the hint has those that may be meant.
    """
    if name not in zone_names():
        raise InvalidTimeError(
            f"unknown time zone `{name}`",
            hint=did_you_mean(_zones_like(name), "use an IANA name, such as Europe/London"),
        )
    with files(tzdata).joinpath("zoneinfo", *name.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


@cache
def zones_of_country(code: str) -> tuple[str, ...]:
    """Return the time zones of a country, by its ISO 3166 code, in the order of the zone tables.

    Empty if there is no such country, or nobody lives there.
    """
    found = (
        zone
        for table in ("zone.tab", "zone1970.tab")
        for codes, _coordinates, zone, *_comment in _table(table)
        if code.upper() in codes.split(",")
    )
    return tuple(dict.fromkeys(found))


@cache
def country_of_zone(zone: str) -> str | None:
    """Return the ISO 3166 code of the country that a time zone is named for; None: of none."""
    return next((code for code, _coordinates, name, *_ in _table("zone.tab") if name == zone), None)


def _zones_like(text: str) -> list[str]:
    """Return the time zones that a name of a city or country may mean, or is nearly the name of."""
    wanted, city = text.strip().casefold(), text.strip().casefold().replace(" ", "_")
    cities = [one for one in zone_names() if one.rpartition("/")[2].casefold() == city]
    countries = [code for code, name in _table("iso3166.tab") if name.casefold() == wanted]
    in_country = [zone for code in countries for zone in zones_of_country(code)]
    return sorted(cities)[:_NAMED] or in_country[:_NAMED] or nearest(text, zone_names())


def _table(name: str) -> list[list[str]]:
    """Return the rows of a table of the time-zone data, without its comments."""
    text = files(tzdata).joinpath("zoneinfo", name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
