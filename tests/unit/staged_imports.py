"""Imports in memory: what an export makes of an empty graph, without a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from household_graph.imports.mapping.mapping import profile_named, read_mapping
from household_graph.imports.pipeline import Export, ImportJob, silent
from household_graph.imports.write import prepare
from household_graph.model.rows import Rows

NOW = datetime(2026, 12, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Outcome:
    """The rows of each household by its id, the rejects, and the warnings."""

    households: Mapping[str, Rows]
    rejects: Sequence[Mapping[str, Any]]
    warnings: Sequence[Mapping[str, Any]]


def staged(
    folder: Path, mapping: str | Path, files: Mapping[str, Sequence[str] | bytes]
) -> Outcome:
    """Import files of these lines, or bytes, by a mapping, or by a profile of this name."""
    for name, content in files.items():
        text = content if isinstance(content, bytes) else "\n".join([*content, ""]).encode()
        (folder / name).write_bytes(text)
    read = profile_named(mapping) if isinstance(mapping, str) else read_mapping(mapping)
    export = Export(tuple(folder / name for name in files), read)
    job = ImportJob(None, export, folder / "work", silent)
    households, rejected = {}, []
    with job.staged(NOW) as staging:
        for item in staging.work_items("import-1"):
            prepared, more = prepare(job.source, item)
            rejected += more
            if prepared:
                households[item.household] = prepared.rows
        staging.reject(rejected)
        rejects, warnings = (
            [dict(zip((one[0] for one in found.description), row, strict=True)) for row in found]
            for found in (staging.run("rejects"), staging.run("warnings"))
        )
    return Outcome(households, rejects, warnings)
