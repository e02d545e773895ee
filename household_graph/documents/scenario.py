"""Scenario files: households, questions about them, and the answers that are expected."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from household_graph.documents.document import HouseholdDocument
from household_graph.documents.models import DocumentModel
from household_graph.documents.read import document_in, read_documents
from household_graph.documents.values import (
    HouseholdId,
    Moment,
    Problem,
    Text,
    Truth,
    fail,
    one_of,
    refuse,
)
from household_graph.documents.yaml_lines import LocatedData, read_model
from household_graph.model.enums import Action, ReasonCode

_SOURCES = ("given", "document", "household")
_EXPECTED = {
    "check": ("allowed", "codes", "changes_at"),
    "services": ("found",),
    "devices": ("found",),
    "actions": ("found",),
    "who": ("found",),
    "timeline": ("spans",),
    "change": ("allowed", "words", "gains", "loses"),
}
"""What can be expected of each kind of question."""

_ASKED = {
    "check": (("party", "target"), ("device", "action", "at")),
    "services": (("party",), ("device", "at")),
    "devices": (("party", "target"), ("at",)),
    "actions": (("party", "target"), ("device", "at")),
    "who": (("target",), ("device", "action", "at")),
    "timeline": (("party", "target"), ("device", "action", "start", "end")),
}
"""The fields that each kind of question needs, and those that it may have besides."""


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


_Action = Annotated[Action, one_of(Action)]
_Texts = Annotated[tuple[Text, ...], BeforeValidator(_as_list)]


class AskedQuestion(DocumentModel):
    """A question; ids without a slash are of the first household of the file."""

    party: Text | None = Field(None, description="Who asks: a person, an organization, a device.")
    target: Text | None = Field(None, description="The product, service or resource.")
    device: Text | None = Field(None, description="The device to use it on.")
    action: _Action | None = Field(None, description="use, choose or administer; default: use.")
    at: Moment | None = Field(None, description="The time that is asked about; default: `now`.")
    start: Moment | None = Field(None, description="Of a timeline: its start; default: `now`.")
    end: Moment | None = Field(None, description="Of a timeline: its end; default: a week later.")


class ExpectedSpan(DocumentModel):
    """A part of a timeline."""

    start: Moment = Field(description="When it begins.")
    allowed: Truth = Field(description="Whether the answer is yes.")
    codes: tuple[Annotated[ReasonCode, one_of(ReasonCode)], ...] | None = Field(
        None, description="The grounds, each once."
    )


class ExpectedOutcome(DocumentModel):
    """What is expected; what is left out is not compared."""

    allowed: Truth | None = Field(None, description="Whether the answer is yes, or it is made.")
    codes: tuple[Annotated[ReasonCode, one_of(ReasonCode)], ...] | None = Field(
        None, description="The grounds of an answer, each once."
    )
    changes_at: Moment | None = Field(
        None, description="When the answer changes next; `null`: never."
    )
    found: tuple[Text, ...] | None = Field(None, description="All that a list has.")
    spans: tuple[ExpectedSpan, ...] | None = Field(None, description="All spans of a timeline.")
    words: _Texts | None = Field(None, description="Words of the error that refuses a change.")
    gains: tuple[Text, ...] | None = Field(
        None, description="All that is gained, such as `katie use internet on tablet-katie`."
    )
    loses: tuple[Text, ...] | None = Field(None, description="All that is lost.")


class ScenarioCase(DocumentModel):
    """One question, and what is expected of it."""

    name: Text = Field(description="What the case shows.")
    changes: _Texts = Field(
        (), alias="if", description="Commands that are run in memory before the question."
    )
    now: Moment | None = Field(None, description="What time it is; default: that of the file.")
    check: AskedQuestion | None = Field(None, description="May the party do it?")
    services: AskedQuestion | None = Field(None, description="Which services may the party use?")
    devices: AskedQuestion | None = Field(None, description="On which devices?")
    actions: AskedQuestion | None = Field(None, description="What may the party do with it?")
    who: AskedQuestion | None = Field(None, description="Who may do it?")
    timeline: AskedQuestion | None = Field(None, description="When may the party do it?")
    change: Text | None = Field(None, description="A command: is it made, and who gains what?")
    expect: ExpectedOutcome = Field(description="What is expected.")

    @property
    def kind(self) -> str:
        """The kind of question, such as `check`."""
        return next(name for name in _EXPECTED if getattr(self, name) is not None)

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        kinds = [name for name in _EXPECTED if getattr(self, name) is not None]
        if len(kinds) != 1:
            fail("a case asks one question", f"give one of {', '.join(_EXPECTED)}")
        expected, [kind] = self.expect.model_fields_set, kinds
        hint = f"expect {' or '.join(_EXPECTED[kind])}"
        if not expected:
            fail("nothing is expected", hint)
        if wrong := sorted(expected.difference(_EXPECTED[kind])):
            fail(f"`{wrong[0]}` cannot be expected of `{kind}`", hint)
        if kind in _ASKED:
            needed, others = _ASKED[kind]
            given, hint = getattr(self, kind).model_fields_set, f"give {' and '.join(needed)}"
            for name in needed:
                if name not in given:
                    fail(f"`{kind}` needs a `{name}`", hint)
            if wrong := sorted(given.difference(needed, others)):
                fail(f"`{kind}` takes no `{wrong[0]}`", hint)
        return self


class _ScenarioFile(DocumentModel):
    """A file: where its households come from, and its cases."""

    given: Mapping[str, Any] | None = Field(None, description="A household document.")
    document: _Texts | None = Field(
        None, description="The path of one, or of several, from this file."
    )
    household: HouseholdId | None = Field(None, description="The id of one in the graph.")
    now: Moment | None = Field(None, description="What time it is; default: the current time.")
    cases: tuple[ScenarioCase, ...] = Field(description="The cases.")

    @model_validator(mode="after")
    def _check_source(self) -> Self:
        if sum(getattr(self, name) is not None for name in _SOURCES) != 1:
            fail("a file says once where its households are", f"give one of {', '.join(_SOURCES)}")
        return self


@dataclass(frozen=True, slots=True)
class Scenarios:
    """The cases of a file.

    Attributes:
        documents: the households they are about; empty: one in the graph.
        household: the id of the first household, which ids without a slash are of.
        cases: each with the line it begins on.
    """

    path: Path
    documents: tuple[HouseholdDocument, ...]
    household: str
    cases: Sequence[tuple[int, ScenarioCase]]


def read_scenarios(path: Path) -> Scenarios:
    """Read and check a scenario file, with the documents that it names.

    Raises:
        DocumentError: with a line for each problem: `FILE:LINE: field: what`.
    """
    file, content = read_model(_ScenarioFile, path, "scenario file")
    documents = tuple(_documents(file, content, path))
    household = documents[0].organization.id if documents else file.household or ""
    cases = [
        (
            content.lines.get(("cases", place), 0),
            case.model_copy(update={"now": case.now or file.now}),
        )
        for place, case in enumerate(file.cases)
    ]
    return Scenarios(path, documents, household, cases)


def _documents(
    file: _ScenarioFile, content: LocatedData, path: Path
) -> Iterator[HouseholdDocument]:
    if file.document is not None:
        for one in file.document:
            yield from read_documents(path.parent / one)
    elif file.given is not None:
        lines = {loc[1:]: line for loc, line in content.lines.items() if loc[:1] == ("given",)}
        document, problems = document_in(LocatedData(content.data["given"], lines))
        refuse(
            str(path),
            [Problem(("given", *p.loc), p.message, p.hint, line=p.line) for p in problems],
        )
        if document is not None:
            yield document
