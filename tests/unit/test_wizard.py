"""The wizard of an onboarding: pure, so that every way through it can be tried."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from household_graph.doctor.check_context import CheckContext, Severity
from household_graph.doctor.runner import examine
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.export import dump
from household_graph.documents.offerings import catalogue
from household_graph.documents.read import read_documents
from household_graph.documents.to_rows import to_rows
from household_graph.engine.decision import decide
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.question import Question
from household_graph.errors import BadInputError
from household_graph.model.instants import from_datetime
from household_graph.onboarding import Wizard, WizardSetting
from household_graph.onboarding.household_steps import equal_shares

NOW = from_datetime(datetime(2026, 11, 22, 20, tzinfo=UTC))
SETTING = WizardSetting(
    offerings=lambda kind: tuple(catalogue(kind).values()), now=NOW, taken=lambda one: one == "old"
)

FAMILY = {
    "Its name": "The Bakers",
    "Street and number": "7 Mill Lane",
    "Person 1: given name": "Dad",
    "Family name": "Baker",
    "Birth date of Dad": "1978-03-02",
    "Is there anybody else?": ["yes", "yes", "no"],
    "Person 2: given name": "Tom",
    "Birth date of Tom": "2010-09-11",
    "Who is it?": "the au pair",
    "Does the au pair belong to The Bakers?": "guest",
    "the au pair is there from": "2026-12-01",
    "the au pair is there until": "2027-06-01",
}
"""Answers by question, for the rest defaults: an adult, a minor, and a guest."""


def begun(setting: WizardSetting = SETTING) -> Wizard:
    return Wizard(setting)


def asks(wizard: Wizard) -> str:
    assert wizard.prompt is not None
    return wizard.prompt.text


def until(wizard: Wizard, text: str, answers: dict[str, Any]) -> Wizard:
    """Answer as told, or by default, until a question comes up (or none is left)."""
    left = {
        name: [given] if isinstance(given, str) else [*given] for name, given in answers.items()
    }
    while wizard.prompt is not None and wizard.prompt.text != text:
        given = left.get(wizard.prompt.text)
        wizard = wizard.answer(given.pop(0) if given else "")
    return wizard


def finished(answers: dict[str, Any], setting: WizardSetting = SETTING) -> HouseholdDocument:
    document = until(begun(setting), "", answers).document
    assert document is not None
    return document


def roles(document: HouseholdDocument, party: str) -> dict[str, Any]:
    return {
        f"{role.role.value} {role.account}": role
        for role in document.party_roles
        if role.party == party
    }


def test_defaults_alone_make_a_household() -> None:
    """Whoever takes every default gets a household of one, who holds, pays and administers all."""
    document = finished({})
    assert [one.id for one in document.individuals] == ["person-1"]
    assert {product.id for product in document.products} == {"broadband", "cable-tv"}
    held = roles(document, "person-1")
    assert set(held) == {"Customer account", "BillPayer account", "User account"}
    assert [link.to for link in held["Customer account"].admin_of] == ["broadband", "cable-tv"]
    assert document.policies == ()


def test_a_family() -> None:
    """A minor has a responsible adult and policies; a guest is no member, and there for a time."""
    document = finished(FAMILY)
    dad, tom, au_pair = document.individuals
    assert [link.to for link in dad.responsible_for] == ["tom"]
    assert (tom.family_name, [link.to for link in tom.member_of]) == ("Baker", ["bakers"])
    assert (au_pair.id, au_pair.member_of) == ("the-au-pair", ())
    [role] = roles(document, "the-au-pair").values()
    assert [link.to for link in role.consumer_of] == ["broadband", "home-hub"]
    assert str(role.valid_to) == "2027-06-01"
    assert {policy.id for policy in document.policies} == {"bedtime", "classification"}
    assert {policy.set_by for policy in document.policies} == {
        "dad.customer.account.admin.broadband"
    }


def test_a_minor_with_an_account_of_its_own() -> None:
    """A minor holds and pays an account with its responsible adult as guarantor."""
    document = finished(
        FAMILY
        | {
            "Is there another account?": ["yes", "no"],
            "Whose is the other account?": "tom",
            "Which products are on Account of Tom?": "sports-channel broadband",
        }
    )
    held = roles(document, "tom")
    assert (
        held["Customer tom-account"].guarantor == held["BillPayer tom-account"].guarantor == "dad"
    )
    assert [link.to for link in held["Customer tom-account"].admin_of] == ["sports-channel"]
    of_dad = roles(document, "dad")["User tom-account"]
    assert [link.to for link in of_dad.admin_of] == ["broadband-2"]


def test_a_business_is_offered_telephony() -> None:
    """A business is asked the same, and offered what is for businesses."""
    document = finished({"A household or a business?": "2", "Its name": "The Bike Shop"})
    assert document.organization.id == "bike-shop"
    assert {product.id for product in document.products} == {"telephony", "broadband"}
    assert {resource.id for resource in document.resources} == {"pbx", "router"}


def test_shares() -> None:
    """Several payers share equally unless otherwise said."""
    answers = FAMILY | {"Who pays?": "all", "What share do dad, tom, the-au-pair pay?": "50 30 20"}
    paid = [link.share for role in finished(answers).party_roles for link in role.pays]
    assert sorted(paid) == [20, 30, 50]
    assert equal_shares(3) == (33.34, 33.33, 33.33)


def test_involvement_can_be_changed_for_each_product() -> None:
    """Somebody else can administer, choose or use a product."""
    question = "Which products does somebody else choose, administer or use?"
    document = finished(
        FAMILY
        | {
            question: "cable-tv",
            "Who administers Cable TV?": "tom",
            "Who chooses Cable TV?": "all",
            "Who uses Cable TV?": "tom the-au-pair",
        }
    )
    user = roles(document, "tom")["User account"]
    assert [link.to for link in user.admin_of] == ["cable-tv"]
    assert "cable-tv" in [link.to for link in roles(document, "dad")["Customer account"].chooser_of]
    assert "cable-tv" not in [
        link.to for link in roles(document, "bakers")["User account"].consumer_of
    ]


WRONG = [
    ("A household or a business?", "castle", "unknown choice `castle`", "1 to 2"),
    ("Its id", "the bakers", "`the bakers` cannot be an id", "letters"),
    ("Its id", "old", "the household `old` is there already", "load"),
    ("Its time zone", "Europe/Londn", "time zone `Europe/Londn`", "did you mean `Europe/London`"),
    ("Of age from", "-1", "`-1` is out of range: at least 0", None),
    ("Of age from", "many", "expected a whole number, not `many`", None),
    ("From when does all this hold?", "soon", "cannot read the time `soon`", "2026-11-22"),
    ("Country", "Britain", "`Britain` is no code of a country", "two letters"),
    ("Birth date of Dad", "2.3.1978", "cannot read the date `2.3.1978`", "2013-05-14"),
    ("Is there anybody else?", "perhaps", "cannot read `perhaps`", "yes or no"),
    ("Id of Tom", "dad", "the id `dad` is taken", "another"),
    ("Id of Tom", "bakers", "the id `bakers` is taken", "another"),
    ("Id of Tom", "tom.user.account", "mistaken for the id of a role", "use `-`"),
    ("the au pair is there until", "2026-12-01", "`2026-12-01` is not after `2026-12-01`", None),
    ("Who is responsible for Tom?", "-", "at least one is needed", None),
    ("Who is responsible for Tom?", "tom", "unknown choice `tom`", None),
    ("What share do dad, tom pay?", "60 50", "the shares sum to 110, not to 100", None),
    ("What share do dad, tom pay?", "100", "2 shares are needed, not 1", None),
    ("What share do dad, tom pay?", "half half", "cannot read the share `half`", None),
    ("What share do dad, tom pay?", "101 2", "`101.0` is out of range: at most 100", None),
    ("Which products are on Account of The Bakers?", "1 99", "unknown choice `99`", "1 to"),
    ("Which products are on Account of The Bakers?", "cabel-tv", "unknown", "mean `cable-tv`"),
    ("It begins at", "9", "the time of day `9` may be morning or evening", "9am or 9pm"),
    ("It begins at", "21:60", "cannot read the time of day `21:60`", "21:00"),
    ("Its name", "\x1b[31mred", "characters that cannot be shown", None),
]


@pytest.mark.parametrize(("question", "typed", "message", "hint"), WRONG)
def test_a_wrong_answer_is_told(question: str, typed: str, message: str, hint: str | None) -> None:
    """What is wrong with an answer is said as of documents, and the question still stands."""
    answers = {name: given for name, given in FAMILY.items() if name != question}
    wizard = until(begun(), question, answers | {"Who pays?": "dad tom"})
    assert asks(wizard) == question
    with pytest.raises(BadInputError) as error:
        wizard.answer(typed)
    assert message in error.value.message
    assert (hint or "") in (error.value.hint or "")
    assert asks(wizard) == question


def test_somebody_is_of_age() -> None:
    """Minors alone are no household: somebody of age is asked for, until there is one."""
    young = {"Person 1: given name": "Tom", "Birth date of Tom": "2010-09-11"}
    wizard = until(begun(), "Is there anybody else?", young)
    with pytest.raises(BadInputError, match="nobody of age yet"):
        wizard.answer("no")
    assert asks(wizard.answer("")) == "Person 2: given name"


def test_going_back() -> None:
    """Each step back undoes one answer, down to the first question, where it stays."""
    wizard = until(begun(), "Id of Tom", FAMILY)
    before = wizard.back()
    assert asks(before) == "Family name"
    assert asks(before.answer("Other")) == "Id of Tom"
    for _answer in wizard.answers:
        wizard = wizard.back()
    assert wizard == wizard.back() == begun()


def test_a_free_id_is_proposed() -> None:
    """Two of a name get two ids, and what is named like a service leaves that its own."""
    document = finished(
        {
            "Person 1: given name": "Email",
            "Is there anybody else?": ["yes", "no"],
            "Person 2: given name": "Email",
        }
    )
    assert [one.id for one in document.individuals] == ["email", "email-2"]
    assert "email-3" in [service.id for service in document.services]


TYPED = st.one_of(
    st.just(""),
    st.sampled_from(["yes", "no", "1", "2", "3", "1 2", "all", "-", "guest", "for-a-time", "1,3"]),
    st.sampled_from(["1978-03-02", "2010-09-11", "2027-01-01", "2026-11-22T20:00", "21:00", "14"]),
    st.sampled_from(
        ["50 50", "34 33 33", "business", "other", "GB", "[red]", "\N{BABY}", "'", "{"]
    ),
    st.text(max_size=12),
)


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_any_answers_make_a_right_document(data: st.DataObject) -> None:
    """Whatever is answered comes to a document that is right, that is read again as the same.

    And the doctor finds nothing in it that the laws forbid.
    """
    wizard = begun()
    while wizard.prompt is not None:
        typed = data.draw(TYPED) if len(wizard.answers) < 50 else ""
        try:
            after = wizard.answer(typed)
        except BadInputError:
            after = wizard.answer("")
        assert asks(after.back()) == asks(wizard)
        wizard = after
    assert wizard.document is not None
    rows = to_rows(wizard.document)
    [read] = read_documents(io.StringIO(dump(wizard.document)), "text")
    assert to_rows(read) == rows
    findings = examine(CheckContext(rows, now=NOW))
    assert [one for one in findings if one.severity is Severity.ERROR] == []


@pytest.mark.parametrize(("which", "audience"), [("", "minors"), ("zoe", ("zoe",))])
def test_a_minor_may_use_only_what_is_listed(which: str, audience: object) -> None:
    """The list binds all minors, or those who are named, and closes all else to them."""
    family = FAMILY | {
        "Is there anybody else?": ["yes", "yes", "yes", "no"],
        "Person 3: given name": "Zoe",
        "Person 4: given name": "-",
        "Birth date of Zoe": "2020-04-01",
        "May any minor use only what you list?": "yes",
        "Which of them?": which,
        "What may they use?": "email live-tv",
    }
    document = finished(family)
    [policy] = [one for one in document.policies if one.kind == "allow-only"]
    assert (policy.audience, policy.governs) == (audience, ("bakers",))
    assert {*vars(policy)["allows"]} == {"email", "live-tv"}
    facts = facts_from_rows(to_rows(document))

    def may(who: str, target: str) -> bool:
        question = Question(f"bakers/{who}", f"bakers/{target}", at="2027-01-05T12:00")
        return decide(facts, question, now=NOW).allowed

    assert [may("zoe", one) for one in ("live-tv", "internet")] == [True, False]
    assert may("tom", "internet") == bool(which)
    assert may("dad", "internet")


def test_who_visits_is_nobodys_responsible_adult() -> None:
    """By default; whoever lives there is, and one who visits alone is where there is no other."""
    visits = {
        "Is there anybody else?": ["yes", "yes", "no"],
        "Person 3: given name": "Granny",
        "Birth date of Granny": "1949-11-05",
        "Does Granny belong to The Bakers?": "for-a-time",
    }
    by_id = {one.id: one for one in finished(FAMILY | visits).individuals}
    assert [link.to for link in by_id["dad"].responsible_for] == ["tom"]
    assert by_id["granny"].responsible_for == ()


def test_a_teenagers_own_channel_is_for_who_pays_it() -> None:
    """What is on the account of a minor is used by the minors who hold or pay it, by default."""
    own = {
        "Is there another account?": ["yes", "no"],
        "Whose is the other account?": "tom",
        "Which products are on Account of Tom?": "sports-channel",
    }
    document = finished(FAMILY | own)
    users = [
        role.party
        for role in document.party_roles
        if "sports-channel" in [link.to for link in role.consumer_of]
    ]
    assert users == ["tom"]


def test_what_was_typed_is_proposed_again() -> None:
    """After going back, the default of each prompt is what was typed there, by name."""
    wizard = until(begun(), "What is closed then?", FAMILY | {"It begins at": "8:30pm"})
    back = wizard.back().back().back()
    assert asks(back) == "It begins at"
    assert back.prompt is not None
    assert back.prompt.default == "8:30pm"
    again = back.answer("9pm").answer("").answer("")
    assert asks(again) == asks(wizard)
    assert again.answers[:-3] == wizard.answers[:-3]
    assert again.answers[-3:] == ("21:00", *wizard.answers[-2:])
    uses = until(begun(), "Who pays?", FAMILY).answer("1 2").back()
    assert uses.prompt is not None
    assert uses.prompt.default == "dad tom"


def test_a_section_is_changed_and_all_else_is_as_it_was() -> None:
    """From the end to any section: what is changed there changes, and what follows is taken."""
    done = until(begun(), "", FAMILY)
    assert done.document is not None
    assert list(done.sections) == [
        *("household", "people", "usernames", "accounts"),
        *("products", "involvement", "devices", "policies"),
    ]
    for section in done.sections:
        assert done.back(section).forward() == done
    changed = until(done.back("people"), "Birth date of Tom", {}).answer("2011-09-11").forward()
    assert changed.document is not None
    [tom] = [one for one in changed.document.individuals if one.id == "tom"]
    assert str(tom.birth_date) == "2011-09-11"
    assert len(changed.document.policies) == 2


def test_a_new_question_is_asked_before_the_rest_is_taken() -> None:
    """Where an answer asks for more, that is asked, and the rest is taken after it."""
    done = until(begun(), "", FAMILY)
    changed = until(done.back("accounts"), "Who pays?", {}).answer("dad tom").forward()
    assert asks(changed) == "What share do dad, tom pay?"
    finally_ = changed.answer("").forward()
    assert finally_.document is not None
    assert {one.id for one in finally_.document.policies} == {"bedtime", "classification"}


def test_an_onboarding_is_resumed_from_what_was_typed() -> None:
    """What was typed in an earlier one leads to the same prompt with the same answers."""
    left = until(begun(), "Who pays?", FAMILY)
    resumed = begun().resumed(left.typed)
    assert (resumed, asks(resumed)) == (left, "Who pays?")
    assert asks(begun().resumed([*left.typed, left.typed[0]])) == "Who pays?"


def test_days_and_countries_are_read_as_the_country_writes_them() -> None:
    """That is the one of the time zone, which is the default of the address too."""
    asked = []

    def read_day(text: str, country: str) -> date:
        asked.append((text, country))
        return date(1978, 3, 2)

    setting = replace(SETTING, read_day=read_day)
    answers = FAMILY | {"Its time zone": "Europe/Paris", "Birth date of Dad": "2.3.1978"}
    wizard = until(begun(setting), "Country", answers)
    assert wizard.prompt is not None
    assert wizard.prompt.default == "FR"
    document = finished(answers, setting)
    assert document.individuals[0].birth_date == date(1978, 3, 2)
    assert {*asked} == {("2.3.1978", "FR")}


def test_nobody_is_born_in_the_future() -> None:
    """A birth date after today is a slip."""
    wizard = until(begun(), "Birth date of Dad", FAMILY)
    with pytest.raises(BadInputError, match="is in the future"):
        wizard.answer("2127-01-01")


def test_a_business_with_sites_units_and_a_hunting_group() -> None:
    """Its devices stand at one of its sites, lines ring in order, and units have members."""
    document = finished(
        {
            "A household or a business?": "business",
            "Its name": "The Bike Shop",
            "Street and number": "12 Station Road",
            "Is there another address?": ["yes", "no"],
            "Street and number of it": "Unit 4 Canal Yard",
            "City": ["London", "Reading"],
            "Person 1: given name": "Ann",
            "Is there anybody else?": ["yes", "no"],
            "Person 2: given name": "Ben",
            "Does it have units, such as departments?": "yes",
            "Name of the unit": "Workshop",
            "Who belongs to Workshop?": "ben",
            "A device?": "line",
            "Another device?": ["line", "pbx", "-"],
            "Name of the device": ["Line 1", "Line 2", "PBX"],
            "Where is Line 2?": "reading",
            "Which lines ring for Hunting group?": "line-2 line",
        }
    )
    assert [place.id for place in document.places] == ["home", "reading"]
    assert document.organization.located_at == ("home", "reading")
    placed = {one.id: one.located_at for one in document.resources}
    assert placed == {"line": ("home",), "line-2": ("reading",), "pbx": ("home",)}
    [workshop] = document.units
    assert (workshop.id, workshop.name) == ("workshop", "Workshop")
    [_ann, ben] = document.individuals
    assert [link.to for link in ben.member_of] == ["bike-shop", "workshop"]
    group = [(one.resource, vars(one)["position"]) for one in document.resource_roles]
    assert group == [("line-2", 1), ("line", 2)]


def test_a_username() -> None:
    """Who has one is found by it; the id is made of theirs."""
    document = finished(
        FAMILY
        | {
            "Who has a username?": "dad",
            "Username of Dad": "dad@x",
            "Where Dad logs in with it": "tv",
        }
    )
    [login] = document.individuals[0].identities
    assert (login.id, vars(login)["username"], vars(login)["realm"]) == (
        *("dad-login", "dad@x", "tv"),
    )
