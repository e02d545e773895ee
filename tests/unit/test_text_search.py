"""The query that searches for a text: what people type, in the syntax of Lucene."""

import re

import pytest

from household_graph.errors import BadInputError
from household_graph.model.declaration import SEARCHED
from household_graph.store.query_files import load_query
from household_graph.store.text_search import LONGEST, lucene_query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("tom", "(tom^4 OR tom*^2 OR tom~1)"),
        ("Katie", "(katie^4 OR katie*^2 OR katie~1)"),
        ("Featherstone", "(featherstone^4 OR featherstone*^2 OR featherstone~2)"),
        ("tom  baker", "(tom^4 OR tom*^2 OR tom~1) AND (baker^4 OR baker*^2 OR baker~1)"),
        ("O'Brien", '"o\'brien"'),
        ("mum@bakers.example", '"mum@bakers.example"'),
        ("a AND b", "(a^4 OR a*^2) AND (and^4 OR and*^2 OR and~1) AND (b^4 OR b*^2)"),
        ('say "hi"', '(say^4 OR say*^2 OR say~1) AND "\\"hi\\""'),
        ("- Tom", "(tom^4 OR tom*^2 OR tom~1)"),
        ("0044", "((0044^4 OR 0044*^2)) OR *44*"),
        ("07700 900", "((07700^4 OR 07700*^2) AND (900^4 OR 900*^2)) OR *7700900*"),
    ],
)
def test_the_query_of_a_text(text: str, query: str) -> None:
    """Words may go on or have a typing error; signs of the syntax are text; numbers are joined."""
    assert lucene_query(text) == query


@pytest.mark.parametrize("text", ["", "  ", "(((", "\x00", "x" * (LONGEST + 1)])
def test_what_cannot_be_searched_for(text: str) -> None:
    """A text without a word, and one that is too long, are refused."""
    with pytest.raises(BadInputError):
        lucene_query(text)


def test_the_index_covers_what_is_declared() -> None:
    """The full-text index and the search have the properties that the declaration names."""
    index, search = load_query("schema/text-index").text, load_query("reads/search-entities").text
    assert tuple(re.findall(r"entity\.(\w+)", index)) == SEARCHED
    assert tuple(re.findall(r"node\.(\w+)", search.partition("labels(node)")[2])) == SEARCHED
