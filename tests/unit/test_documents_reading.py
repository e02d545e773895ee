"""Files that are not documents, and values that are wrong: what is said of them, and where."""

import io
import time
from pathlib import Path

import pytest

from household_graph.documents.read import document_of, read_documents
from household_graph.errors import DocumentError

HEAD = "organization: {id: h, time_zone: Europe/London}\n"


def refused(text: str | bytes) -> DocumentError:
    stream = io.StringIO(text) if isinstance(text, str) else io.BytesIO(text)
    with pytest.raises(DocumentError) as caught:
        read_documents(stream, "f.yaml")
    return caught.value


def test_smallest_document() -> None:
    """An id and a time zone are enough; all else has a default."""
    [document] = read_documents(io.StringIO(HEAD))
    assert document.organization.id == "h"
    assert document.organization.age_of_majority == 18
    assert document.individuals == ()


def test_several_documents_in_a_file(tmp_path: Path) -> None:
    """A file holds as many documents as `---` parts, about different households."""
    path = tmp_path / "two.yaml"
    path.write_text(f"{HEAD}---\n{HEAD.replace('id: h', 'id: k')}", encoding="utf-8-sig")
    assert [document.organization.id for document in read_documents(path)] == ["h", "k"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "f.yaml:1: document: the file is empty"),
        ("# nothing\n", "f.yaml:1: document: the file is empty"),
        (f"{HEAD}---\n", "f.yaml:3: document: the document is empty"),
        ("hello", "f.yaml:1: document: expected a mapping, not `hello`"),
        ("- a\n", "f.yaml:1: document: expected a mapping, not a list"),
        (b"a: 1\nb: \xff\n", "f.yaml:2: document: not UTF-8: the byte 0xFF"),
        ("a: 1\nb: \x07\n", "f.yaml:2: document: not YAML: the character U+0007 is not allowed"),
        (
            f"{HEAD}---\n{HEAD}",
            "f.yaml:3: organization.id: a second document about `h`, the first is on line 1",
        ),
        (
            f"{HEAD}valid_from: 2020-02-30\n",
            "f.yaml:2: valid_from: cannot read the time `2020-02-30`",
        ),
        (
            f"{HEAD}valid_from: !!timestamp 2020-02-03\n",
            "f.yaml:2: valid_from: the tag `tag:yaml.org,2002:timestamp` means nothing here",
        ),
        (f"{HEAD}valid_from: *x\n", "f.yaml:2: valid_from: unknown alias `*x`"),
    ],
)
def test_what_is_no_document(text: str | bytes, message: str) -> None:
    """What a file holds in place of a document is said, with the line."""
    assert refused(text).message == message


def test_syntax_error_has_its_line() -> None:
    """Text that is no YAML is refused with the line the mistake is on."""
    assert refused(f"{HEAD}places: [\n  a\nunits: x\n").message.startswith(
        "f.yaml:4: document: not YAML: "
    )


def test_documents_before_a_syntax_error_are_checked_too() -> None:
    """A mistake in the notation does not hide what is wrong before it."""
    lines = refused(f"{HEAD}plces: []\n---\na: [\n").message.splitlines()
    assert [line.split(": ")[0] for line in lines] == ["f.yaml:2", "f.yaml:5"]


def test_no_such_file(tmp_path: Path) -> None:
    """A file that is not there is named."""
    path = tmp_path / "none.yaml"
    with pytest.raises(DocumentError, match="no such file or directory"):
        read_documents(path)


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        ("gven_name: x", "gven_name: unknown field `gven_name`", "did you mean `given_name`?"),
        ("given_name: 3", "given_name: expected text, not `3`", "put it in quotes"),
        ("given_name: ''", "given_name: is empty", "leave it out"),
        ("status: activ", "status: unknown value `activ`", "did you mean `active`?"),
        ("minor: maybe", "minor: expected true or false, not `maybe`", None),
        ("birth_date: 2013", "birth_date: cannot read the date `2013`", "write it as 2013-05-14"),
        ("member_of: h", "member_of: expected a list, not `h`", None),
        ("member_of: [{}]", "member_of[0].to: `to` is missing", None),
        ("responsible_for: [x]", "responsible_for[0]: unknown individual `x`", None),
    ],
)
def test_values_of_an_individual(value: str, message: str, hint: str | None) -> None:
    """A value that is wrong is named with its field, its line, and a hint if there is one."""
    error = refused(f"{HEAD}individuals:\n- id: mum\n  {value}\n")
    assert error.message == f"f.yaml:4: individuals[0].{message}"
    assert error.hint == hint


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("start_time: 9:00", "start_time: cannot read the time of day `9:00`"),
        ("start_time: '24:00'", "start_time: cannot read the time of day `24:00`"),
        ("weekdays: [fryday]", "weekdays[0]: unknown value `fryday`"),
        ("audience: minor", "audience: unknown audience `minor`"),
        ("maximum_age: old", "maximum_age: cannot read the age `old`"),
    ],
)
def test_values_of_a_policy(policy: str, message: str) -> None:
    """Times of day, weekdays, audiences and ages are held to their form."""
    text = f"{HEAD}policies:\n- id: p\n  kind: block\n  {policy}\n"
    text += "" if "audience" in policy else "  audience: everyone\n"
    assert f"f.yaml:5: policies[0].{message}" in refused(text).message


def test_time_zone_and_share() -> None:
    """An unknown time zone and a share over 100 are reported together, the nearest zone named."""
    text = (
        "organization: {id: h, time_zone: Europe/Londn}\n"
        "billing_accounts: [{id: bill}]\n"
        "products:\n- id: tv\n  charged_to: [{to: bill, share: 101}]\n"
    )
    first, second = refused(text).message.splitlines()
    assert first.startswith(
        "f.yaml:1: organization.time_zone: unknown time zone `Europe/Londn` (did"
    )
    assert "`Europe/London`" in first
    assert second == "f.yaml:5: products[0].charged_to[0].share: `101` is out of range: at most 100"


def test_duplicate_keys_name_both_lines() -> None:
    """A key that stands twice in a mapping is refused."""
    error = refused(f"{HEAD}places:\n- id: a\n  city: X\n  city: Y\n")
    assert error.message == "f.yaml:5: places[0].city: duplicate key `city`, already used on line 4"


def test_all_problems_at_once() -> None:
    """Values that cannot be read do not hide what else is wrong, nor cause anything to be said."""
    error = refused(
        "organization: {id: h}\n"
        "individuals:\n"
        "- {id: mum, minor: 3, member_of: [h, nowhere]}\n"
        "- {id: mum}\n"
        "- 4\n"
        "customer_accounts: [{id: account, state: on}]\n"
        "party_roles:\n"
        "- {party: mum, role: Usr, account: acount, pays: [{share: 50}]}\n"
        "policies:\n"
        "- {id: p, audience: everyone, start_time: '21:00', set_by: somebody}\n"
        "services: [{id: a, category: x, minimum_ag: 3, available_on: [other/tv]}]\n"
    )
    assert [line.partition(" (")[0] for line in error.message.splitlines()] == [
        "f.yaml:1: organization.time_zone: `time_zone` is missing",
        "f.yaml:3: individuals[0].minor: expected true or false, not `3`",
        "f.yaml:3: individuals[0].member_of[1]: unknown organization `nowhere`",
        "f.yaml:4: individuals[1].id: duplicate id `mum`, already used on line 3",
        "f.yaml:5: individuals[2]: expected a mapping, not `4`",
        "f.yaml:6: customer_accounts[0].state: unknown value `on`",
        "f.yaml:8: party_roles[0].role: unknown value `Usr`",
        "f.yaml:8: party_roles[0].pays[0].to: `to` is missing",
        "f.yaml:8: party_roles[0].account: unknown customer account `acount`",
        "f.yaml:10: policies[0].kind: `kind` is missing",
        "f.yaml:11: services[0].minimum_ag: unknown field `minimum_ag`",
        "f.yaml:11: services[0].available_on[0]: `other/tv` is in another household",
    ]


def test_a_misspelt_section_is_one_problem() -> None:
    """What is in a section that is not known does not count as missing elsewhere."""
    error = refused(f"{HEAD}individual: [{{id: mum}}]\nunits: [{{id: u}}]\nparty_roles: []\n")
    assert error.message == "f.yaml:2: individual: unknown field `individual`"
    error = refused(
        f"{HEAD}individual: [{{id: mum}}]\ncustomer_accounts: [{{id: a}}]\n"
        "party_roles: [{party: mum, role: User, account: a}]\n"
    )
    assert len(error.message.splitlines()) == 1


def test_a_document_of_plain_data_has_no_lines() -> None:
    """Data that comes from no file is checked alike; messages have paths alone."""
    with pytest.raises(DocumentError) as caught:
        document_of({"organization": {"id": "h", "time_zone": "UTC"}, "units": [{"id": "a b"}]})
    assert caught.value.message == "document: units[0].id: `a b` cannot be an id"
    with pytest.raises(DocumentError, match=r"^document: units\[0\].member_of\[0\]: unknown org"):
        document_of(
            {
                "organization": {"id": "h", "time_zone": "UTC"},
                "units": [{"id": "a", "member_of": ["b"]}],
            }
        )


def test_messages_stay_on_their_lines() -> None:
    """What a file holds cannot break a message in two, nor reach a terminal as a control code."""
    error = refused(f'{HEAD}"a\\nb\\e[31m": 1\nc: 1\n')
    assert len(error.message.splitlines()) == 2
    assert "\x1b" not in error.message


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, "aliases expand to more than 10000 values"),
        ("[" * 100_000, "nested too deep to be a document"),
        ("{a: " * 100_000, "nested too deep to be a document"),
        ("- " * 100_000, "nested too deep to be a document"),
        ("a: &a [*a]\n", "unknown alias `*a`"),
    ],
)
def test_files_made_to_do_harm(text: str, message: str) -> None:
    """Aliases that multiply and endless nesting are refused, at once."""
    start = time.process_time()
    assert message in refused(text).message
    assert time.process_time() - start < 5


def test_scalars_are_those_of_yaml_1_2() -> None:
    """`no` is a word, `012` a number, and a time stays as it is written."""
    text = (
        f"{HEAD}places: [{{id: p, country: no, city: yes, street: on}}]\n"
        "policies: [{id: c, kind: curfew, audience: everyone, governs: [h], weekdays: [monday],"
        " start_time: 21:00, end_time: 07:00}]\n"
    )
    [document] = read_documents(io.StringIO(text))
    assert (document.places[0].country, document.places[0].city) == ("no", "yes")
    assert document.policies[0].model_dump()["start_time"] == "21:00"
    assert "expected text, not `12`" in refused(f"{HEAD}places: [{{id: 012}}]\n").message


def test_an_alias_is_what_it_stands_for() -> None:
    """Anchors and aliases work within a document."""
    text = f"{HEAD}units: [{{id: a, member_of: &m [h]}}, {{id: b, member_of: *m}}]\n"
    [document] = read_documents(io.StringIO(text))
    assert document.units[1].member_of == document.units[0].member_of
