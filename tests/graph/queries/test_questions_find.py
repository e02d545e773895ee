"""A question that finds nothing on the seeds finds what it is for where things are wrong."""

from dataclasses import dataclass
from typing import Any

import pytest

from household_graph.queries.execute import to_json
from household_graph.queries.parameters import bind_parameters
from household_graph.store.connection import Connection
from household_graph.store.query_files import load_query

__all__ = ["BROKEN"]


@dataclass(frozen=True, slots=True)
class Broken:
    """What is done to the seeds, in Cypher, and the rows that the example answers then."""

    done: str
    found: tuple[tuple[Any, ...], ...]


BROKEN = {
    "questions/accounts/products-of-stopped-accounts": Broken(
        "MATCH (a:CustomerAccount {id: 'bakers/teens-account'}) SET a.state = 'suspended'",
        (
            (
                "bakers",
                "bakers/teens-account",
                "suspended",
                None,
                "bakers/sports-channel",
                "Sports channel",
            ),
        ),
    ),
    "questions/accounts/shares-not-whole": Broken(
        "MATCH (:BillPayer {id: 'bakers/tom.bill-payer.teens-account'})-[p:PAYS]->() DELETE p",
        (("bakers", "bakers/teens-bill", "BillingAccount", 50.0, 1),),
    ),
    "questions/devices/locked-or-lost": Broken(
        "MATCH (d:Resource {id: 'bakers/stb-bedroom'}) SET d.administrative_state = 'lost'",
        (
            (
                "bakers",
                "bakers/stb-bedroom",
                "Set-top box in the bedroom",
                "lost",
                "enable",
                ["bakers/dad", "bakers/mum"],
            ),
        ),
    ),
    "questions/entitlement/links-across-households": Broken(
        "MATCH (a:Individual {id: 'bakers/dad'}), (b:Organization {id: 'bike-shop'})"
        " CREATE (a)-[:MEMBER_OF {period: 1}]->(b)",
        (("bakers", "bakers/dad", "MEMBER_OF", "bike-shop"),),
    ),
    "questions/minors/minors-without-responsible-adult": Broken(
        "MATCH ()-[link:RESPONSIBLE_FOR]->(:Individual {id: 'bakers/katie'}) DELETE link",
        (("bakers", "bakers/katie", "Katie", "2013-05-14"),),
    ),
    "questions/population/churn-of-imported-customers": Broken(
        "MATCH (a:CustomerAccount) WHERE a.id STARTS WITH 'bakers/'"
        " CREATE (:SourceRecord {key: 'crm:' + a.id})-[:DESCRIBES]->(a)"
        " WITH a WHERE a.id = 'bakers/teens-account' SET a.state = 'closed'",
        (("crm", None, [], 2, 1, 50.0),),
    ),
    "questions/quality/policies-without-effect": Broken(
        "MATCH (:Policy {id: 'bakers/bedtime'})-[link:GOVERNS|ENFORCED_BY]->() DELETE link",
        (("bakers", "bakers/bedtime", "Bedtime", ["scope", "enforcing service"]),),
    ),
    "questions/quality/products-nobody-pays": Broken(
        "MATCH ()-[pays:PAYS]->(:BillingAccount {id: 'bakers/teens-bill'}) DELETE pays",
        (("bakers", "bakers/sports-channel", "Sports channel", 14.0, "bakers/teens-bill"),),
    ),
    "questions/quality/products-without-consumer": Broken(
        "MATCH (:Consumer)-[link:INVOLVED_IN]->(:Product {id: 'bakers/cloud'}) DELETE link",
        (("bakers", "bakers/cloud", "Cloud", ["bakers/mum"]),),
    ),
    "questions/quality/products-without-service": Broken(
        "MATCH (:Product {id: 'bakers/cloud'})-[link:REALIZED_BY]->() DELETE link",
        (("bakers", "bakers/cloud", "Cloud", "active"),),
    ),
    "questions/quality/roles-without-account": Broken(
        "MATCH (:User {id: 'bakers/granny.user.account'})-[link:ON_ACCOUNT]->() DELETE link",
        (("bakers", "bakers/granny.user.account", "User", "bakers/granny"),),
    ),
    "questions/quality/same-name-twice": Broken(
        "MATCH (p:Individual {id: 'bakers/granny'})"
        " SET p.given_name = 'KATIE', p.family_name = 'Baker', p.birth_date = null",
        (("bakers", "katie baker", ["bakers/granny", "bakers/katie"]),),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_question_finds_what_is_wrong(seeds: Connection, name: str) -> None:
    """The example finds exactly what was broken; what was done is taken back."""
    question, broken = load_query(name), BROKEN[name]
    with seeds.session() as session, session.begin_transaction() as transaction:
        transaction.run(broken.done).consume()
        found = transaction.run(question.text, bind_parameters(question, question.example or {}))
        rows = tuple(tuple(to_json(value) for value in record.values()) for record in found)
        transaction.rollback()
    assert rows == broken.found


@pytest.mark.parametrize("name", BROKEN)
def test_its_prose_says_that_nothing_is_no_error(name: str) -> None:
    """Who finds nothing should know whether that is good."""
    prose = " ".join(load_query(name).prose.split())
    assert "None is the good news." in prose or "Nothing comes where" in prose
