"""How well `import mapping` guesses: meaningful columns right, of exports of many kinds.

    python -m bench.guessing

An export is a file, or several, with the place in a mapping at which each column that means
something to a household belongs: bench/guessing.yaml. A column is right where the guess has it at
that place and, but for keys, at no other.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from household_graph.imports.mapping.guess import guess_mapping
from household_graph.imports.sources import open_sources, samples

ROOT = Path(__file__).resolve().parent.parent
_KEPT = ".characteristics"
_KEYS = frozenset({"key", "account", "household"})  # what is a key here may be one there, too


class Score(NamedTuple):
    """How many of the meaningful columns of an export are right, and those that are not."""

    export: str
    right: int
    meaningful: int
    wrong: tuple[str, ...]


def exports() -> Iterator[tuple[str, list[Path], Mapping[str, Any]]]:
    """Yield each export, by name: its files, while they are looked at, and what columns mean."""
    stated = YAML(typ="safe").load(Path(__file__).with_suffix(".yaml"))
    for export, one in stated.items():
        with tempfile.TemporaryDirectory() as folder:
            paths = [ROOT / name for name in one.get("paths", ())]
            for name, text in one.get("files", {}).items():
                paths.append(Path(folder) / name)
                paths[-1].write_text(text, encoding="utf-8")
            yield export, paths, one["columns"]


def scores() -> Iterator[Score]:
    """Yield the score of each export."""
    for export, paths, columns in exports():
        guessed = YAML(typ="safe").load(guess_mapping(samples(open_sources(paths))))
        yield _score(export, columns, guessed["tables"])


def _score(export: str, wanted: Mapping[str, Any], tables: Mapping[str, Any]) -> Score:
    wrong, total = [], 0
    for table, columns in wanted.items():
        found: dict[str, set[str]] = defaultdict(set)
        for place, column in _places(tables.get(table, {})):
            # Whose characteristic it is, is another question.
            found[column].add("characteristics" if place.endswith(_KEPT) else place)
        for column, places in columns.items():
            total += 1
            expected = {*places.split()}
            if not expected <= found[column] <= expected | _KEYS:
                is_ = " ".join(sorted(found[column])) or "nowhere"
                wrong.append(f"{table}.{column}: {is_}, not {places}")
    return Score(export, total - len(wrong), total, tuple(wrong))


def _places(part: Any, place: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - of YAML
    """Yield each column that a table uses, with the place: `person.email`, `products.when`."""
    if isinstance(part, str):
        yield place, part
    elif isinstance(part, list):
        for one in part:
            yield from _places(one, place)
    elif isinstance(part, dict):
        for name, one in part.items():
            if name in {"text", "files", "values", "id", "role", "join", "table", "value_is"}:
                continue
            if name == "when" or name.endswith("_when"):
                yield from ((f"{place}.{name}".strip("."), column) for column in one)
            else:
                step = "" if name in {"column", "columns"} else name
                yield from _places(one, ".".join(filter(None, (place, step))))


def table(found: list[Score]) -> str:
    """Return the scores as a table in Markdown."""
    rows = (
        f"| {one.export} | {one.right} of {one.meaningful} | {one.right / one.meaningful:.2f} |"
        for one in found
    )
    return "\n".join(
        ["| export | meaningful columns right | share |", "| --- | --- | --- |", *rows]
    )


if __name__ == "__main__":
    found = list(scores())
    print(table(found))
    for one in found:
        for line in one.wrong:
            print(f"{one.export}: {line}")
