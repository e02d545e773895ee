"""The kinds of policy there are, a class for each, and the windows of curfews (law 7).

Whatever differs between kinds is asked of these classes: when a policy forbids, its reason in
words, its letter in a matrix, its options at the command line. Nothing else names a kind, so
another one is a class here and its place in `KINDS`.

A curfew window starts on each listed weekday at a local time and ends at the next occurrence of
the other local time, on the same day or, across midnight, on the next. Equal times mean a whole
day.
"""

from bisect import bisect
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any, ClassVar, NamedTuple, TypedDict
from zoneinfo import ZoneInfo

from household_graph.engine.facts import Facts, PolicyFact, ServiceFact, age_at, younger_than
from household_graph.engine.grants import coverages
from household_graph.errors import BadInputError
from household_graph.model.enums import Weekday
from household_graph.model.instants import from_datetime, from_local, to_local, to_utc
from household_graph.model.spans import ALWAYS, Span, common, contains

_WEEKDAYS = [day.value for day in Weekday]
_OWN_AGE = "own-age"  # the maximum age rating that follows the age of the party
_MILLISECONDS_A_DAY = 86_400_000
_WEEK = 7 * _MILLISECONDS_A_DAY
_MONDAY = -3 * _MILLISECONDS_A_DAY  # 1970-01-01 was a Thursday
_DAY = timedelta(days=1)
_AROUND = range(-3, 2)
"""The local dates, counted from that of an instant in UTC, whose windows may hold it.

A local date is at most one away from that of UTC, a window at most one day long, and a zone may
skip a whole date."""
_LATER = range(-1, 17)
"""Those with the first window that starts later: a week, and one more where the clock change
swallows a window."""


class KindTerms(TypedDict, total=False):
    """The fields that only one kind of policy has, as keywords.

    A maximum age is in years or `own-age`, times are local as HH:MM, and `allows` takes ids of
    products and services.
    """

    weekdays: Iterable[str] | None
    start_time: str | None
    end_time: str | None
    maximum_age: str | None
    blocked_categories: Iterable[str] | None
    allows: Iterable[str] | None
    allowed_categories: Iterable[str] | None


class Windows(NamedTuple):
    """When a curfew holds: the weekdays on which it starts, in lower case, and local `HH:MM`."""

    weekdays: tuple[str, ...]
    start_time: str
    end_time: str


class Request(NamedTuple):
    """A party and a target that a policy is held against."""

    facts: Facts
    party: str
    target: str


class Restriction:
    """A kind of policy; one instance stands for all policies of the kind.

    Attributes:
        name: the kind, which is the code of its reason too.
        summary: what it forbids, in a few words.
        letter: stands for it in a matrix; a capital, unlike those of grants that are missing.
        options: of each field that only this kind has, the option of the command line.
        required: the fields that each policy of the kind needs.
        any_of: fields of which it needs one at least.
        any_of_in_words: what these are, such as `an age or a category`.
        categories: those of its fields that list categories of service.
        is_recurring: whether it forbids within weekly windows alone.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    letter: ClassVar[str]
    options: ClassVar[Mapping[str, str]] = {}
    required: ClassVar[Sequence[str]] = ()
    any_of: ClassVar[Sequence[str]] = ()
    any_of_in_words: ClassVar[str] = ""
    categories: ClassVar[Sequence[str]] = ()
    is_recurring: ClassVar[bool] = False

    @property
    def called(self) -> str:
        """The kind with its article, such as `a curfew`."""
        return f"{'an' if self.name[0] in 'aeiou' else 'a'} {self.name}"

    def missing(self, stated: Collection[str]) -> Sequence[Sequence[str]]:
        """Return what a policy lacks that states some fields: one of each group is needed."""
        groups: list[Sequence[str]] = [(one,) for one in self.required]
        if self.any_of:
            groups.append(self.any_of)
        return [group for group in groups if not set(stated) & set(group)]

    def can_forbid(self, _facts: Facts, _policy: PolicyFact, _target: str) -> bool:
        """Return whether a policy can forbid a target in its scope, to a party of some age."""
        return True

    def forbids(self, _policy: PolicyFact, _request: Request) -> Sequence[Span]:
        """Return when a policy forbids what `can_forbid` names; windows and validity aside."""
        return (ALWAYS,)

    def windows(self, _terms: Mapping[str, Any]) -> Windows | None:
        """Return the windows outside which a policy does not forbid, if the kind has any."""
        return None

    def reason(self, _policy: PolicyFact, _request: Request, _instant: int) -> str:
        """Return in words why a policy forbids at an instant; empty where there is no more to say.

        It follows "`policy` forbids `target` to `party`: ".
        """
        return ""

    def limits(self, _terms: Mapping[str, Any]) -> str:
        """Return in words what a policy tolerates in its scope, for lists; empty: nothing."""
        return ""

    def hours(self, _terms: Mapping[str, Any]) -> str:
        """Return in words at what hours a policy forbids, for lists."""
        return "always"


class Curfew(Restriction):
    """Forbids on listed weekdays, from a start to an end on the household's clock."""

    name = "curfew"
    summary = "hours"
    letter = "C"
    is_recurring = True
    options: ClassVar = {"weekdays": "--weekday", "start_time": "--start", "end_time": "--end"}
    required = ("weekdays", "start_time", "end_time")

    def windows(self, terms: Mapping[str, Any]) -> Windows:
        """Return when it forbids."""
        start, end = terms.get("start_time", ""), terms.get("end_time", "")
        return Windows(tuple(terms.get("weekdays", ())), start, end)

    def hours(self, terms: Mapping[str, Any]) -> str:
        """Return the days and hours, such as `Sunday to Thursday, 21:00 to 07:00`."""
        weekdays, start, end = self.windows(terms)
        return f"{_days(weekdays)}, {start} to {end}"


def _days(days: Sequence[str]) -> str:
    """Return weekdays in words; those in a row, also over the weekend, as `Sunday to Thursday`."""
    if len(days) == len(_WEEKDAYS):
        return "every day"
    first = next(
        (day for day in days if _WEEKDAYS[_WEEKDAYS.index(day) - 1] not in days), _WEEKDAYS[0]
    )
    turned = _WEEKDAYS[_WEEKDAYS.index(first) :] + _WEEKDAYS[: _WEEKDAYS.index(first)]
    names = [day.capitalize() for day in turned if day in days]
    if len(days) > 2 and turned[len(days) - 1] in days:  # noqa: PLR2004 - two are named both
        return f"{names[0]} to {names[-1]}"
    return ", ".join(names)


class Classification(Restriction):
    """Forbids services by their rating and category; it says nothing of products and resources."""

    name = "classification"
    summary = "ratings and categories"
    letter = "R"
    options: ClassVar = {
        "maximum_age": "--maximum-age",
        "blocked_categories": "--block-category",
    }
    any_of = ("maximum_age", "blocked_categories")
    any_of_in_words = "an age or a category"
    categories = ("blocked_categories",)

    def can_forbid(self, facts: Facts, policy: PolicyFact, target: str) -> bool:
        """Return whether the target is a service that is too much for some age."""
        service = facts.services.get(target)
        return service is not None and (
            bool(service.minimum_age and policy.terms.get("maximum_age") == _OWN_AGE)
            or _is_above(policy.terms, service)
        )

    def forbids(self, policy: PolicyFact, request: Request) -> Sequence[Span]:
        """Return when the service is too much for the party."""
        facts, party, target = request
        service = facts.services[target]
        if _is_above(policy.terms, service):
            return (ALWAYS,)
        span = younger_than(facts, facts.principals[party], service.minimum_age or 0)
        return (span,) if span else ()

    def reason(self, policy: PolicyFact, request: Request, instant: int) -> str:
        """Return the category, and the rating beside what is allowed."""
        return ", and ".join(_grounds(policy.terms, request, instant))

    def limits(self, terms: Mapping[str, Any]) -> str:
        """Return the ratings and categories, such as `rated above 12, or category adult`."""
        limits = [f"category {one}" for one in terms.get("blocked_categories", ())]
        if age := terms.get("maximum_age"):
            limits.insert(0, f"rated above {'their own age' if age == _OWN_AGE else age}")
        return ", or ".join(limits)


def _is_above(terms: Mapping[str, Any], service: ServiceFact) -> bool:
    """Return whether a policy forbids a service to all of its audience, whatever their age."""
    if service.category in terms.get("blocked_categories", ()):
        return True
    most = terms.get("maximum_age", _OWN_AGE)
    return most != _OWN_AGE and (service.minimum_age or 0) > int(most)


def _grounds(terms: Mapping[str, Any], request: Request, instant: int) -> Iterator[str]:
    facts, party, target = request
    service = facts.services[target]
    if service.category in terms.get("blocked_categories", ()):
        yield f"the category {service.category} is blocked"
    rating, most = service.minimum_age or 0, terms.get("maximum_age")
    if most == _OWN_AGE:
        age = age_at(facts.principals[party], to_local(instant, facts.zone).date())
        if age is None or age < rating:
            known = "of unknown age" if age is None else age
            yield f"it is rated {rating}, and `{party}` is {known}"
    elif most is not None and rating > int(most):
        yield f"it is rated {rating}, and the most allowed is {most}"


class Block(Restriction):
    """Forbids whatever is in its scope."""

    name = "block"
    summary = "always"
    letter = "B"


class AllowOnly(Restriction):
    """Forbids whatever is in its scope but the products, services and categories it lists.

    A listed product stands for what it bundles and for the services that realize it.
    """

    name = "allow-only"
    summary = "all but a list"
    letter = "O"
    options: ClassVar = {"allows": "--allow", "allowed_categories": "--allow-category"}
    any_of = ("allows", "allowed_categories")
    any_of_in_words = "a list of what stays allowed"
    categories = ("allowed_categories",)

    def can_forbid(self, facts: Facts, policy: PolicyFact, target: str) -> bool:
        """Return whether the target is not on the list."""
        service = facts.services.get(target)
        if service is not None and service.category in policy.terms.get("allowed_categories", ()):
            return False
        listed = set(policy.terms.get("allows", ()))
        return all(listed.isdisjoint(found.ids) for found in coverages(facts, target))

    def reason(self, policy: PolicyFact, _request: Request, _instant: int) -> str:
        """Return what is allowed instead."""
        return f"it allows only {_listed(policy.terms)}"

    def limits(self, terms: Mapping[str, Any]) -> str:
        """Return the list, such as `all but bakers/email, category cloud`."""
        return f"all but {_listed(terms)}"


def _listed(terms: Mapping[str, Any]) -> str:
    names = [f"`{one}`" for one in terms.get("allows", ())]
    categories = [f"category {one}" for one in terms.get("allowed_categories", ())]
    return ", ".join(names + categories)


KINDS: Mapping[str, Restriction] = {
    one.name: one for one in (Curfew(), Classification(), Block(), AllowOnly())
}
"""The kinds by name."""

KIND_OF_FIELD: Mapping[str, Restriction] = {
    field: kind for kind in KINDS.values() for field in kind.options
}
"""By each field that only one kind has, that kind."""


def kind_of(facts: Facts, policy: PolicyFact) -> Restriction:
    """Return the kind of a policy.

    Raises:
        BadInputError: if this version does not know the kind; it names the one that wrote it.
    """
    if policy.kind in KINDS:
        return KINDS[policy.kind]
    writer = f"household-graph {facts.written_by}" if facts.written_by else "another version"
    raise BadInputError(
        f"the policy `{policy.id}` is of a kind that this version does not know: `{policy.kind}`",
        hint=f"{writer} changed the household last: use that one, or a newer one",
    )


def is_covered(curfew: Windows, instant: int, zone: ZoneInfo) -> bool:
    """Return whether a window of a curfew holds the instant."""
    offset = _offset(zone, instant // _MILLISECONDS_A_DAY)
    if offset is None:
        return contains(_around(curfew, instant, zone, _AROUND), instant)
    return bisect(_week(curfew), (instant + offset - _MONDAY) % _WEEK) % 2 == 1


def covering(curfews: Iterable[Windows], instant: int, zone: ZoneInfo) -> Span | None:
    """Return the window that holds the instant, the one that ends last, or None."""
    windows = [
        window
        for windows in curfews
        for window in _around(windows, instant, zone, _AROUND)
        if window.start <= instant < window.end
    ]
    return max(windows, key=lambda window: window.end, default=None)


def next_start(curfews: Iterable[Windows], instant: int, zone: ZoneInfo) -> int | None:
    """Return when the first window after the instant begins, or None if none does."""
    starts = (
        window.start
        for windows in curfews
        for window in _around(windows, instant, zone, _LATER)
        if window.start > instant
    )
    return min(starts, default=None)


@lru_cache(maxsize=65_536)
def _offset(zone: ZoneInfo, day: int) -> int | None:
    """Return how far local time is ahead around a date in UTC; None where the clocks change.

    In the five days that are looked at they change once at most: of all zones, and until 2100, two
    changes are never less than six days apart.
    """
    before, after = (
        from_datetime(to_local(instant, zone).replace(tzinfo=UTC)) - instant
        for instant in ((day + n) * _MILLISECONDS_A_DAY for n in (_AROUND.start, _AROUND.stop))
    )
    return before if before == after else None


@lru_cache(maxsize=4096)
def _week(curfew: Windows) -> tuple[int, ...]:
    """Return when in a week a curfew begins and ends to hold, in turn, from Monday on."""
    start, end = _milliseconds(curfew.start_time), _milliseconds(curfew.end_time)
    if end <= start:
        end += _MILLISECONDS_A_DAY
    days = [n * _MILLISECONDS_A_DAY for n, day in enumerate(_WEEKDAYS) if day in curfew.weekdays]
    spans = [Span(first + day + start, first + day + end) for first in (-_WEEK, 0) for day in days]
    return tuple(chain.from_iterable(common(tuple(spans), (Span(0, _WEEK),))))


def _milliseconds(text: str) -> int:
    return from_datetime(datetime.combine(to_utc(0), time.fromisoformat(text), UTC))


def _around(windows: Windows, instant: int, zone: ZoneInfo, days: range) -> tuple[Span, ...]:
    """Return the windows that start on some days, counted from the instant's date in UTC."""
    day = instant // _MILLISECONDS_A_DAY
    return _of_days(windows, zone, day + days.start, day + days.stop)


@lru_cache(maxsize=65_536)
def _of_days(curfew: Windows, zone: ZoneInfo, first: int, stop: int) -> tuple[Span, ...]:
    """Return the windows that start on local dates, which are counted from 1970-01-01.

    Curfews with the same windows share them.
    """
    start, end = time.fromisoformat(curfew.start_time), time.fromisoformat(curfew.end_time)
    found = []
    for number in range(first, stop):
        day = to_utc(number * _MILLISECONDS_A_DAY)
        if _WEEKDAYS[day.weekday()] in curfew.weekdays:
            last = day if start < end else day + _DAY
            opens = from_local(datetime.combine(day, start), zone)
            found.append(Span(opens, from_local(datetime.combine(last, end), zone)))
    return tuple(window for window in found if window.start < window.end)
