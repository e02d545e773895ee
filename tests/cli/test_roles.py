"""`role`: granting, revoking and listing, from the command line to the graph and back."""

import json
from collections.abc import Iterator

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from tests.cli.fresh import Home, home

SATURDAY = "2026-11-21T12:00"  # no curfew, and past: it holds from then on


@pytest.fixture(scope="module")
def bakers(graph: HouseholdGraph) -> Iterator[Home]:
    with home(graph, "roles-home") as household:
        yield household


def test_a_role_is_granted_listed_and_revoked(bakers: Home) -> None:
    """Katie gets the sports channel from Emma, who administers it, and loses it again."""
    grant = f"role grant @/katie consumer @/sports-channel --as @/emma --from {SATURDAY}"
    dry = bakers.done(f"{grant} --dry-run")
    real = bakers.done(grant)
    assert dry.out == real.out
    assert "gains" in real.out
    assert "katie gains sports on stb-living-room and tablet-katie" in real.out
    assert "recorded as" in real.err
    assert "nothing was written" in dry.err
    assert "no change needed" in bakers.done(grant).err
    listed = bakers.done("role list @/katie --on @/sports -o json")
    [role] = json.loads(listed.out)
    assert role == {
        "party": "roles-home/katie",
        "role": "consumer",
        "target": "roles-home/sports-channel",
        "account": "roles-home/teens-account",
        "valid_from": "2026-11-21T12:00:00+00:00",
        "valid_to": None,
        "identities": [],
        "through": None,
        "id": "roles-home/katie.user.teens-account.consumer.sports-channel",
        "position": None,
    }
    revoked = bakers.done("role revoke @/katie consumer @/sports-channel --as @/emma")
    assert "loses" in revoked.out
    again = bakers.run("role revoke @/katie consumer @/sports-channel --as @/emma")
    assert again.code == ExitCode.BAD_INPUT
    assert "is no Consumer of" in again.err


def test_who_grants_is_remembered(bakers: Home, graph: HouseholdGraph) -> None:
    """A role granted by a party says by whom; the change says why."""
    bakers.done(
        f"role grant @/granny chooser @/sports-channel --as @/emma --from {SATURDAY}",
        *("--reason", "she knows best"),
    )
    found = graph.connection.driver.execute_query(
        "MATCH (c:Chooser {granted_by: $emma}) RETURN c.id AS id", emma="roles-home/emma"
    )
    assert [record["id"] for record in found.records] == [
        "roles-home/granny.user.teens-account.chooser.sports-channel"
    ]
    assert graph.check("roles-home/granny", "roles-home/sports", action="choose").allowed


def test_what_holds_for_a_time(bakers: Home) -> None:
    """A role that is lent is in the list only while it is; `--all` lists it before and after."""
    bakers.done("role grant @/granny consumer @/stb-bedroom --from 2030-01-01 --until 2030-02-01")
    line = "role list @/granny --on @/stb-bedroom -o jsonl"
    assert bakers.done(line).out == ""
    assert "--all lists" in bakers.done(line).err
    assert bakers.done(f"{line} --at 2030-01-15").out == bakers.done(f"{line} --all").out != ""


def test_who_pays(bakers: Home) -> None:
    """A new payer pays what is left, or the share that is said; a minor needs a guarantor."""
    payer = "role grant @/granny bill-payer @/account --pays @/bill"
    taken = bakers.run(f"{payer} --consent-of @/granny")
    assert taken.code == ExitCode.BAD_INPUT
    assert "nothing of `roles-home/bill` is left to pay" in taken.err
    bakers.done("role grant @/dad bill-payer @/account --pays @/bill --share 50")
    assert "--consent-of roles-home/granny" in bakers.run(payer).err
    left = bakers.done(f"{payer} --dry-run --consent-of granny")
    assert "add up" not in left.err
    assert "roles-home/granny pays 10 % of roles-home/bill now" in left.err
    line = "role grant @/katie customer @/teens-account --dry-run"
    assert bakers.run(line).code == ExitCode.DENIED
    assert bakers.run(f"{line} --guarantor @/dad").code == ExitCode.DENIED
    bakers.done(f"{line} --guarantor @/dad --consent-of @/dad")


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("role grant @/katie consumer @/account", ExitCode.BAD_INPUT, "is a customer account"),
        ("role grant @/katie user @/cloud", ExitCode.BAD_INPUT, "is a product, and no account"),
        ("role grant @/katie consumer bakers/cloud", ExitCode.BAD_INPUT, "is not in the household"),
        ("role grant @/kate consumer @/cloud", ExitCode.BAD_INPUT, "did you mean `roles-home/kat"),
        (
            "role grant katie consumer cloud",
            ExitCode.BAD_INPUT,
            "did you mean `bakers/katie`, `roles-home/katie`",
        ),
        ("role grant @/katie user @/account --share 5", ExitCode.BAD_INPUT, "is not for user"),
        ("role grant @/mum bill-payer @/account --share 5", ExitCode.BAD_INPUT, "without a bill"),
        ("role grant @/katie owner @/cloud", ExitCode.BAD_INPUT, "'owner'"),
        ("role grant @/katie consumer @/cloud --until soon", ExitCode.BAD_INPUT, "cannot read"),
        (
            "role grant @/katie consumer @/cloud --from 2026-02-01 --until 2026-01-01",
            *(ExitCode.BAD_INPUT, "is not after"),
        ),
        ("role revoke @/katie consumer @/cloud", ExitCode.BAD_INPUT, "as a member of"),
        ("role grant @/tom consumer @/cloud --as @/tom", ExitCode.DENIED, "an operator"),
        ("role list @/kattie", ExitCode.BAD_INPUT, "did you mean `roles-home/katie`"),
    ],
)
def test_what_is_refused(bakers: Home, line: str, code: ExitCode, said: str) -> None:
    """Each command line that cannot be followed ends in its code, says why, and writes nothing."""
    before = bakers.revision()
    outcome = bakers.run(line)
    assert outcome.code == code, outcome.err
    assert said in outcome.err
    assert outcome.out == ""
    assert bakers.revision() == before


def test_a_share_is_dated(graph: HouseholdGraph) -> None:
    """Who paid what last month is known after a new share began; a payer who goes leaves it."""
    with home(graph, "shares-home") as bakers:

        def payers(*when: str) -> dict[str, float]:
            asked = ("-p", f"household={bakers.household}", "-o", "json", *when)
            found = json.loads(bakers.done("query run who-pays-what", *asked).out)
            return {
                one["payer"].partition("/")[2]: one["share"]
                for one in found
                if one["bill"].endswith("/bill")
            }

        then = ("--at", "2026-11-01T12:00+00:00")
        assert payers(*then) == payers() == {"dad": 60.0, "mum": 40.0}
        line = "role grant @/dad bill-payer @/account --pays @/bill --share"
        said = bakers.done(f"{line} 50 --as @/dad")
        assert "add up to 90 %" in said.err
        assert (payers(*then), payers()) == ({"dad": 60.0, "mum": 40.0}, {"dad": 50.0, "mum": 40.0})
        assert "no change needed" in bakers.done(f"{line} 50").err
        gone = bakers.done("role revoke @/mum bill-payer @/account --as @/mum")
        assert f"{bakers.household}/dad pays 90 % of {bakers.household}/bill now" in gone.err
        assert "add up to 90 %" in gone.err
        assert (payers(*then), payers()) == ({"dad": 60.0, "mum": 40.0}, {"dad": 90.0})
