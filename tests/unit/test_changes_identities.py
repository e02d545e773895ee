"""Usernames: on drafts, without a database."""

import pytest

from household_graph.changes.draft import Draft
from household_graph.changes.identities import Identities, Username
from household_graph.errors import BadInputError
from tests.unit.drafts import draft_of, on


def add(draft: Draft, owner: str, username: str, realm: str, local_id: str | None = None) -> str:
    """Give a party a username, and return the id that the notes say."""
    on(draft, Identities).add(owner, username, realm=realm, local_id=local_id)
    return draft.notes[-1].removeprefix("it is ")


def test_a_username_is_added_once() -> None:
    """The same username for the same party is the one that is there already."""
    draft = draft_of()
    made = add(draft, "dad", "dad@bakers.example", "tv")
    assert made == "bakers/dad-login"
    once = draft.rows
    assert add(draft, "bakers/dad", "dad@bakers.example", "tv", "another") == made
    assert draft.rows == once
    assert add(draft, "dad", "dad@bakers.example", "cloud") == "bakers/dad-login-2"


def test_a_username_is_one_partys() -> None:
    """What Dad logs in with cannot be Tom's too; an id that is taken is refused."""
    draft = draft_of()
    with pytest.raises(BadInputError, match="is that of `bakers/mum`"):
        add(draft, "tom", "mum@bakers.example", "home-hub")
    with pytest.raises(BadInputError, match="the id `bakers/tom` is taken") as refused:
        add(draft, "tom", "tom@bakers.example", "home-hub", "tom")
    assert "`bakers/tom-2`" in str(refused.value.hint)


def test_a_username_is_linked_to_roles_of_its_owner() -> None:
    """By the id of the role, or by what it is on; the list says what it is used for."""
    draft = draft_of()
    login = add(draft, "dad", "dad@bakers.example", "tv")
    on(draft, Identities).link(login, "dad", "admin", "cable-tv")
    on(draft, Identities).link(login, to="dad.customer.account.chooser.cable-tv")
    assert on(draft, Identities).list("bakers/dad") == (
        Username(
            *("bakers/dad-login", "bakers/dad", "dad@bakers.example", "tv", "active"),
            used_for=("bakers/cable-tv (Admin)", "bakers/cable-tv (Chooser)"),
        ),
    )


def test_a_username_is_linked_to_nothing_else() -> None:
    """Not to a role of somebody else, nor to one that nobody plays, nor to no role."""
    draft = draft_of()
    login = add(draft, "dad", "dad@bakers.example", "tv")
    with pytest.raises(BadInputError, match="is not one of `bakers/mum`"):
        on(draft, Identities).link(login, to="home-security-admin")
    with pytest.raises(BadInputError, match="`bakers/dad` itself is no Admin of `bakers/cloud`"):
        on(draft, Identities).link(login, "dad", "admin", "cloud")
    with pytest.raises(BadInputError, match="is a customer role, and no involvement role"):
        on(draft, Identities).link(login, to="dad.customer.account")


def test_a_username_is_suspended() -> None:
    """It stays where it is, and stands as suspended."""
    draft = draft_of()
    on(draft, Identities).suspend("mum-login")
    [login] = on(draft, Identities).list("bakers")
    assert (login.status, login.used_for) == (
        "suspended",
        ("bakers/broadband (Admin)", "bakers/smart-firewall (Admin)"),
    )
