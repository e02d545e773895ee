"""What nobody does by the back door: each way round the laws, on the command line."""

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from household_graph import Action, HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from tests.cli.commands import Outcome, household_graph
from tests.cli.fresh import Home, home

WAYS = [
    ("@/emma", "services: [sports]", "services: [sports, sports-late]", "provider's to say"),
    ("@/dad", 'birth_date: "2009-01-30"', 'birth_date: "2008-01-30"', "birth dates, ages of"),
    ("@/dad", "time_zone: Europe/London", "time_zone: Asia/Tokyo", "time zones are changed by"),
    ("@/dad", "id: smart-firewall\n", "id: smart-firewall\n    state: suspended\n", "suspended"),
]
LATE = "services:\n  - id: sports-late\n    category: sport\n"


@pytest.fixture(scope="module")
def bakers(graph: HouseholdGraph) -> Iterator[Home]:
    """A copy of the Bakers."""
    with home(graph, "lawful") as made:
        yield made


def with_offsets(document: str) -> str:
    """Return a document that says of every time which instant it is, whatever the time zone."""

    def instant(found: re.Match[str]) -> str:
        local = datetime.fromisoformat(found[2]).replace(tzinfo=ZoneInfo("Europe/London"))
        return f'{found[1]}: "{local.isoformat()}"'

    return re.sub(r'\b(valid_from|valid_to): "?(\d{4}-\d\d-\d\d(?:T[\d:.]+)?)"?', instant, document)


def loaded(bakers: Home, actor: str, old: str, new: str) -> Outcome:
    """Load the household as it is, but for one text, in somebody's name."""
    document = household_graph("export", bakers.household).out
    old = old if old in document else old.replace('"', "")
    assert old in document, old
    text = with_offsets(document).replace(old, new.replace('"', ""), 1)
    if "sports-late" in text:
        text = text.replace("services:\n  - id:", f"{LATE}  - id:", 1)
    return household_graph("load", "-", "--as", actor.replace("@", bakers.household), stdin=text)


@pytest.mark.parametrize(("actor", "old", "new", "law"), WAYS)
def test_no_document_goes_round_a_law(
    bakers: Home, actor: str, old: str, new: str, law: str
) -> None:
    """Neither a service that no policy names, nor older children, nor a firewall that is off."""
    before = bakers.revision()
    outcome = loaded(bakers, actor, old, new)
    assert outcome.code == ExitCode.DENIED, outcome.err
    assert law in " ".join(outcome.err.split())
    assert bakers.revision() == before


def test_a_guest_does_not_lock_the_hub(bakers: Home) -> None:
    """Eight people use it; her own phone she may lock, and the household itself locks nothing."""
    for actor, device in (("au-pair", "home-hub"), (None, "home-hub"), (None, "stb-living-room")):
        who = f"@/{actor}" if actor else "@"
        outcome = bakers.run(f"device lock @/{device} --as {who} --dry-run")
        assert outcome.code == ExitCode.DENIED
        assert "who alone uses it" in " ".join(outcome.err.split())
    bakers.done("device lock @/phone-au-pair --as @/au-pair --dry-run")


def test_a_minor_whom_an_operator_made_admin(bakers: Home) -> None:
    """Every way of asking says under-age; he comes of age on his birthday."""
    bakers.done("role grant @/tom admin @/smart-firewall")
    try:
        outcome = bakers.run("check @/tom @/smart-firewall --action administer -o json")
        assert outcome.code == ExitCode.DENIED
        assert '"under-age"' in outcome.out
        assert '"2028-09-11T00:00:00+01:00"' in outcome.out
        asked = ("who", f"{bakers.household}/smart-firewall", "--action", "administer")
        assert "lawful/tom" not in household_graph(*asked, "-o", "csv").out
        with bakers.graph.snapshot([bakers.household]) as snapshot:
            decision = snapshot.check(
                "lawful/tom", "lawful/smart-firewall", action=Action.ADMINISTER
            )
        assert decision.codes == ("under-age",)
        for name, option in (
            ("administered-by-party", "party=lawful/tom"),
            ("who-administers", "household=lawful"),
        ):
            answer = household_graph("query", "run", name, "-p", option, "-o", "jsonl").out
            assert not [
                line
                for line in answer.splitlines()
                if "smart-firewall" in line and ("tom" in line or name.startswith("admin"))
            ]
    finally:
        bakers.done("role revoke @/tom admin @/smart-firewall")


def test_an_event_before_what_it_ends_began(bakers: Home) -> None:
    """The typo of a year wipes nothing away, for an operator either."""
    for line in (
        "event leave @/granny",
        "policy end @/bedtime",
        "role revoke @/tom consumer @/sports-channel",
    ):
        outcome = bakers.run(f"{line} --at 2019-01-01")
        assert outcome.code == ExitCode.BAD_INPUT
        assert "began 2020-01-01T00:00:00" in " ".join(outcome.err.split())
    assert bakers.done("role list @/granny --all").out


def test_a_refusal_by_several_laws_is_one_line(bakers: Home) -> None:
    """It says who has to agree, and how to ask them; `--verbose` says what each law forbids."""
    line = "event leave @/emma --at 2027-03-01T00:00 --as @/mum"
    refused = bakers.run(line)
    assert refused.code == ExitCode.DENIED
    message, hint = refused.err.splitlines()
    assert message.startswith(f"error: `{bakers.household}/mum` may not make all of this change: ")
    assert message.endswith(" laws forbid it")
    assert "could make this change, or an operator" in hint
    assert "--verbose names the laws" in hint
    assert "because a Customer" in bakers.run(line, "--verbose").err
