"""`policy`: what the household forbids, to whom, and when."""

import inspect
from typing import TYPE_CHECKING

from household_graph.cli.change_command import ENDED, HOUSEHOLD_ID, PEOPLE, SINCE, UNTIL, Noun
from household_graph.cli.options import flag, option, parameter, positional, text, texts
from household_graph.engine.policies import KINDS
from household_graph.model.declaration import (
    Property,
    PropertyType,
    properties_of,
    relationships_from,
)
from household_graph.model.declaration.properties import (
    CLOCK_PATTERN,
    MAXIMUM_AGE_PATTERN,
    as_sentence,
)
from household_graph.model.enums import PolicyKind, Weekday
from household_graph.model.schedule_words import (
    DAY_GROUPS,
    long_window,
    read_time_of_day,
    read_weekdays,
)

if TYPE_CHECKING:
    from household_graph.changes.service import ChangeResult

_NOUN = Noun("policy", "policies")
policy = _NOUN.app
_ID = positional("policy", "POLICY", "Id of the policy.")
_KIND = option("--kind", "What the policy forbids: hours, ratings and categories, or everything.")
_UNTIL = text(
    "--until TIME",
    "When it ends; a time of day, such as 22:00, is the next one. Default: it does not.",
)
_METAVARS = {MAXIMUM_AGE_PATTERN: "N|own-age"}
_WINDOW = ("start_time", "end_time")


def _term(field: str, spelling: str) -> inspect.Parameter:
    """Return the option of a term that only one kind of policy has, as the graph declares it."""
    link = relationships_from("Policy").get(field)
    declared = link or properties_of(frozenset({"Policy"}))[field]
    meaning = as_sentence(declared.meaning)
    if not isinstance(declared, Property):
        return texts(f"{spelling} ID", meaning, name=field)
    if declared.pattern == CLOCK_PATTERN:
        words = meaning.replace(" as HH:MM", " such as 21:00, 21.30 or 9pm")
        return text(f"{spelling} TIME", words, name=field, parser=read_time_of_day)
    if declared.type is PropertyType.STRING:
        metavar = _METAVARS.get(declared.pattern or "", "")
        return text(f"{spelling} {metavar}", meaning, name=field)
    if declared.words is None:
        return texts(f"{spelling} WORD", meaning, name=field)
    words = f"{meaning[:-1]}, such as mon,wed, mon-fri, weekdays, weekend or school-nights."
    more = {"parser": read_weekdays, "callback": _flat, "autocompletion": _complete_days}
    return texts(f"{spelling} DAYS", words, name=field, **more)


def _flat(days: list[tuple[Weekday, ...]] | None) -> list[Weekday] | None:
    """Return the days of every time that an option was given; None if it was not."""
    return None if days is None else [day for some in days for day in some]


def _complete_days() -> list[str]:
    return [*Weekday, *DAY_GROUPS]


def _long_window_in(result: "ChangeResult") -> str | None:
    """Return what is said of a curfew that becomes so long that it may be a mistake."""
    for one in (edit for changed in result.households for edit in changed.edits.nodes):
        before, after = (row.properties if row else {} for row in (one.before, one.after))
        start, end = (str(after.get(name) or "") for name in _WINDOW)
        is_new = any(before.get(name) != after.get(name) for name in _WINDOW)
        if start and end and is_new and (found := long_window(start, end)):
            return found
    return None


_NOUN.change(
    "set",
    "Set a new policy, or change one: options that are not given stay as they are.\n\n"
    "With --until a change is for that long, and then the policy says again what it said before. "
    "A new policy ends then; so does one of which nothing else is changed.",
    "bakers bedtime --start 22:00 --from 2026-12-19 --until 2027-01-04",
    HOUSEHOLD_ID,
    positional("policy", "LOCAL-ID", "Id of the policy, without the household, such as bedtime."),
    parameter("kind", PolicyKind | None, _KIND),
    text("--name", "The name of the policy."),
    texts("--audience WHOM", "To whom it applies: minors, everyone, or the id of a party."),
    texts(
        "--governs ID",
        "Id of a product, service or resource that it governs; that of the household means "
        "everything.",
    ),
    texts("--category WORD", "A category of services that it also governs.", name="categories"),
    texts(
        "--on DEVICE",
        "Id of a device on which alone it forbids. Default: it does not matter where.",
        name="only_on",
    ),
    *(_term(field, flag) for kind in KINDS.values() for field, flag in kind.options.items()),
    texts(
        "--enforced-by SERVICE",
        "Id of a service that enforces it. Default: that of the other policies.",
    ),
    UNTIL,
    at=SINCE,
    sanity_check=_long_window_in,
    checked=_WINDOW,
)
_NOUN.change(
    "end",
    "End a policy for everybody, and for good; to pause it see `policy pause`.",
    "bakers/bedtime --as bakers/mum",
    _ID,
    formerly="lift",
)
_NOUN.change(
    "pause",
    "Pause a policy for everybody, such as in the holidays.",
    "bakers/bedtime --from 2026-12-19 --until 2027-01-04",
    _ID,
    _UNTIL,
    flag("--end", "End the pauses, now or at the time of --from."),
    at=SINCE,
)
_NOUN.change(
    "exempt",
    "Exempt people from a policy.",
    "bakers/bedtime bakers/tom bakers/emma --until 22:00",
    _ID,
    PEOPLE,
    _UNTIL,
    texts(
        "--only-for TARGET",
        "Id of a product, service or device for which alone it is. Default: for all.",
        name="only_for",
    ),
    flag("--end", "End the exemption, now or at the time of --from."),
    at=SINCE,
)
_NOUN.list(
    "List the policies in force, in words; for one party, those that apply to it.",
    "bakers/katie",
    ENDED,
    columns=(
        *("policy", "kind", "whom", "what", "when", "enforced_by", "set_by", "exempt"),
        *("exemptions", "paused", "valid_from", "valid_to"),
    ),
    hidden=("enforced_by", "set_by", "exempt"),
    empty="no policies; --all lists those that have ended or are to come too",
)
