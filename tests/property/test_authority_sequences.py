"""Random sequences of commands by random actors: nothing passes that the plain statement refuses.

Each command is tried by every party of the Bakers; the statement is held to all who may make it,
and one of them does, or an operator. SEQUENCES=1000 makes it longer.
"""

import os
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from household_graph.changes import making
from household_graph.changes.depending import UNDO
from household_graph.changes.devices import StateChange, add_device, move_device, set_state
from household_graph.changes.draft import Draft
from household_graph.changes.functional_roles import pays
from household_graph.changes.identities import add_identity, set_status
from household_graph.changes.life_events.coming import Joining, come_of_age, join
from household_graph.changes.life_events.dying import decease
from household_graph.changes.life_events.handing_over import hand_over
from household_graph.changes.life_events.leaving import leave
from household_graph.changes.life_events.moving_home import move_home
from household_graph.changes.making import Request
from household_graph.changes.policies import end_exemption, exempt, lift, set_policy
from household_graph.changes.policy_terms import PolicyTerms
from household_graph.changes.revoking import revoke
from household_graph.changes.roles import involve, party_role
from household_graph.changes.undoing import taken_back
from household_graph.errors import BadInputError, RefusedError
from household_graph.graph.writing import Cause
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, applied
from household_graph.model.instants import to_utc
from household_graph.model.vocabulary import InvolvementKind, PartyRoleKind, PolicyKind
from household_graph.onboarding import loading
from household_graph.onboarding.document import HouseholdDocument
from household_graph.onboarding.export import from_rows
from tests.property.authority_of_changes import WholeChange, forbidden_to_all
from tests.unit.authority import NOW, seed

SEQUENCES = int(os.environ.get("SEQUENCES", "12"))
HOUR = timedelta(hours=1)
OPERATOR = Actor.operator("anna")
PEOPLE = ("dad", "mum", "emma", "tom", "katie", "granny", "au-pair", "uncle")
ITEMS: tuple[str, ...] = (
    "broadband",
    "cable-tv",
    "sports-channel",
    "smart-firewall",
    "email",
    "home-hub",
)
ITEMS += ("phone-emma", "tablet-katie")
BLOCK = PolicyTerms(kind=PolicyKind.BLOCK, audience=("minors",), governs=("movies",))

people, items = st.sampled_from(PEOPLE), st.sampled_from(ITEMS)
accounts = st.sampled_from(("account", "teens-account"))
kinds, roles = st.sampled_from(InvolvementKind), st.sampled_from(PartyRoleKind)
heirs = st.sampled_from((None, "bakers/dad", "bakers/mum", "bakers/granny"))
guarantors = st.sampled_from((None, "dad", "mum"))
states = st.sampled_from(StateChange)
policies = st.sampled_from(("bedtime", "classification", "no-films"))
enforcers = st.sampled_from(("smart-firewall", "sports", "email"))

Work = Callable[[Draft], object]
Change = Callable[[dict[str, Any]], object]
"""Takes the data of a document."""


def _of(kind: str, *drawn: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, Work]]:
    works: dict[str, Callable[..., object]] = {
        "grant": involve,
        "appoint": lambda d, who, role, on, by: party_role(d, who, role, on, guarantor=by),
        "pay": lambda d, who, by: pays(
            d,
            party_role(d, who, PartyRoleKind.BILL_PAYER, "teens-account", guarantor=by),
            "teens-bill",
            10,
        ),
        "revoke": revoke,
        "dismiss": revoke,
        "hand over": hand_over,
        "hand over an account": hand_over,
        "leave": leave,
        "decease": decease,
        "join": lambda d, adult: join(
            d, "uncle", Joining({"birth_date": date(2012, 1, 1)}, (adult,) if adult else ())
        ),
        "come of age": come_of_age,
        "move": lambda d: move_home(d, d.free_id("flat").partition("/")[2], {"city": "Leeds"}),
        "lock": set_state,
        "device": lambda d, who: add_device(
            d, d.free_id("box").partition("/")[2], {"name": "Box"}, users=[who]
        ),
        "give": lambda d, item, who: move_device(d, item, [who]),
        "policy": lambda d, by: set_policy(d, "no-films", _terms(by)),
        "later bedtime": lambda d: set_policy(d, "bedtime", PolicyTerms(start_time="22:00")),
        "lift": lift,
        "exempt": exempt,
        "end an exemption": end_exemption,
        "username": lambda d, who: add_identity(d, who, f"{who}-{d.at}", realm="tv"),
        "lock a username": lambda d: set_status(d, "mum-login", "suspended"),
    }
    return st.tuples(*drawn).map(lambda args: (kind, lambda draft: works[kind](draft, *args)))


def _terms(enforcer: str) -> PolicyTerms:
    return PolicyTerms(BLOCK.kind, None, BLOCK.audience, BLOCK.governs, enforced_by=(enforcer,))


COMMANDS = st.one_of(
    _of("grant", people, kinds, items),
    _of("appoint", people, roles, accounts, guarantors),
    _of("pay", people, guarantors),
    _of("revoke", people, kinds, items),
    _of("dismiss", people, roles, accounts),
    _of(
        "hand over",
        st.sampled_from(("Admin", "Chooser")).map(InvolvementKind),
        items,
        people,
        people,
    ),
    _of("hand over an account", roles, accounts, people, people),
    _of("leave", people, heirs),
    _of("decease", people, heirs),
    _of("join", guarantors),
    _of("come of age", people),
    _of("move"),
    _of("lock", st.sampled_from(("home-hub", "phone-emma", "phone-au-pair")), states),
    _of("device", people),
    _of("give", st.sampled_from(("tablet-katie", "home-hub")), people),
    _of("policy", enforcers),
    _of("later bedtime"),
    _of("lift", policies),
    _of("exempt", policies, people),
    _of("end an exemption", policies, people),
    _of("username", people),
    _of("lock a username"),
)


def _set(section: str, own_id: str, **values: Any) -> Change:  # noqa: ANN401 - of a document
    def work(data: dict[str, Any]) -> None:
        for part in data[section]:
            if part["id"] == own_id:
                part.update(values)

    return work


def _late_sports(data: dict[str, Any]) -> None:
    for product in data["products"]:
        if product["id"] == "sports-channel":
            product["services"] = [*product["services"], "sports-late"]
    data["services"] = [*data["services"], {"id": "sports-late", "category": "sport"}]


DOCUMENTS = {
    "a service more": _late_sports,
    "a birth date": _set("individuals", "emma", birth_date="2000-01-30"),
    "an age of majority": lambda data: data["organization"].update(age_of_majority=15),
    "a time zone": lambda data: data["organization"].update(time_zone="Asia/Tokyo"),
    "a firewall off": _set("services", "smart-firewall", state="suspended"),
    "a service off": _set("services", "internet", state="suspended"),
    "a rating": _set("services", "movies", minimum_age=0),
    "a name": _set("products", "sports-channel", name="Football"),
    "a product off": _set("products", "broadband", status="suspended"),
    "a guest": lambda data: data["individuals"].append({"id": "guest", "member_of": ["bakers"]}),
    "roles of the first": lambda data: data["party_roles"].pop(1),
}


class Story:
    """The Bakers, changed again and again, an hour apart."""

    def __init__(self) -> None:
        self.rows, self.now = seed("bakers"), to_utc(NOW)
        self.made: list[Edits] = []

    def parties(self) -> list[str]:
        return [node.id for node in self.rows.nodes if "Party" in node.labels]

    def by_command(self, actor: Actor, work: Work, *, restores: bool = False) -> Edits | None:
        """Return what a command comes to in somebody's name; None where it cannot be made."""
        agreed = () if actor.is_party else tuple(self.parties())
        request = Request(actor, UNDO if restores else "test", consents=agreed, restores=restores)
        rows = {self.rows.household: self.rows}
        try:
            outcomes = making._worked_out(rows, lambda d: _once(work, d), request, self.now)
        except (RefusedError, BadInputError):
            return None
        return outcomes[0].edits if outcomes else None

    def by_document(self, actor: Actor, change: Change) -> Edits | None:
        """Return what loading a document comes to: that of now, otherwise."""
        rows = {self.rows.household: self.rows}
        try:
            data = from_rows(self.rows).model_dump(mode="json", exclude_unset=True, warnings=False)
            change(data)
            document = HouseholdDocument.model_validate(data)
            cause = Cause(actor, "load")
            loaded = loading._worked_out(rows, [document], cause, self.now)
        except (RefusedError, BadInputError, ValueError):
            return None
        return loaded["bakers"].difference.edits or None

    def check(self, actor: Actor, edits: Edits) -> None:
        """Assert that the plain statement lets somebody make a change."""
        now = round(self.now.timestamp() * 1000)
        if actor.party_id:
            refused = WholeChange(self.rows, edits, now).refused(actor.party_id)
            assert not refused, f"{actor} may not: {refused}"
        forbidden = list(forbidden_to_all(self.rows, edits, actor.party_id, now))
        assert not forbidden, f"nobody may: {forbidden}"

    def write(self, edits: Edits) -> None:
        self.rows = applied(self.rows, edits)
        self.made.append(edits)


def _once(work: Work, drafts: making.Drafts) -> None:
    work(drafts["bakers"])


@pytest.fixture(autouse=True, scope="module")
def _no_comparison() -> Any:  # noqa: ANN401 - a fixture
    """Leave out who gains and loses what, which takes most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "compare", lambda *_args: [])
        yield


@settings(
    max_examples=SEQUENCES,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.data())
def test_nothing_passes_that_the_plain_statement_refuses(data: st.DataObject) -> None:
    """Whoever does whatever, by command, document or undo, after whatever else was done."""
    story = Story()
    for _step in range(8):
        attempt = _draw(data, story)
        actors = [OPERATOR, *map(Actor.party, story.parties())]
        able: list[tuple[Actor, Edits]] = []
        for actor in actors:
            edits = attempt(actor)
            if edits:
                story.check(actor, edits)
                able.append((actor, edits))
        if able:
            actor, edits = data.draw(st.sampled_from(able))
            event("made by a party" if actor.is_party else "made by an operator")
            story.write(edits)
        story.now += HOUR


def _draw(data: st.DataObject, story: Story) -> Callable[[Actor], Edits | None]:
    way = data.draw(st.sampled_from(("command",) * 6 + ("document", "document", "undo")))
    if way == "document":
        change = data.draw(st.sampled_from(sorted(DOCUMENTS)))
        return lambda actor: story.by_document(actor, DOCUMENTS[change])
    if way == "undo" and story.made:
        last = story.made[-1]
        return lambda actor: story.by_command(
            actor, lambda draft: draft.apply(taken_back(draft.before, last)), restores=True
        )
    _name, work = data.draw(COMMANDS)
    return lambda actor: story.by_command(actor, work)
