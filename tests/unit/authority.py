"""Changes of the seed households, tried in somebody's name, without a database."""

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from household_graph.changes.authorization.check import check_authority, check_guarantors
from household_graph.changes.draft import Draft
from household_graph.documents.read import read_documents
from household_graph.documents.to_rows import to_rows
from household_graph.errors import RefusedError
from household_graph.model.actor import Actor
from household_graph.model.instants import parse_instant
from household_graph.model.rows import RelationshipRow, Rows, Value

__all__ = [
    "LONDON",
    "NOW",
    "OF_AGE",
    "OPERATOR",
    "YEAR",
    "Work",
    "acting",
    "attempt",
    "bedtime",
    "cable",
    "changed",
    "end",
    "grant",
    "link_of",
    "may",
    "new_role",
    "no_longer_responsible",
    "seed",
    "set_",
    "sports",
]

SEED = Path(__file__).parents[2] / "seed"
LONDON = ZoneInfo("Europe/London")
NOW = parse_instant("2026-11-22T20:00", LONDON)
YEAR = 365 * 86_400_000
OF_AGE = parse_instant("2027-01-30", LONDON)
"""When Emma is 18."""
OPERATOR = Actor.operator("operator")

Work = Callable[[Draft], object]


@cache
def seed(name: str) -> Rows:
    """Return the rows of a seed household."""
    return to_rows(read_documents(SEED / f"{name}.yaml")[0])


def changed(rows: Rows, *works: Work) -> Rows:
    """Return rows with some changes made to them, by whoever may."""
    draft = Draft(rows, NOW, LONDON)
    for work in works:
        work(draft)
    return draft.rows


def acting(name: str) -> Actor:
    """Return the party of an id; `operator` stands for an operator."""
    return OPERATOR if name == OPERATOR.name else Actor.party(name)


def attempt(actor: str, work: Work, rows: Rows, now: int = NOW) -> None:
    """Make a change in somebody's name; raises what the check raises."""
    draft = Draft(rows, now, LONDON)
    work(draft)
    edits = draft.edits()
    assert edits, "the change changes nothing"
    check_authority({rows.household: rows}, [edits], acting(actor), now)
    check_guarantors([draft], now)


def may(work: Work, rows: Rows, among: Iterable[str] = ()) -> set[str]:
    """Return the local ids of the people, or of some parties, who may make a change."""
    people = [node.id for node in rows.nodes if "Individual" in node.labels]
    found = set()
    for actor in among or people:
        try:
            attempt(actor, work, rows)
        except RefusedError:
            continue
        found.add(actor.removeprefix(f"{rows.household}/"))
    return found


def grant(draft: Draft, role: str, kind: str, item: str) -> str:
    """Give an existing role an involvement role, from now on; all ids are local."""
    made = draft.create(
        draft.next_free_id(f"{role}.{kind.lower()}.{item}"),
        {"InvolvementRole", kind},
        span=(draft.at, 2**60),
    )
    draft.relate("PLAYS", draft.qualify(role), made)
    draft.relate("INVOLVED_IN", made, draft.qualify(item))
    return made


def new_role(draft: Draft, party: str, kind: str, account: str, guarantor: str = "") -> str:
    """Give a party a functional role, from now on; returns its local id."""
    role = draft.create(
        draft.next_free_id(f"{party}.new.{account}"), {"PartyRole", kind}, span=(draft.at, 2**60)
    )
    draft.relate("PLAYS", draft.qualify(party), role)
    draft.relate("ON_ACCOUNT", role, draft.qualify(account))
    if guarantor:
        draft.relate("GUARANTEED_BY", role, draft.qualify(guarantor))
    return role.removeprefix(f"{draft.household}/")


def link_of(rows: Draft | Rows, kind: str, start: str, end: str) -> RelationshipRow:
    """Return a relationship by its type and local ends."""
    rows = rows.rows if isinstance(rows, Draft) else rows
    ends = f"{rows.household}/{start}", rows.household if end == "." else f"{rows.household}/{end}"
    return next(
        one for one in rows.relationships if (one.type, one.start, one.end) == (kind, *ends)
    )


def set_(local: str, **properties: Value | None) -> Work:
    """Return the work of setting properties."""
    return lambda draft: draft.update(draft.qualify(local), **properties)


def end(local: str, at: int | None = None) -> Work:
    """Return the work of ending a role, a product or a policy."""
    return lambda draft: draft.end(draft.get(local), at)


def no_longer_responsible(adult: str, minor: str) -> Work:
    """Return the work of ending a responsibility."""
    return lambda draft: draft.end(link_of(draft, "RESPONSIBLE_FOR", adult, minor))


bedtime = set_("bedtime", start_time="22:00")
"""What only an Admin of the firewall may do."""
cable = set_("cable-tv", name="Television")
"""What a Customer of the account, or a Chooser of the product, may do: dad."""
sports = set_("sports-channel", name="Football")
"""What emma may do, as both."""
