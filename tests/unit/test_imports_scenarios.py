"""Exports as other programs write them, from the file to the households that they make.

Each is a kind of file that importers elsewhere have stumbled over, with its right answer.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from household_graph.model.rows import Rows
from tests.unit.staged_imports import Outcome, staged

HEAD = "household,id,first_name,last_name,birthday,phone,primary"
LINES = (
    "phone_number,customer_name,date_of_birth,street,postcode,city,plan,price,activation_date",
    '07700 90017{},{} Reed,0{}/03/1970,"{}",ZZ7 1AA,Hull,Mobile,10.00,01/03/2024',
)


@dataclass(frozen=True)
class Scenario:
    """An export, the names of the people in each of its households, and the lines rejected."""

    content: bytes
    households: dict[str, list[str]]
    rejected: tuple[int, ...] = ()
    profile: str = "contacts-with-household"


def rows(*lines: str, head: str = HEAD, end: str = "\n") -> bytes:
    return end.join([head, *lines, ""]).encode()


def of_lines(**homes: str) -> bytes:
    """Return lines of people of one family name, at one postal code, each with a number."""
    head, line = LINES
    written = enumerate(homes.items(), start=1)
    return rows(*(line.format(n, name, n, home) for n, (name, home) in written), head=head)


REEDS = ("r-1,K-1,Zoë,Reed,03.04.1981,07700 900171,yes", "r-1,K-2,Bo,Reed,21.06.2014,,no")
BOTH = {"contacts-r-1": ["Bo Reed", "Zoë Reed"]}
SCENARIOS = {
    "a line for Excel": Scenario(b"\xef\xbb\xbf" + rows(HEAD, *REEDS, head="sep=,"), BOTH),
    "a quoted line for Excel, semicolons": Scenario(
        rows(HEAD, *REEDS, head='"sep=;"', end="\r\n").replace(b",", b";"), BOTH
    ),
    "tabs in UTF-16": Scenario(
        rows(HEAD, *REEDS, head="sep=\t").decode().replace(",", "\t").encode("utf-16"), BOTH
    ),
    "guards of a spreadsheet": Scenario(
        rows(
            "007,K-1,Ann,Reed,01.02.1970,,yes",
            '="007",="K-2",Bo,Reed,,,no',
            '"=""007""","=""K-3""",Cy,Reed,,"=""+447700900173""",no',
            "'007,'K-4,Di,Reed,,'+447700900174,no",
            '"\t007","\tK-5",Ed,Reed,,,no',
            "\x1f007,\x1fK-6,Flo,Reed,,\x1f07700900178,no",
        ),
        {"contacts-007": ["Ann Reed", "Bo Reed", "Cy Reed", "Di Reed", "Ed Reed", "Flo Reed"]},
    ),
    "commas at the ends": Scenario(rows(*(f"{row}," for row in REEDS), head=f"{HEAD},"), BOTH),
    "no empty cells at the ends": Scenario(
        rows(
            "K-1,r-1,Zoë,Reed,yes",
            "K-2,r-1,Bo,Reed",
            "K-3,r-2,Cy,Hill,yes,cy@hill.example,07700 900172",
            head="id,household,first_name,last_name,primary,email,phone",
        ),
        {**BOTH, "contacts-r-2": ["Cy Hill"]},
    ),
    "glued exports": Scenario(
        b"".join(
            b"\xef\xbb\xbf" + part
            for part in (
                rows(*REEDS, "(2 rows)"),
                rows("r-2,K-3,Cy,Hill,,,yes", REEDS[0], "(2 rows)"),
            )
        ),
        {**BOTH, "contacts-r-2": ["Cy Hill"]},
        rejected=(4, 8),
    ),
    "the header again": Scenario(rows(REEDS[0], HEAD.title(), REEDS[1]), BOTH),
    "a line of dashes and a count": Scenario(
        rows("--,--,--,--,--,--,--", *REEDS, "", "(2 rows affected)", "\x1a"), BOTH, rejected=(6,)
    ),
    "a line in another encoding": Scenario(
        rows(*REEDS) + "r-1,K-3,Jörg,Reed,,,no\n".encode("cp1252"), BOTH, rejected=(4,)
    ),
    "one odd byte": Scenario(
        rows(head=HEAD)
        + "r-1,K-1,Žan,Žižek,,,yes\nr-1,K-2,Zoë,Žižek,,,no\n".encode("cp1252")
        + b"r-1,K-3,Bo\x81,Reed,,,no\n",
        {"contacts-r-1": ["Zoë Žižek", "Žan Žižek"]},
        rejected=(4,),
    ),
    "names of one person": Scenario(
        rows(
            "r-1,K-1,Arun,s/o Mani,,,yes",
            "r-1,K-2,Ian,von und zu Bergen,,,no",
            "r-1,K-3,DENIZ,AND,,,no",
            "r-1,K-4,Mr and Mrs,Rahman,,,no",
        ),
        {"contacts-r-1": ["Arun s/o Mani", "Deniz And", "Ian von und zu Bergen"]},
        rejected=(5,),
    ),
    "days that say nothing, and wrong ones": Scenario(
        rows(
            *(
                f"r-{place},K-{place},Ann,Reed,{written},,yes"
                for place, written in enumerate(
                    ["  /  /", "0.0.00", "NULL", "30/12/1899", "1799-12-25", "14/05/2556"]
                )
            )
        ),
        {f"contacts-r-{place}": ["Ann Reed"] for place in range(3)},
        rejected=(5, 6, 7),
    ),
    "floors and sides": Scenario(
        of_lines(
            Ann="First Floor Left, 30 Elm Row",
            Bo="First Floor Right, 30 Elm Row",
            Cy="Flat 2/1, 30 Elm Row",
            Di="2F1, 30 Elm Row",
            Ed="Third Floor, 30 Elm Row",
            Flo="3rd Floor, 30 Elm Row",
        ),
        {
            "lines-account-447700900171": ["Ann Reed"],
            "lines-account-447700900172": ["Bo Reed"],
            "lines-account-447700900173": ["Cy Reed", "Di Reed"],
            "lines-account-447700900175": ["Ed Reed", "Flo Reed"],
        },
        profile="phone-lines",
    ),
}


def people(rows_of: Rows) -> list[str]:
    return sorted(
        f"{node.properties.get('given_name')} {node.properties.get('family_name')}"
        for node in rows_of.nodes
        if "Individual" in node.labels
    )


def imported(folder: Path, scenario: Scenario) -> Outcome:
    return staged(folder, scenario.profile, {"export.csv": scenario.content})


OUTLOOK = """
source: outlook
country: DE
time_zone: Europe/Berlin
date_order: dmy
decimal: ","
tables:
  contacts:
    key: {columns: [Vorname, Nachname], join: " "}
    account: {columns: [Vorname, Nachname], join: " "}
    person: {given_name: Vorname, family_name: Nachname, birth_date: Geburtstag, phone: Telefon}
    roles: [{role: Customer, of_age: true}, {role: User}]
    place: {street: Straße privat, postal_code: Postleitzahl privat, country: Land/Region privat}
"""
OUTLOOK_HEAD = (
    '"Vorname","Nachname","Straße privat","Postleitzahl privat","Land/Region privat","Telefon",'
    '"Geburtstag","Notizen","Privat"'
)


def test_contacts_of_outlook_are_read_whole(tmp_path: Path) -> None:
    """Short records, days that are none, line ends in cells, and letters of cp1252."""
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(OUTLOOK, encoding="utf-8")
    text = rows(
        '"Jutta","Weiß","Ahornweg 3","10115","Deutschland","+49 (0) 30 23125-012","0.0.00","\r\n"',
        '"Kai","Weiß","Ahornweg 3","10115","Deutschland",,"21.6.2014",,"Aus"',
        '"Özgür","Voß","Am Hügel 9\r\nHinterhaus","50667",,"030 23125013","17.12.1969"',
        '"Lena","Voß","Am Hügel 9\r\nHinterhaus","50667"',
        head=OUTLOOK_HEAD,
        end="\r\n",
    )
    outcome = staged(tmp_path, mapping, {"outlook.csv": text.decode().encode("cp1252")})
    assert sorted(map(people, outcome.households.values())) == [
        ["Jutta Weiß", "Kai Weiß"],
        ["Lena Voß", "Özgür Voß"],
    ]
    assert outcome.rejects == []
    assert outcome.warnings == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_an_export_makes_its_households(tmp_path: Path, name: str) -> None:
    """Nobody is lost, doubled, misnamed or put elsewhere; what is wrong is rejected by its line."""
    scenario = SCENARIOS[name]
    outcome = imported(tmp_path, scenario)
    found = {household: people(own) for household, own in outcome.households.items()}
    assert found == scenario.households
    assert sorted(one["line"] for one in outcome.rejects) == list(scenario.rejected)
