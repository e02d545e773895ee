"""What is recorded of people and organizations, corrected on drafts, without a database."""

from datetime import date

import pytest

from household_graph.changes.draft import Draft
from household_graph.changes.life_events import Events
from household_graph.changes.parties import Parties
from household_graph.documents.load import plan_document
from household_graph.documents.read import document_of
from household_graph.documents.to_rows import to_rows
from household_graph.engine.facts import is_minor
from household_graph.errors import BadInputError, InvalidTimeError
from household_graph.model.edits import NodeEdit
from household_graph.model.instants import parse_instant, zone_named
from household_graph.model.rows import Rows
from tests.unit.authority import may
from tests.unit.drafts import allowed, draft_of, on, seed

NEW_YORK = "America/New_York"
ADDRESS = {"city": "New York", "country": "US"}


def moved(draft: Draft, **more: str) -> Draft:
    """Let the Bakers move to New York."""
    on(draft, Events).move_home("bakers", "ny", **{**ADDRESS, **more})  # type: ignore[arg-type]
    return draft


def by(zone: str, since: str = "2026-06-01") -> Rows:
    """Return a household of one, as a document says it that has local times without an offset."""
    people = [{"id": "jean", "member_of": [{"to": "h", "valid_from": since}]}]
    organization = {"id": "h", "time_zone": zone}
    return to_rows(document_of({"organization": organization, "individuals": people}))


def test_policies_follow_the_clock_of_the_new_home() -> None:
    """Bedtime is at nine in New York; a summer that is over keeps its first and last instant."""
    draft = moved(draft_of(), time_zone=NEW_YORK)
    before = allowed(draft_of(), "katie", "internet", at="2026-11-24T22:00+00:00")
    assert not before
    assert allowed(draft, "katie", "internet", at="2026-11-24T22:00+00:00")
    assert not allowed(draft, "katie", "internet", at="2026-11-24T21:00-05:00")
    edits = draft.edits()
    assert [edit.id for edit in edits.nodes if edit.before] == ["bakers"]
    assert all(
        not link.period for link in (e.after or e.before for e in edits.relationships) if link
    )
    assert "everything recorded keeps its instant" in draft.notes[-1]


def test_another_country_asks_for_its_clock() -> None:
    """Unless the present clock is one of that country, or is named again."""
    with pytest.raises(BadInputError, match="moves to `US`") as refused:
        moved(draft_of())
    assert "--time-zone, such as America/New_York" in str(refused.value.hint)
    for more in ({"country": "JE"}, {"country": "GB"}, {"time_zone": "Europe/London"}):
        assert moved(draft_of(), **more).get("bakers").properties["time_zone"] == "Europe/London"
    with pytest.raises(InvalidTimeError, match="unknown time zone `New York`") as unknown:
        moved(draft_of(), time_zone="New York")
    assert unknown.value.hint == f"did you mean `{NEW_YORK}`?"


def test_a_document_does_not_move_what_is_recorded_to_another_clock() -> None:
    """Local times that would mean other instants are refused; with the same instants it is fine."""
    there = by("Europe/London")

    def load(target: Rows) -> Draft:
        draft = Draft(
            there, parse_instant("2026-11-22", zone_named("UTC")), zone_named("Europe/London")
        )
        plan_document({"h": draft}, target)
        return draft

    with pytest.raises(BadInputError, match="1 local times of the document") as refused:
        load(by(NEW_YORK))
    assert "household update h --time-zone America/New_York" in str(refused.value.hint)
    draft = load(by(NEW_YORK, since="2026-06-01T00:00+01:00"))
    assert [edit.id for edit in draft.edits().nodes] == ["h"]
    assert not draft.edits().relationships
    assert load(by(NEW_YORK, since="2026-07-01")).edits().relationships


def test_a_person_is_corrected() -> None:
    """Names and a birth date; that takes the place of the flag of a minor."""
    draft = draft_of()
    on(draft, Parties).update("bakers/au-pair", minor=True)
    assert is_minor(draft.facts, "bakers/au-pair", draft.at)
    on(draft, Parties).update(
        "au-pair", given_name="Lucia", birth_date=date(2004, 6, 30), remove=["description"]
    )
    found = draft.get("au-pair").properties
    assert (found["given_name"], found["birth_date"]) == ("Lucia", date(2004, 6, 30))
    assert found.keys().isdisjoint({"minor", "description"})
    assert not is_minor(draft.facts, "bakers/au-pair", draft.at)


def test_what_makes_no_sense_of_a_person_is_refused() -> None:
    """A birth in the future, a flag beside a birth date, nothing at all, and both at once."""
    parties = on(draft_of(), Parties)
    with pytest.raises(BadInputError, match="after the day on which this is recorded"):
        parties.update("bakers/emma", birth_date=date(2126, 1, 1))
    with pytest.raises(BadInputError, match="born 2009-01-30, which says whether"):
        parties.update("bakers/emma", minor=True)
    with pytest.raises(BadInputError, match="nothing is to change"):
        parties.update("bakers/emma")
    with pytest.raises(BadInputError, match="given and taken away"):
        parties.update("bakers/emma", given_name="Em", remove=["given-name"])
    with pytest.raises(BadInputError, match="`given-nam` cannot be taken away") as unknown:
        parties.update("bakers/emma", remove=["given-nam"])
    assert unknown.value.hint == "did you mean `given-name`?"
    with pytest.raises(BadInputError, match="individual"):
        parties.update("bakers", given_name="Em")


def test_a_household_is_corrected() -> None:
    """Name, age of majority, and the address of the place it is at; it stays that place."""
    draft = draft_of()
    on(draft, Parties).update_organization(
        "bakers", name="Bakers", age_of_majority=16, street="9 Mill Lane", remove=["postal-code"]
    )
    assert draft.get("bakers").properties["name"] == "Bakers"
    assert not is_minor(draft.facts, "bakers/emma", draft.at)
    assert draft.get("home").properties == {
        "street": "9 Mill Lane",
        "city": "London",
        "country": "GB",
    }


def test_a_unit_has_a_name_of_its_own_and_the_clock_of_the_business() -> None:
    """So its name changes; the time zone is that of the business, at one of several places."""
    draft = draft_of("bike-shop")
    units = [n.id for n in draft.index.labelled("Organization") if n.id != "bike-shop"]
    on(draft, Parties).update_organization(units[0], name="Counter")
    assert draft.get(units[0]).properties["name"] == "Counter"
    with pytest.raises(BadInputError, match="is a unit, and has the time zone"):
        on(draft, Parties).update_organization(units[0], time_zone=NEW_YORK)
    with pytest.raises(BadInputError, match="is at several places"):
        on(draft, Parties).update_organization("bike-shop", city="Leeds")
    on(draft, Parties).update_organization("bike-shop", place="shop", city="Leeds")
    assert draft.get("shop").properties["city"] == "Leeds"


@pytest.mark.parametrize(
    ("changes", "who"),
    [
        ({"person": "emma", "given_name": "Em"}, {"dad"}),
        ({"person": "emma", "birth_date": date(2008, 1, 30)}, {"mum"}),
        ({"person": "emma", "given_name": "Em", "birth_date": date(2008, 1, 30)}, set()),
        ({"organization": "bakers", "time_zone": NEW_YORK}, {"mum"}),
        ({"organization": "bakers", "age_of_majority": 16}, {"mum"}),
        ({"organization": "bakers", "city": "Leeds"}, {"dad"}),
    ],
)
def test_who_may_is_decided_by_the_laws_there_are(changes: dict[str, str], who: set[str]) -> None:
    """What policies measure by is for who administers them, all else for a Customer of age."""
    method = "update" if "person" in changes else "update_organization"

    def work(draft: Draft) -> None:
        getattr(on(draft, Parties), method)(**changes)

    assert may(work, seed("bakers")) == who


def test_a_correction_is_one_row() -> None:
    """A correction touches nothing but what it is about, and history has it before and after."""
    draft = draft_of()
    on(draft, Parties).update("bakers/emma", family_name="Baker-Jones")
    [edit] = draft.edits().nodes
    assert isinstance(edit, NodeEdit)
    assert edit.before
    assert edit.before.properties["family_name"] == "Baker"
    assert not draft.edits().relationships
