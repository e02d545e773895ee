"""`test`: run scenario files, which hold households to the answers that are expected of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree as ET

import typer

from household_graph.cli.command_lines import simulate
from household_graph.cli.exit_codes import ExitCode
from household_graph.cli.options import OUTPUT, argument, connected, option
from household_graph.cli.output import Format, counted, emit, note, plain, progress, record_of, show
from household_graph.documents.scenario import (
    AskedQuestion,
    ExpectedOutcome,
    ScenarioCase,
    Scenarios,
    read_scenarios,
)
from household_graph.errors import BadInputError, HouseholdGraphError
from household_graph.model.ids import household_of, local_id, qualify
from household_graph.model.instants import from_datetime, instant_of, isoformat, to_utc
from household_graph.model.rows import zone_in

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from household_graph.api.simulation import Simulation
    from household_graph.changes.service import ChangeResult
    from household_graph.engine.access_timeline import AccessTimeline
    from household_graph.engine.decision import Decision

_COLUMNS = ("file", "line", "name", "outcome", "differences")
_LISTED = {"services": "target", "devices": "device", "actions": "action", "who": "party"}
"""By kind of list, what its decisions are told apart by."""


class CaseResult(NamedTuple):
    """What came of a case: how it differs from what is expected; nothing if it passed."""

    file: str
    line: int
    name: str
    differences: tuple[str, ...]

    @property
    def outcome(self) -> str:
        """One word: passed or failed."""
        return "failed" if self.differences else "passed"


def test(
    files: list[Path] = argument("FILE…", "Scenario files in YAML."),
    *,
    junit: Path | None = option(
        "--junit FILE", "Also write the results as JUnit XML to this file."
    ),
    output: Format = OUTPUT,
) -> None:
    """Run scenarios: questions about households, and what is expected of the answers.

    Nothing is written to the graph: changes are made in memory. The exit code is 4 if an answer is
    not as expected.
    """
    scenarios = [read_scenarios(file) for file in files]
    with progress("cases", sum(len(one.cases) for one in scenarios)) as advance:
        results = [result for one in scenarios for result in _run(one, advance)]
    failed = [one for one in results if one.differences]
    if junit:
        _write_junit(junit, results)
    if output is Format.TABLE:
        for one in failed:
            show(plain(f"{one.file}:{one.line}: {one.name}", "bold"))
            for line in one.differences:
                show(plain(f"  {line}"))
    else:
        emit([record_of(one, *_COLUMNS) for one in results], output, columns=_COLUMNS)
    differ = f"{len(failed)} of them differ" if failed else "all as expected"
    note(f"{counted(len(results), 'case')}, {differ}")
    if failed:
        raise typer.Exit(ExitCode.DENIED)


def _run(scenarios: Scenarios, advance: Callable[[], None]) -> Iterator[CaseResult]:
    """Yield the result of each case of a file."""
    with _base(scenarios) as base:
        for line, case in scenarios.cases:
            try:
                differences = tuple(_Case(case, base, scenarios.household).differences())
            except HouseholdGraphError as error:
                differences = (f"error: {error.message}",)
            yield CaseResult(str(scenarios.path), line, case.name, differences)
            advance()


@contextmanager
def _base(scenarios: Scenarios) -> "Iterator[Simulation]":
    """Yield the households of a file, as they are before any case changes something."""
    if scenarios.documents:
        from household_graph.api.simulation import Simulation

        yield Simulation.of_documents(scenarios.documents)
        return
    with connected() as graph:
        yield graph.simulate()


class _Case:
    """A case, and the households it is about, after its changes."""

    def __init__(self, case: ScenarioCase, base: "Simulation", household: str) -> None:
        self._case, self._household = case, household
        now = None if case.now is None else to_utc(instant_of(case.now, _zone(base, household)))
        self._graph = base.simulate(now=now)
        for line in case.changes:
            simulate(self._graph, line)

    def differences(self) -> Iterator[str]:
        """Yield how what comes of it differs from what is expected, a line each."""
        kind, expected = self._case.kind, self._case.expect
        if kind == "change":
            yield from self._change(str(self._case.change), expected)
            return
        asked = getattr(self._case, kind)
        given = self._arguments(asked)
        found = getattr(self._graph, kind)(**given)
        zone = _zone(self._graph, household_of(given.get("target") or given["party"]))
        if kind == "check":
            yield from _of_decision(found, expected, zone)
        elif kind == "timeline":
            yield from _of_timeline(found, expected, zone)
        else:
            ids = {str(getattr(one, _LISTED[kind])) for one in found}
            wanted = set(expected.found or ())
            if kind != "actions":
                wanted = set(map(self._qualified, wanted))
            yield from _of_ids("found", wanted, ids)

    def _arguments(self, asked: AskedQuestion) -> dict[str, Any]:
        given = {
            name: value
            for name in type(asked).model_fields
            if (value := getattr(asked, name)) is not None
        }
        return given | {
            name: self._qualified(given[name])
            for name in ("party", "target", "device")
            if name in given
        }

    def _qualified(self, reference: str) -> str:
        return qualify(self._household, reference)

    def _change(self, line: str, expected: ExpectedOutcome) -> Iterator[str]:
        """Yield how the result of a change differs."""
        try:
            result, error = simulate(self._graph, line), None
        except HouseholdGraphError as refused:
            result, error = None, refused
        if expected.allowed is not None:
            yield from _of_value("allowed", expected.allowed, error is None, error)
        elif error is not None and not expected.words:
            raise error
        for words in expected.words or ():
            if error is None or words not in " ".join([error.message, error.hint or ""]):
                yield f"words: expected `{words}`, in `{error.message if error else 'no error'}`"
        for effect in ("gains", "loses"):
            ids = getattr(expected, effect)
            if ids is not None and result is not None:
                yield from _of_ids(effect, set(ids), set(_effects(result, effect)))


def _zone(graph: "Simulation", household: str) -> "ZoneInfo":
    return zone_in(graph.store.fetch_household(household)[0])


def _of_decision(found: "Decision", expected: ExpectedOutcome, zone: "ZoneInfo") -> Iterator[str]:
    if expected.allowed is not None:
        yield from _of_value("allowed", expected.allowed, found.allowed)
    if expected.codes is not None:
        yield from _of_ids("codes", set(expected.codes), set(found.codes))
    if "changes_at" in expected.model_fields_set:
        changes_at = found.changes_at
        yield from _of_value(
            "changes_at",
            _instant(expected.changes_at, zone),
            isoformat(from_datetime(changes_at), zone) if changes_at else None,
        )


def _instant(moment: date | datetime | None, zone: "ZoneInfo") -> str | None:
    return None if moment is None else isoformat(instant_of(moment, zone), zone)


def _of_timeline(
    found: "AccessTimeline", expected: ExpectedOutcome, zone: "ZoneInfo"
) -> Iterator[str]:
    spans = [(isoformat(from_datetime(one.start), zone), one.allowed) for one in found.spans]
    wanted = [(_instant(one.start, zone), one.allowed) for one in expected.spans or ()]
    for place in range(max(len(spans), len(wanted))):
        of_found, of_wanted = (_span(every, place) for every in (spans, wanted))
        yield from _of_value(f"spans[{place}]", of_wanted, of_found)
    for place, (one, asked) in enumerate(zip(found.spans, expected.spans or (), strict=False)):
        if asked.codes is not None:
            codes: set[str] = {reason.code for reason in one.reasons}
            yield from _of_ids(f"spans[{place}].codes", set(asked.codes), codes)


def _span(spans: Sequence[tuple[str | None, bool]], place: int) -> str | None:
    if place >= len(spans):
        return None
    start, allowed = spans[place]
    return f"{'yes' if allowed else 'no'} from {start}"


def _effects(result: "ChangeResult", effect: str) -> Iterator[str]:
    """Yield what is gained or lost in words, such as `katie use internet on tablet-katie`."""
    for access in result.access:
        if access.effect == effect:
            of = access.decision
            on = f" on {local_id(of.device)}" if of.device else ""
            yield f"{local_id(of.party)} {of.action} {local_id(of.target)}{on}"


def _of_value(
    what: str, expected: object, found: object, error: HouseholdGraphError | None = None
) -> Iterator[str]:
    if expected != found:
        because = f", because {error.message}" if error else ""
        yield f"{what}: expected {_shown(expected)}, found {_shown(found)}{because}"


def _of_ids(what: str, expected: set[str], found: set[str]) -> Iterator[str]:
    if expected != found:
        missing, more = (_listed(one) for one in (expected - found, found - expected))
        parts = (f"missing {missing}" if missing else "", f"also {more}" if more else "")
        yield f"{what}: {', '.join(filter(None, parts))}"


def _listed(ids: Iterable[str]) -> str:
    return ", ".join(f"`{one}`" for one in sorted(ids))


def _shown(value: object) -> str:
    words = {True: "yes", False: "no", None: "none"}
    return words[value] if value is None or isinstance(value, bool) else str(value)


def _write_junit(path: Path, results: Sequence[CaseResult]) -> None:
    """Write results as JUnit XML, a suite for each file; CI servers read it."""
    root = ET.Element("testsuites")
    for file in dict.fromkeys(one.file for one in results):
        cases = [one for one in results if one.file == file]
        failures = str(sum(bool(one.differences) for one in cases))
        suite = ET.SubElement(
            root, "testsuite", name=file, tests=str(len(cases)), failures=failures
        )
        for one in cases:
            named = {"classname": file, "name": one.name, "file": file}
            case = ET.SubElement(suite, "testcase", named, line=str(one.line))
            if one.differences:
                text = "\n".join(one.differences)
                ET.SubElement(case, "failure", message=one.differences[0]).text = text
    try:
        ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        raise BadInputError(
            f"`{path}` cannot be written: {error.strerror}", hint="name another file with --junit"
        ) from error
