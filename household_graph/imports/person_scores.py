"""How likely it is that two records are about one person, by Splink: candidate pairs and weights.

Splink (Fellegi and Sunter's model, on DuckDB) compares records by column. Each outcome of a
comparison, such as a family name that is nearly the same, has a weight: how much more often it is
seen in two records of one person (m) than in two of any (u). A name that many have weighs less.
Which pairs may then be merged is for the rules of `merge_rules`.

Everything here is deterministic: rows come in the order of their keys, sampling has a seed, and
training uses one thread, so that sums of fractions have one order.
"""

import json
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from household_graph.imports.cleaning.given_names import forms_of
from household_graph.imports.match_features import home_of, statements_in
from household_graph.installation import require_extra

if TYPE_CHECKING:
    import duckdb
    from splink import Linker

    from household_graph.imports.match_features import MatchFeatures

_LEAST_RECORDS = 3_000  # from which on an export may have weights of its own
_LEAST_PAIRS = 300  # of one person beyond doubt, without which weights cannot be estimated
_SHARED_BY = 60  # what more records share is no evidence, and no reason to compare them
_SEED, _SAMPLE = 1, 1_000_000
_RECALL_OF_SURE = 0.7  # the share of the pairs of one person that these keys find
_BATCH = 50_000
_LEAST_M, _LEAST_U = 1e-4, 1e-8  # nothing is impossible
_AS_USUAL = 2_000  # records that the usual frequency of a name counts as much as
_MEMORY = "1GB"  # DuckDB puts what is more on disk
_STATEMENTS = statements_in(Path(__file__).with_suffix(".sql"))
MODEL = Path(__file__).with_name("person_model.json")

_Levels = tuple[tuple[str, str], ...]
_JARO = "jaro_winkler_similarity({0}_l, {0}_r) >= {1}"
_SHORT = (
    "list_contains(forms_l, given_r) OR given_l = left(given_r, 1) OR given_r = left(given_l, 1)"
)
_SLIP = "damerau_levenshtein(birth_l, birth_r) <= 1 OR birth_l = turned_r"
_STREET = _JARO.format("street", 0.8)
_SAME_AREA = "(postal_l = postal_r OR city_l = city_r)"
_AREA = f"(damerau_levenshtein(postal_l, postal_r) <= 1 OR {_JARO.format('city', 0.9)})"
COMPARISONS: Mapping[str, _Levels] = {
    "given": (
        ("same", "given_l = given_r"),
        ("in the other column", "given_l = family_r OR given_r = family_l"),
        ("a short form or an initial", _SHORT),
        ("a slip", _JARO.format("given", 0.92)),
        ("alike", _JARO.format("given", 0.8)),
    ),
    "family": (
        ("same", "family_l = family_r"),
        ("in the other column", "given_l = family_r OR given_r = family_l"),
        ("a slip", _JARO.format("family", 0.92)),
        ("alike", _JARO.format("family", 0.8)),
    ),
    "birth": (
        ("same", "birth_l = birth_r"),
        ("a slip", _SLIP),
        ("two slips", "damerau_levenshtein(birth_l, birth_r) <= 2"),
    ),
    "home": (
        ("same", f"street_l = street_r AND number_l = number_r AND {_SAME_AREA}"),
        ("a slip", f"{_STREET} AND number_l = number_r AND {_AREA}"),
        ("street and town", f"{_STREET} AND {_AREA}"),
        ("number and town", f"number_l = number_r AND {_AREA}"),
        ("street and number", f"{_STREET} AND number_l = number_r"),
        ("same town", _SAME_AREA),
        ("street or town alike", f"{_STREET} OR {_AREA}"),
    ),
    "email": (("same", "email_l = email_r"),),
    "phone": (("same", "phone_l = phone_r"),),
}  # fmt: skip
"""What two records are compared by: the outcomes of each comparison, in words and SQL, the first
that holds counts; what is left is `different`, and without a value on both sides it says nothing.
"""
DIFFERENT = "different"
_NAMES = ("given", "family")  # compared by how often they occur
_NO_HOME = "(street_{0} IS NULL AND postal_{0} IS NULL AND city_{0} IS NULL)"
_MISSING = {"home": f"{_NO_HOME.format('l')} OR {_NO_HOME.format('r')}"}
_BLOCKS = (
    *("names", "birth_given", "birth_family", "birth_initials", "birth_postal", "birth_street"),
    *("birth_city", "birth_number", "number_postal", "given_number"),
    *("family_postal", "given_postal", "initials_postal", "house", "street_postal", "street_city"),
    *("given_city", "family_city", "initials_city", "number_city", "family_street", "given_street"),
    *("email", "phone", "household_key", "account_family"),
)
_BY_KEYS = {
    "blocking_rule": "l.keys = r.keys AND l.person <> r.person",
    "arrays_to_explode": ["keys"],
    "sql_dialect": "duckdb",
}
"""Records are compared that share a key. One join over all keys takes the memory of one."""
_SURE = ("sure_by_names", "sure_by_house")
"""Keys that next to none but records of one person share."""


class Weights(NamedTuple):
    """Weights of comparisons.

    Attributes:
        levels: m and u, from 0 to 1, of each outcome, by comparison.
        duplicates: how many pairs of one person there are for each record.
        origin: `default`, or `estimated` from the export.
    """

    levels: Mapping[str, Mapping[str, tuple[float, float]]]
    duplicates: float
    origin: str = "default"


class ScoredPair(NamedTuple):
    """Two records, the smaller key first, and how likely it is that they are about one person."""

    first: str
    second: str
    probability: float


@cache
def default_weights() -> Weights:
    """Return the weights that are shipped; `scripts/train_matching.py` made them."""
    model = json.loads(MODEL.read_text(encoding="utf-8"))
    return Weights(
        {name: {level: tuple(mu) for level, mu in levels.items()}
         for name, levels in model["levels"].items()},
        model["duplicates"],
    )  # fmt: skip


@dataclass(frozen=True)
class PersonScores:
    """The records of an export that name a person, ready to be compared."""

    linker: "Linker"
    database: "duckdb.DuckDBPyConnection"
    weights: Weights

    def pairs(self, least: float) -> Iterator[ScoredPair]:
        """Yield the pairs that are one with at least this probability, in the order of keys."""
        scored = self.linker.inference.predict(threshold_match_probability=least)
        statement = _STATEMENTS["scored"].format(scored=scored.physical_name)
        rows = self.database.cursor().execute(statement)
        while batch := rows.fetchmany(_BATCH):
            yield from map(ScoredPair._make, batch)

    @property
    def placeholders(self) -> frozenset[str]:
        """Days that stand for an unknown birth date in this export, in ISO form."""
        return frozenset(day for (day,) in self.database.execute("FROM placeholder").fetchall())


@contextmanager
def person_scores(
    features: Iterable["MatchFeatures"], folder: Path | None, weights: Weights | None = None
) -> Iterator[PersonScores | None]:
    """Prepare records to be compared; None if fewer than two of them name a person.

    Args:
        features: those of the records, in the order of their keys.
        folder: where DuckDB puts what does not fit into memory, in a folder that is removed.
        weights: default: estimated from the records if they suffice, else those that are shipped.

    Raises:
        BadInputError: if the extra `imports` is not installed.
    """
    require_extra("imports", "splink")
    require_extra("imports", "pyarrow")
    import duckdb  # noqa: PLC0415 - only where records are matched

    with TemporaryDirectory(prefix=".matching-", dir=folder) as room:
        database = duckdb.connect(
            str(Path(room) / "matching.duckdb"),
            config={"memory_limit": _MEMORY, "temp_directory": room},
        )
        with database:
            count = _load(database, features)
            if count < 2:  # noqa: PLR2004 - a pair
                yield None
                return
            chosen = weights or _estimated(database, count) or default_weights()
            yield PersonScores(_linker(database, count, chosen), database, chosen)


_RAW = (
    *("record", "person", "household_key", "account", "given", "family", "birth", "email"),
    *("phone", "street", "number", "postal", "city"),
)


def _load(database: "duckdb.DuckDBPyConnection", features: Iterable["MatchFeatures"]) -> int:
    """Make the table `people`, with the keys by which records are compared; return its size."""
    import pyarrow as pa  # noqa: PLC0415 - only where records are matched

    kinds = [*(pa.string() for _name in _RAW), pa.list_(pa.string())]
    rows = (_row(one) for one in features if one.person and _tells(one))
    count = 0
    database.execute(f"CREATE TABLE raw ({', '.join(f'{one} TEXT' for one in _RAW)}, forms TEXT[])")
    while batch := list(islice(rows, _BATCH)):  # SQLite has to be read in this thread
        count += len(batch)
        values = zip(zip(*batch, strict=True), kinds, strict=True)
        arrays = [pa.array(column, kind) for column, kind in values]
        database.register("batch", pa.table(arrays, names=[*_RAW, "forms"]))
        database.execute("INSERT INTO raw FROM batch")
        database.unregister("batch")
    rare = [f"rare({name}, count(*) OVER (PARTITION BY {name})) AS {name}" for name in _BLOCKS]
    hashes = (f"CASE WHEN {name} IS NOT NULL THEN hash('{name}', {name}) END" for name in _BLOCKS)
    people = _STATEMENTS["people"].format(
        blocks=", ".join(_BLOCKS),
        derived=", ".join(name for name in _BLOCKS if name not in _RAW),
        rare=", ".join(rare),
        keys=", ".join(hashes),
    )
    for statement in (_STATEMENTS["rare"], _STATEMENTS["placeholders"], people):
        database.execute(statement)
    return count


def _tells(one: "MatchFeatures") -> bool:
    """Tell whether there is anything to know somebody by."""
    return bool(one.given or one.family or one.email or (one.birth_date and one.address))


def _row(one: "MatchFeatures") -> tuple[str | list[str] | None, ...]:
    street, number = home_of(one)
    plain = (one.record, one.person, one.household_key, one.account, one.given, one.family)
    home = (street or None, number or None, one.postal_code, one.city)
    forms = sorted(forms_of(one.given)) if one.given else []
    return (*plain, one.birth_date, one.email, one.phone, *home, forms)


def _linker(database: "duckdb.DuckDBPyConnection", count: int, weights: Weights) -> "Linker":
    """Return a linker that has weights, and how often names occur."""
    from splink import DuckDBAPI, Linker, SettingsCreator  # noqa: PLC0415 - as above

    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record",
        probability_two_random_records_match=min(2 * weights.duplicates / (count - 1), 0.5),
        comparisons=[_comparison(name, weights) for name in COMPARISONS],
        blocking_rules_to_generate_predictions=[_BY_KEYS],
        retain_matching_columns=False,
    )
    linker = Linker(DuckDBAPI(database).register("people"), settings, log_level=logging.ERROR)
    for column in _NAMES:
        u = weights.levels[column]["same"][1]
        database.execute(_STATEMENTS["tf"].format(column=column, usual=_AS_USUAL, u=u))
        table = linker._db_api.register(f"tf_{column}")  # noqa: SLF001
        linker.table_management.register_term_frequency_lookup(table, column)
    return linker


def _comparison(name: str, weights: Weights) -> Any:  # noqa: ANN401 - loaded where it is needed
    """Return a comparison of Splink with its outcomes and their weights."""
    from splink.comparison_level_library import CustomLevel, ElseLevel  # noqa: PLC0415 - as above
    from splink.comparison_library import CustomComparison  # noqa: PLC0415 - as above

    missing = _MISSING.get(name, f"{name}_l IS NULL OR {name}_r IS NULL")
    levels: list[Any] = [CustomLevel(missing, "not known").configure(is_null_level=True)]
    for label, condition in (*COMPARISONS[name], (DIFFERENT, "")):
        level = CustomLevel(condition, label) if condition else ElseLevel()
        m, u = weights.levels[name][label]
        level.configure(m_probability=m, u_probability=u, label_for_charts=label)
        if label == "same" and name in _NAMES:
            level.configure(tf_adjustment_column=name)
        levels.append(level)
    return CustomComparison(levels, output_column_name=name)


_ESTIMATES = (("birth",), ("given", "family"))
"""Comparisons that a run of expectation maximisation blocks on, and cannot estimate."""


def _estimated(database: "duckdb.DuckDBPyConnection", count: int) -> Weights | None:
    """Estimate weights from the records; None where they do not suffice.

    Chances to agree by accident (u) come from random pairs, those to agree in records of one
    person (m) by expectation maximisation, twice, as one run cannot estimate what it blocks on.
    """
    if count < _LEAST_RECORDS:
        return None
    [(sure,)] = database.execute(_STATEMENTS["sure"]).fetchall()
    if sure < _LEAST_PAIRS:
        return None
    from splink import block_on  # noqa: PLC0415 - only where records are matched

    usual = default_weights()
    linker = _linker(database, count, usual)
    database.execute("SET threads = 1")
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on(name) for name in _SURE], recall=_RECALL_OF_SURE
    )
    training.estimate_u_using_random_sampling(max_pairs=_SAMPLE, seed=_SEED)
    for columns in _ESTIMATES:
        training.estimate_parameters_using_expectation_maximisation(
            block_on(*columns),
            estimate_without_term_frequencies=True,
            fix_probability_two_random_records_match=True,
        )
    database.execute("RESET threads")
    return weights_of(linker, count, usual)


def weights_of(linker: "Linker", count: int, usual: Weights) -> Weights:
    """Return what a linker was trained to; where it saw nothing, what is usual."""
    model = linker.misc.save_model_to_json()
    levels = {}
    for comparison in model["comparisons"]:
        name = comparison["output_column_name"]
        seen = {
            DIFFERENT if level["sql_condition"] == "ELSE" else level["label_for_charts"]: level
            for level in comparison["comparison_levels"]
        }
        levels[name] = {
            label: (
                max(round(seen[label].get("m_probability") or m, 6), _LEAST_M),
                max(round(seen[label].get("u_probability") or u, 9), _LEAST_U),
            )
            for label, (m, u) in usual.levels[name].items()
        }
    both = model["probability_two_random_records_match"]
    return Weights(levels, round(both * (count - 1) / 2, 6), "estimated")


def trained_on_labels(features: Iterable["MatchFeatures"], start: Weights) -> Weights:
    """Return weights counted from records of which the person is known: that of the key."""
    # The key of a person tells who they are; records are compared if these differ.
    told = [one._replace(person=one.record, account=one.person) for one in features]
    with person_scores(told, None, start) as scores:
        if scores is None:
            raise ValueError("there is nothing to train on")
        scores.database.execute("SET threads = 1")
        linker, count = scores.linker, len(told)
        linker.training.estimate_u_using_random_sampling(max_pairs=_SAMPLE, seed=_SEED)
        linker.training.estimate_m_from_label_column("account")
        return weights_of(linker, count, start)._replace(duplicates=_duplicates(told))


def _duplicates(told: Sequence["MatchFeatures"]) -> float:
    """Return how many pairs of one person there are for each record, by the account."""
    each = Counter(one.account for one in told).values()
    return round(sum(n * (n - 1) / 2 for n in each) / len(told), 6)
