"""What is done to the Bakers at random: commands, documents, imports, and taking things back.

The one draws from a seed here what `test_authority_sequences.py` does in memory, and
`tests/graph/sequences.py` in the real graph. Local ids are of the Bakers; `place` is the household
that somebody leaves for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from household_graph.api.change_groups import OrderedProducts
from household_graph.changes.bill_shares import set_share
from household_graph.changes.devices import Devices, StateChange, set_state
from household_graph.changes.draft import Draft
from household_graph.changes.household_transfer import leave_for, merge, separate
from household_graph.changes.identities import Identities
from household_graph.changes.parties import Parties
from household_graph.changes.policies import Policies, PolicyTerms
from household_graph.changes.revocation import revoke
from household_graph.changes.role_grants import involve, party_role
from household_graph.changes.service import Drafts
from household_graph.imports.assemble import assemble_rows
from household_graph.imports.records import NormalizedRecord
from household_graph.imports.staging import WorkItem
from household_graph.model.enums import InvolvementKind, PartyRoleKind, PolicyKind
from tests.unit.drafts import on
from tests.unit.events import come_of_age, hand_over, join, leave, move_home, record_death
from tests.unit.import_records import SOURCE, assigned, normalized, product

__all__ = ["HOME", "PLACE", "Command", "Document", "Import", "Step", "Undo", "draw_step"]

HOME, PLACE = "bakers", "place"
PEOPLE = ("dad", "mum", "emma", "tom", "katie", "granny", "au-pair", "uncle")
ITEMS: tuple[str, ...] = ("broadband", "cable-tv", "sports-channel", "smart-firewall", "email")
ITEMS += ("home-hub", "phone-emma", "tablet-katie")
KEPT = ("mobile-mum", "phone-mum", "cloud", "sports-channel", "teens-account", "tablet-katie")
HEIRS = (None, "bakers/dad", "bakers/mum", "bakers/granny")
PRODUCTS = ("broadband", "cable-tv", "cloud", "sports-channel", "cloud-2")
SERVICES, DEVICES = ("internet", "smart-firewall", "sports"), ("laptop-tom", "home-hub")
POLICIES = ("bedtime", "classification", "no-films")
BLOCK = PolicyTerms(kind=PolicyKind.BLOCK, audience=("minors",), governs=("movies",))


@dataclass(frozen=True)
class Command:
    """A command; the first of the households has to be there."""

    name: str
    households: tuple[str, ...]
    work: Callable[[Drafts], object]


@dataclass(frozen=True)
class Document:
    """A document of the Bakers as they are, with something changed in its data."""

    name: str
    change: Callable[[dict[str, Any]], object]


@dataclass(frozen=True)
class Import:
    """An export that says something of the Bakers."""

    name: str
    ready: WorkItem


@dataclass(frozen=True)
class Undo:
    """The last change is taken back."""

    name: str = "undo"


Step = Command | Document | Import | Undo


def draw_step(random: Random) -> Step:
    """Draw what is done next."""
    way = random.choices(("command", "two", "document", "import", "undo"), (12, 3, 4, 2, 2))[0]
    if way == "document":
        name = random.choice(sorted(DOCUMENTS))
        return Document(name, DOCUMENTS[name])
    if way == "import":
        name = random.choice(sorted(IMPORTS))
        records = (assigned(IMPORTS[name]),)
        return Import(name, WorkItem(HOME, records, rows=assemble_rows(SOURCE, HOME, records)))
    if way == "undo":
        return Undo()
    if way == "two":
        return _of_two(random)
    name = random.choice(sorted(COMMANDS))
    work, *choices = COMMANDS[name]
    drawn = [random.choice(tuple(one)) for one in choices]
    return Command(f"{name} {drawn}", (HOME,), lambda drafts: work(drafts[HOME], *drawn))


def _of_two(random: Random) -> Command:
    """Draw a command of two households: the Bakers', and one that comes of it or goes into it."""
    who, heir = random.choice(PEOPLE), random.choice(HEIRS)
    kept = tuple(random.sample(KEPT, random.randrange(4)))
    way = random.choice(("leave", "separate", "merge"))
    name = f"{way} {who} {kept} {heir}"
    if way == "leave":
        return Command(
            name,
            (HOME, PLACE),
            lambda drafts: leave_for(drafts[HOME], drafts[PLACE], who, keep=kept, successor=heir),
        )
    if way == "separate":
        both = tuple(random.sample(("tom", "katie"), random.randrange(3)))
        heirs = (*((heir,) if heir else ()), f"{HOME}/{who}")
        moved = (who, *kept)
        return Command(
            f"{name} {both}",
            (HOME, PLACE),
            lambda drafts: separate(
                drafts[HOME], drafts[PLACE], moved, both=both, successors=heirs
            ),
        )
    into = (PLACE, HOME)
    return Command(f"{way} {heir}", into, lambda drafts: _merge(drafts, heir))


def _merge(drafts: Drafts, heir: str | None) -> None:
    """Merge the one that came of it; who is called alike in both is one person."""
    there = {node.id for node in drafts[HOME].index.labelled("Individual")}
    same = {
        node.id: at_home
        for node in drafts[PLACE].index.labelled("Individual")
        if (at_home := node.id.replace(PLACE, HOME, 1)) in there
    }
    merge(drafts[PLACE], drafts[HOME], same, heir)


def _pay(draft: Draft, who: str, guarantor: str | None) -> None:
    role = party_role(draft, who, PartyRoleKind.BILL_PAYER, "teens-account", guarantor=guarantor)
    set_share(draft, role, "teens-bill", 10)


def _join(draft: Draft, adult: str | None) -> None:
    adults = (adult,) if adult else ()
    join(draft, "uncle", {"birth_date": date(2012, 1, 1)}, responsible=adults)


def _free(draft: Draft, local: str) -> str:
    return draft.next_free_id(local).partition("/")[2]


def _block(draft: Draft, enforcer: str) -> None:
    on(draft, Policies).set(HOME, "no-films", **(BLOCK | PolicyTerms(enforced_by=(enforcer,))))


def _username(draft: Draft, who: str) -> None:
    on(draft, Identities).add(who, _free(draft, f"{who}-name"), realm="tv")


def _order(draft: Draft, offering: str, account: str, who: str, payer: str | None) -> None:
    payers = (payer,) if payer else ()
    on(draft, OrderedProducts).add(
        HOME, offering=offering, account=account, users=[who], payers=payers
    )


_ACCOUNTS, _GUARANTORS = ("account", "teens-account"), (None, "dad", "mum")
_KINDS, _ROLES = InvolvementKind, PartyRoleKind
_HANDED = (InvolvementKind.ADMIN, InvolvementKind.CHOOSER)
COMMANDS: Mapping[str, tuple[Any, ...]] = {
    "grant": (involve, PEOPLE, _KINDS, ITEMS),
    "appoint": (
        lambda d, who, role, on, by: party_role(d, who, role, on, guarantor=by),
        *(PEOPLE, _ROLES, _ACCOUNTS, _GUARANTORS),
    ),
    "pay": (_pay, PEOPLE, _GUARANTORS),
    "revoke": (revoke, PEOPLE, _KINDS, ITEMS),
    "dismiss": (revoke, PEOPLE, _ROLES, _ACCOUNTS),
    "hand over": (hand_over, _HANDED, ITEMS, PEOPLE, PEOPLE),
    "hand over an account": (hand_over, _ROLES, _ACCOUNTS, PEOPLE, PEOPLE),
    "leave": (leave, PEOPLE, HEIRS),
    "decease": (record_death, PEOPLE, HEIRS),
    "join": (_join, _GUARANTORS),
    "come of age": (come_of_age, PEOPLE),
    "move home": (
        lambda d, zone: move_home(d, _free(d, "flat"), {"city": "Leeds"}, time_zone=zone),
        (None, "Europe/London", "America/New_York"),
    ),
    "correct a person": (
        lambda d, who, born: on(d, Parties).update(who, family_name="Smith", birth_date=born),
        *(PEOPLE, (None, date(2008, 2, 29), date(2016, 5, 14))),
    ),
    "correct the household": (
        lambda d, age: on(d, Parties).update_organization(HOME, name="B", age_of_majority=age),
        (None, 16, 21),
    ),
    "lock": (set_state, ("home-hub", "phone-emma", "phone-au-pair"), StateChange),
    "add a device": (
        lambda d, who: on(d, Devices).add(HOME, _free(d, "box"), kind="box", users=[who]),
        PEOPLE,
    ),
    "give a device": (
        lambda d, item, who: on(d, Devices).move(item, users=[who]),
        *(("tablet-katie", "home-hub"), PEOPLE),
    ),
    "order a product": (
        _order,
        *(("cloud", "broadband", "mobile"), _ACCOUNTS, PEOPLE, (None, "dad", "tom")),
    ),
    "end a product": (lambda d, one: on(d, OrderedProducts).end(one), PRODUCTS),
    "suspend a product": (lambda d, one: on(d, OrderedProducts).suspend(one), PRODUCTS),
    "resume a product": (lambda d, one: on(d, OrderedProducts).resume(one), PRODUCTS),
    "name a product": (lambda d, one: on(d, OrderedProducts).change(one, name="Ours"), PRODUCTS),
    "move a product": (
        lambda d, one, to: on(d, OrderedProducts).move(one, to),
        *(PRODUCTS, _ACCOUNTS),
    ),
    "make available": (
        lambda d, one, where: on(d, Devices).make_available(one, where),
        *(SERVICES, DEVICES),
    ),
    "make unavailable": (
        lambda d, one, where: on(d, Devices).make_unavailable(one, where),
        *(SERVICES, DEVICES),
    ),
    "set a policy": (_block, ("smart-firewall", "sports", "email")),
    "set a later bedtime": (lambda d: on(d, Policies).set(HOME, "bedtime", start_time="22:00"),),
    "lift": (lambda d, one: on(d, Policies).end(one), POLICIES),
    "exempt": (lambda d, one, who: on(d, Policies).exempt(one, who), POLICIES, PEOPLE),
    "end an exemption": (
        lambda d, one, who: on(d, Policies).exempt(one, who, end=True),
        *(POLICIES, PEOPLE),
    ),
    "narrow a policy": (
        lambda d, one: on(d, Policies).set(HOME, one, only_on=("laptop-tom", "tablet-katie")),
        POLICIES,
    ),
    "a change for a week": (
        lambda d: on(d, Policies).set(HOME, "bedtime", end_time="06:00", until="2026-12-20"),
    ),
    "pause": (lambda d, one: on(d, Policies).pause(one), POLICIES),
    "exempt for a film": (
        lambda d, one, who: on(d, Policies).exempt(one, who, only_for=("movies",)),
        *(POLICIES, PEOPLE),
    ),
    "add a username": (_username, PEOPLE),
    "lock a username": (lambda d: on(d, Identities).suspend("mum-login"),),
}
"""What works on the draft of the Bakers, and what each of its other parameters is drawn from."""


def _set(section: str, own_id: str, **values: Any) -> Callable[[dict[str, Any]], None]:  # noqa: ANN401 - of a document
    def change(data: dict[str, Any]) -> None:
        for part in data[section]:
            if part["id"] == own_id:
                part.update(values)

    return change


def _late_sports(data: dict[str, Any]) -> None:
    for one in data["products"]:
        if one["id"] == "sports-channel":
            one["services"] = [*one["services"], "sports-late"]
    data["services"] = [*data["services"], {"id": "sports-late", "category": "sport"}]


DOCUMENTS: Mapping[str, Callable[[dict[str, Any]], object]] = {
    "a service more": _late_sports,
    "a birth date": _set("individuals", "emma", birth_date="2000-01-30"),
    "an age of majority": lambda data: data["organization"].update(age_of_majority=15),
    "a time zone": lambda data: data["organization"].update(time_zone="Asia/Tokyo"),
    "a firewall off": _set("services", "smart-firewall", state="suspended"),
    "a service off": _set("services", "internet", state="suspended"),
    "a rating": _set("services", "movies", minimum_age=0),
    "a name": _set("products", "sports-channel", name="Football"),
    "a product off": _set("products", "broadband", status="suspended"),
    "a product on": _set("products", "broadband", status="active"),
    "a guest": lambda data: data["individuals"].append({"id": "guest", "member_of": [HOME]}),
    "roles of the first": lambda data: data["party_roles"].pop(1),
}


def _said(
    person: str, *roles: str, products: tuple[str, ...] = (), **more: object
) -> NormalizedRecord:
    key = f"people/{person}"
    return normalized(
        key,
        person={"key": key, **more},
        roles=roles,
        products=tuple(product(one) for one in products),
    )


IMPORTS: Mapping[str, NormalizedRecord] = {
    "somebody new": _said("ted", "User", birth_date=date(1990, 1, 1)),
    "with a product": _said("ted", "Customer", "BillPayer", "User", products=("radio",)),
    "who is a minor": _said("ted", "User", birth_date=date(2016, 1, 1)),
    "another birth date": _said("katie", "User", birth_date=date(1990, 1, 1)),
    "somebody who has died": _said("granny", status="deceased"),
}
