"""Usernames: on drafts, without a database."""

import pytest

from household_graph.changes.identities import (
    SUSPENDED,
    Username,
    add_identity,
    link_identity,
    link_identity_to,
    list_identities,
    set_status,
)
from household_graph.errors import BadInputError
from household_graph.model.enums import InvolvementKind
from tests.unit.drafts import draft_of


def test_a_username_is_added_once() -> None:
    """The same username for the same party is the one that is there already."""
    draft = draft_of()
    made = add_identity(draft, "dad", "dad@bakers.example", "tv")
    assert made == "bakers/dad-login"
    once = draft.rows
    assert add_identity(draft, "bakers/dad", "dad@bakers.example", "tv", "another") == made
    assert draft.rows == once
    assert add_identity(draft, "dad", "dad@bakers.example", "cloud") == "bakers/dad-login-2"


def test_a_username_is_one_partys() -> None:
    """What Dad logs in with cannot be Tom's too; an id that is taken is refused."""
    draft = draft_of()
    with pytest.raises(BadInputError, match="is that of `bakers/mum`"):
        add_identity(draft, "tom", "mum@bakers.example", "home-hub")
    with pytest.raises(BadInputError, match="the id `bakers/tom` is taken") as refused:
        add_identity(draft, "tom", "tom@bakers.example", "home-hub", "tom")
    assert "`bakers/tom-2`" in str(refused.value.hint)


def test_a_username_is_linked_to_roles_of_its_owner() -> None:
    """By the id of the role, or by what it is on; the list says what it is used for."""
    draft = draft_of()
    login = add_identity(draft, "dad", "dad@bakers.example", "tv")
    link_identity_to(draft, login, "dad", InvolvementKind.ADMIN, "cable-tv")
    link_identity(draft, login, "dad.customer.account.chooser.cable-tv")
    assert list_identities(draft.rows, "bakers/dad", draft.at) == [
        Username(
            *("bakers/dad-login", "bakers/dad", "dad@bakers.example", "tv", "active"),
            used_for=("bakers/cable-tv (Admin)", "bakers/cable-tv (Chooser)"),
        )
    ]


def test_a_username_is_linked_to_nothing_else() -> None:
    """Not to a role of somebody else, nor to one that nobody plays, nor to no role."""
    draft = draft_of()
    login = add_identity(draft, "dad", "dad@bakers.example", "tv")
    with pytest.raises(BadInputError, match="is not one of `bakers/mum`"):
        link_identity(draft, login, "home-security-admin")
    with pytest.raises(BadInputError, match="`bakers/dad` itself is no Admin of `bakers/cloud`"):
        link_identity_to(draft, login, "dad", InvolvementKind.ADMIN, "cloud")
    with pytest.raises(BadInputError, match="is a customer role, and no involvement role"):
        link_identity(draft, login, "dad.customer.account")


def test_a_username_is_suspended() -> None:
    """It stays where it is, and stands as suspended."""
    draft = draft_of()
    set_status(draft, "mum-login", SUSPENDED)
    [login] = list_identities(draft.rows, None, draft.at)
    assert (login.status, login.used_for) == (
        "suspended",
        ("bakers/broadband (Admin)", "bakers/smart-firewall (Admin)"),
    )
