"""`schema`: install the constraints and indexes of the graph, and show its schema."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from household_graph.cli.options import OutputOption, option
from household_graph.cli.output import Format, emit, note, write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from household_graph.model.declaration import Index, Property

app = typer.Typer()


class SchemaFormat(StrEnum):
    """How the schema is written."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"
    MARKDOWN = "markdown"


@app.command(epilog="Example: household-graph schema apply --dry-run")
def apply(
    *,
    dry_run: Annotated[
        bool, option("--dry-run", "List what is missing, and create nothing.")
    ] = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Create the constraints and indexes that are missing; the data stay as they are."""
    from household_graph.cli.database import connected
    from household_graph.store import graph_schema
    from household_graph.store.connection import database_errors

    apply_ = graph_schema.missing_schema if dry_run else graph_schema.install_schema
    with connected() as graph, database_errors():
        rules = apply_(graph.connection.driver, database=graph.connection.database)
    emit(_rules(rules), output, columns=["label", "property", "kind"])
    what = "missing" if dry_run else "created"
    note(f"{what}: {len(rules)}" if rules else "nothing is missing")


@app.command(epilog="Example: household-graph schema show -o markdown")
def show(
    output: Annotated[
        SchemaFormat, option("--output -o", "The output format.")
    ] = SchemaFormat.TABLE,
) -> None:
    """Show labels, properties and relationships with their meaning; needs no database."""
    from household_graph.store.graph_schema import schema_page

    if output is SchemaFormat.MARKDOWN:
        write(schema_page())
    elif output is SchemaFormat.TABLE:
        emit(_lines(), Format.TABLE)
    else:
        emit([_record()], Format(output.value), single=True)


def _rules(rules: "Iterable[Index]") -> list[dict[str, Any]]:
    return [{"label": r.label, "property": r.property, "kind": r.kind} for r in rules]


def _lines() -> list[dict[str, str]]:
    """Return one line for each label, each of its properties, and each relationship."""
    from household_graph.model.declaration import LABELS, RELATIONSHIPS

    lines: list[tuple[str, str, str]] = []
    for label in LABELS:
        lines.append((label.name, "label", label.meaning))
        lines += [(f"{label.name}.{p.name}", p.type.value, p.meaning) for p in label.properties]
    for link in RELATIONSHIPS:
        path = f"({link.start})-[{link.type}]->({' | '.join(link.ends)})"
        lines.append((path, "relationship", link.meaning))
    return [dict(zip(("what", "type", "meaning"), line, strict=True)) for line in lines]


def _record() -> dict[str, Any]:
    """Return the schema as JSON."""
    from household_graph.model.declaration import INDEXES, LABELS, RELATIONSHIPS

    return {
        "labels": [
            {
                "name": label.name,
                "implies": list(label.implies),
                "meaning": label.meaning,
                "properties": _properties(label.properties),
            }
            for label in LABELS
        ],
        "links": [
            {
                "type": link.type,
                "start": link.start,
                "ends": list(link.ends),
                "meaning": link.meaning,
                "properties": _properties(link.properties),
            }
            for link in RELATIONSHIPS
        ],
        "rules": _rules(INDEXES),
    }


def _properties(properties: "Iterable[Property]") -> list[dict[str, Any]]:
    return [
        {
            "name": declared.name,
            "type": declared.type.value,
            "meaning": declared.meaning,
            "values": [word.value for word in declared.words or ()],
        }
        for declared in properties
    ]
