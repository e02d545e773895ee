"""Household documents from files: read, checked, and every problem reported with its line."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import IO, Any, cast

from household_graph.documents.checking import check
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.tree import Collection, Leaf, Node, line_of, tree_of
from household_graph.documents.yaml_events import Finding, trees_of
from household_graph.errors import DocumentError
from household_graph.files import read_text, read_whole

_LONGEST = 500  # characters of a message: what is wrong may be a megabyte
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def read_documents(
    source: str | Path | IO[str] | IO[bytes], name: str | None = None, *, today: date | None = None
) -> list[HouseholdDocument]:
    """Read and check the household documents of a file, which `---` parts from each other.

    Args:
        source: the path of a file, or an open text or binary file, in UTF-8.
        name: what to call the file in messages; None: its path.
        today: the local date by which it is told who is a minor; None: of now, in the time
            zone of each household.

    Raises:
        DocumentError: with a line for each problem of the file: `FILE:LINE: field: what`.
    """
    called = name or (str(source) if isinstance(source, str | Path) else "document")
    trees, findings = trees_of(text_in(source, called))
    if not trees and not findings:
        findings = [Finding(1, "document", "the file is empty", "see docs/household-documents.md")]
    documents = []
    for tree in trees:
        document, found = _checked(tree, today)
        findings += found
        documents += [document] if document else []
    findings += _same_household(trees)
    refuse(called, findings)
    return documents


def document_of(
    data: Mapping[str, Any], name: str = "document", *, today: date | None = None
) -> HouseholdDocument:
    """Return the document of plain data, checked as a file is; messages have no lines.

    Raises:
        DocumentError: with a line for each problem: `NAME: field: what`.
    """
    document, findings = _checked(tree_of(data), today)
    refuse(name, findings)
    assert document is not None  # noqa: S101 - without findings there is one
    return document


def _checked(tree: Node, today: date | None) -> tuple[HouseholdDocument | None, list[Finding]]:
    if isinstance(tree, Leaf) and tree.value is None:
        return None, [Finding(tree.line, "document", "the document is empty")]
    if isinstance(tree, Leaf) or tree.is_list:
        found = "a list" if isinstance(tree, Collection) else f"`{str(tree.value)[:40]}`"
        hint = "begin with `organization:`"
        return None, [Finding(tree.line, "document", f"expected a mapping, not {found}", hint)]
    return check(tree, today)


def _same_household(trees: list[Node]) -> list[Finding]:
    """Return a finding for each document about a household that one before it is about."""
    first: dict[object, int | None] = {}
    findings = []
    for tree in trees:
        organization = tree.children.get("organization") if isinstance(tree, Collection) else None
        own_id = organization.children.get("id") if isinstance(organization, Collection) else None
        if not isinstance(own_id, Leaf) or not isinstance(own_id.value, str):
            continue
        line = line_of(tree, ("organization", "id"))
        if own_id.value in first:
            earlier = first[own_id.value]
            message = f"a second document about `{own_id.value}`, the first is on line {earlier}"
            findings.append(Finding(line, "organization.id", message, "put them together"))
        first.setdefault(own_id.value, line)
    return findings


def text_in(source: str | Path | IO[str] | IO[bytes], name: str) -> str:
    """Return the text of a file, or of an open one.

    Raises:
        DocumentError: if it cannot be read, or is not UTF-8.
    """
    try:
        if isinstance(source, str | Path):
            return read_text(Path(source))
        content: str | bytes = read_whole(cast("IO[Any]", source))
        return content if isinstance(content, str) else content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        message = f"{name}:{line}: document: not UTF-8: the byte 0x{error.object[error.start]:02X}"
        raise DocumentError(message, hint="save the file as UTF-8") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DocumentError(f"cannot read `{name}`: {reason.lower()}") from error


def refuse(name: str, findings: list[Finding]) -> None:
    """Raise all findings as one error; a single one has its hint apart.

    Raises:
        DocumentError: if there are any.
    """
    if not findings:
        return
    if len(findings) == 1:
        raise DocumentError(_line(name, findings[0]), hint=findings[0].hint)
    ordered = sorted(findings, key=lambda finding: finding.line or 0)
    hints = (f" ({_CONTROL.sub(' ', finding.hint)})" if finding.hint else "" for finding in ordered)
    lines = (_line(name, finding) for finding in ordered)
    raise DocumentError("\n".join(map("".join, zip(lines, hints, strict=True))))


def _line(name: str, finding: Finding) -> str:
    """Return one line, whatever the file has put into it."""
    place = name if finding.line is None else f"{name}:{finding.line}"
    line = _CONTROL.sub(" ", f"{place}: {finding.path}: {finding.message}")
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
