"""The commands that ask, such as check, who, timeline and find; and how decisions look."""

import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import typer

from household_graph.cli.commands import COMMANDS
from household_graph.cli.exit_codes import ExitCode
from household_graph.cli.options import (
    ACTION,
    AT,
    DEVICE,
    MOST,
    OUTPUT,
    PARTY,
    TARGET,
    TIME,
    AskedState,
    argument,
    asks_state,
    connected,
    declare,
    flag,
    option,
    optional,
    parameter,
)
from household_graph.cli.output import (
    Format,
    counted,
    emit,
    emit_each,
    note,
    plain,
    progress,
    record_of,
    table_of,
    write_picture,
)
from household_graph.errors import BadInputError
from household_graph.files import LineTooLongError, lines_of
from household_graph.model.enums import Action, ReasonCode
from household_graph.model.ids import household_of, nearest
from household_graph.model.instants import short_local

if TYPE_CHECKING:
    import inspect
    from collections.abc import Callable

    from rich.console import RenderableType
    from rich.text import Text

    from household_graph.api.change_api import ChangeApi
    from household_graph.changes.eligibility import EligibleChange
    from household_graph.engine.access_timeline import AccessSpan, AccessTimeline
    from household_graph.engine.decision import Decision, Reason
    from household_graph.engine.question import Question

_ASKED = ("party", "action", "target", "device")
FLAT_COLUMNS = ("allowed", *_ASKED, "at", "changes_at", "codes", "reasons")
"""The columns of a decision in a csv: codes and reasons are lists in JSON."""
_SPAN_COLUMNS = ("allowed", *_ASKED, "start", "end", "codes", "reasons")
_BATCH_COLUMNS = ("line", *FLAT_COLUMNS, "error")
_ELIGIBLE_COLUMNS = ("change", "who", "together", "laws")
_FOUND_COLUMNS = ("id", "kind", "text", "household", "household_name")
_AT_A_TIME = 10_000  # questions of a batch in memory, however long the file is
_Item = tuple[int, "Question | BadInputError"]
"""The number of a line of a batch, and the question it asks or what is wrong with it."""
_PARTY = parameter("party", str, PARTY)
_TARGET = parameter("target", str, TARGET)
_DEVICE = parameter("device", str | None, DEVICE)
_ACTION = parameter("action", Action, ACTION)
_AT = parameter("at", str | None, AT)
_OUTPUT = parameter("output", Format, OUTPUT)
_ALL = flag("--all", "Also list what is denied, with reasons.", name="include_denied")


@asks_state
def check(
    party: str | None = optional(PARTY),
    target: str | None = optional(TARGET),
    *,
    device: str | None = DEVICE,
    action: Action = ACTION,
    at: str | None = AT,
    state: AskedState,
    explain: bool = option("--explain", "Show the path of ids behind each reason.", False),
    batch: Path | None = option(
        "--batch FILE",
        "Answer every question of a JSONL or CSV file (- for stdin) with the columns party and "
        "target, and optionally action, device and at.",
    ),
    output: Format = OUTPUT,
) -> None:
    """May this party use, choose or administer this target, and why?

    Exit code 0 means yes, 4 means no. With --batch, 0 means that every question was answered, and
    2 that some were not.
    """
    if batch is not None:
        if party is not None:
            raise BadInputError(
                "a batch takes its parties from the file", hint="leave PARTY and TARGET out"
            )
        with state.graph() as graph:
            failed = _answer_batch(graph, batch, output)
        raise typer.Exit(ExitCode.BAD_INPUT if failed else ExitCode.DONE)
    if party is None or target is None:
        raise BadInputError(
            "a check needs a PARTY and a TARGET", hint="or a file of questions: --batch FILE"
        )
    with state.graph() as graph:
        decision = graph.check(party, target, action=action, device=device, at=at)
    emit_decisions([decision], output, lambda: _answer(decision, explain=explain), single=True)
    raise typer.Exit(ExitCode.DONE if decision.allowed else ExitCode.DENIED)


def _list_command(
    question: str, column: str, *parameters: "inspect.Parameter"
) -> "Callable[..., None]":
    """Return a command that lists the decisions of a question, told apart by a column."""

    def ask(*, state: AskedState, output: Format, **asked: Any) -> None:  # noqa: ANN401 - its own
        with state.graph() as graph:
            found = getattr(graph, question)(**asked)
            places = _positions(graph, found, asked["at"]) if column == "party" else {}
        found.sort(key=lambda one: places.get(one.party, 0))
        emit_decisions(found, output, lambda: _table(found, column, places), places=places)

    own = [*parameters, _AT, parameter("state", AskedState, ...), _ALL, _OUTPUT]
    return asks_state(declare(ask, own, COMMANDS[question].help))


def _positions(graph: "ChangeApi", found: "Sequence[Decision]", at: str | None) -> dict[str, int]:
    """Return the position of each device that may, such as of the lines of a hunting group."""
    targets = {one.target for one in found if one.is_of_device}
    held = (
        role
        for target in targets
        for role in graph.roles.list(household_of(target), on=target, at=at)
    )
    return {role.party: role.position for role in held if role.position is not None}


services = _list_command("services", "target", _PARTY, _DEVICE)
devices = _list_command("devices", "device", _PARTY, _TARGET)
actions = _list_command("actions", "action", _PARTY, _TARGET, _DEVICE)

who = _list_command("who", "party", _TARGET, _DEVICE, _ACTION)


@asks_state
def timeline(
    party: str = PARTY,
    target: str | None = optional(TARGET),
    *,
    device: str | None = DEVICE,
    action: Action = ACTION,
    start: str | None = option("--from TIME", f"The start, {TIME}"),
    end: str | None = option("--until TIME", "The end. Default: a week after the start."),
    state: AskedState,
    to: Path | None = option("--to FILE.html", "Draw a strip chart on this page instead."),
    output: Format = OUTPUT,
) -> None:
    """When may this party use this target? What changes this week, and why?

    Without a TARGET, it shows everything that the party may use at some time.
    """
    if to is not None:
        require_page(to, output)
    with state.graph() as graph:
        if target is None:
            found = graph.timelines(party, action, device, start=start, end=end)
        else:
            found = [graph.timeline(party, target, action, device, start=start, end=end)]
    if to is not None:
        from household_graph.viz.heat_map import strip_chart

        when = f", {found[0].start.isoformat()} to {found[0].end.isoformat()}" if found else ""
        write_picture(to, strip_chart(f"{party}{when}", found))
        return
    spans = (record for one in found for record in one.as_dicts())
    records = list(with_reasons(spans, output))
    emit(records, output, columns=_SPAN_COLUMNS, picture=lambda: _by_day(found))
    if not records:
        note(f"nothing is open to {party} in that time")


@asks_state
def who_may_change(
    thing: str = argument("ID", "Id of a person, account, product, service, device or policy."),
    *,
    at: str | None = AT,
    state: AskedState,
    output: Format = OUTPUT,
) -> None:
    """Who may change this person, account, product, device or policy, and why?

    An operator may do all of it. Where nobody may alone, it names who may together.
    """
    with state.graph() as graph:
        found = graph.who_may_change(thing, at=at)
    records = [record_of(one, *_ELIGIBLE_COLUMNS) for one in found]
    shown = ((one.change, _eligible(one), "; ".join(one.laws)) for one in found)
    picture = partial(table_of, ("change", "who", "why"), shown)
    emit(records, output, columns=_ELIGIBLE_COLUMNS, picture=picture)


def _eligible(change: "EligibleChange") -> str:
    if change.together:
        return " and ".join(change.together)
    return "\n".join(change.who) or "an operator alone"


def find(
    words: list[str] = argument(
        "TEXT…", "Words to search for; one may go on, or have a typing error."
    ),
    *,
    household: str | None = option("--household HOUSEHOLD", "Search this household only."),
    limit: int = option("--limit ROWS", "The maximum number of results.", 20, min=1, max=MOST),
    output: Format = OUTPUT,
) -> None:
    """Find people, products and devices by name, number, username or address.

    All words are needed; the best match comes first.
    """
    with connected() as graph:
        found = graph.find(" ".join(words), household=household, limit=limit)
    records = [record_of(one, *_FOUND_COLUMNS) for one in found]
    shown = ((one.id, one.kind, one.text, one.household_name or "") for one in found)
    picture = partial(table_of, ("id", "kind", "text", "household"), shown)
    emit(records, output, columns=_FOUND_COLUMNS, picture=picture)
    if not found:
        note("nothing found")
    elif len(found) == limit:
        note(f"there may be more than {counted(limit, 'result')}: `--limit` shows more")


def require_page(to: Path, output: Format) -> None:
    """Refuse a path that is no page, or a format beside one."""
    if to.suffix.lower() != ".html" or output is not Format.TABLE:
        raise BadInputError(
            f"`{to}` is no .html file" if output is Format.TABLE else "--to draws a page",
            hint="give --to FILE.html alone for a page, or -o csv without it for a file to read",
        )


def emit_decisions(
    decisions: "Sequence[Decision]",
    output: Format,
    picture: "Callable[[], RenderableType]",
    *,
    single: bool = False,
    places: Mapping[str, int] | None = None,
) -> None:
    """Write decisions in any format, with the positions of parties, or note that there are none."""
    records = [] if output is Format.TABLE else [one.as_dict() for one in decisions]
    columns = (*FLAT_COLUMNS, "position") if places else FLAT_COLUMNS
    for one in records if places else ():
        one["position"] = (places or {}).get(one["party"])
    rows = list(with_reasons(records, output))
    emit(rows, output, columns=columns, picture=picture, single=single)
    if not decisions:
        note("nothing is allowed here; --all lists what is denied, and why")


def with_reasons(records: Iterable[dict[str, Any]], output: Format) -> Iterator[dict[str, Any]]:
    """Yield records of answers; the rows of a table have the codes and texts of their reasons."""
    for one in records:
        if output in {Format.CSV, Format.TABLE} and "reasons" in one:
            one["codes"] = sorted({reason["code"] for reason in one["reasons"]})
            one["reasons"] = [reason["text"] for reason in one["reasons"]]
        yield one


def _answer(decision: "Decision", *, explain: bool) -> "RenderableType":
    """Return one decision as a tree: the answer, its reasons, with explain their paths too."""
    from rich.tree import Tree

    may = "may" if decision.allowed else "may not"
    device = f" on {decision.device}" if decision.device else ""
    asked = f"  {decision.party} {may} {decision.action} {decision.target}{device}"
    tree = Tree(_mark(allowed=decision.allowed, weight="bold ") + plain(asked), guide_style="dim")
    for reason in decision.reasons:
        branch = tree.add(_reason(reason))
        if explain:
            branch.add(plain(" → ".join(reason.path), style="dim"))
    change = decision.changes_at
    until = f"until {change.isoformat()}" if change else "with no scheduled change"
    tree.add(plain(f"at {decision.at.isoformat()}, {until}", style="dim"))
    return tree


_FOR = frozenset({ReasonCode.GRANTED, ReasonCode.EXEMPT, ReasonCode.PAUSED})
"""The reasons of a yes."""


def _mark(*, allowed: bool, weight: str = "") -> "Text":
    return plain("yes", f"{weight}green") if allowed else plain("no", f"{weight}red")


def _reason(reason: "Reason") -> "Text":
    style = "green" if reason.code in _FOR else "red"
    return plain(reason.code.value, style) + plain(f": {reason.text}", "default")


def _table(
    decisions: "Sequence[Decision]", column: str, places: Mapping[str, int]
) -> "RenderableType":
    """Return decisions as rows; positions, such as in a hunting group, stand behind the party."""
    rows = (
        (
            _mark(allowed=decision.allowed),
            _named(getattr(decision, column), places),
            short_local(decision.changes_at) if decision.changes_at else "",
            plain("\n").join(map(_reason, decision.reasons)),
        )
        for decision in decisions
    )
    return table_of(("", column, "changes at", "why"), rows)


def _named(what: str, places: Mapping[str, int]) -> str:
    return f"{what} (position {places[what]})" if what in places else what


def _by_day(found: "Sequence[AccessTimeline]") -> "RenderableType":
    """Return spans as a table, a row each, by the day on which they begin."""
    spans = sorted(
        ((span.start, one.target, span) for one in found for span in one.spans),
        key=lambda row: row[:2],
    )
    rows: list[tuple[object, ...]] = []
    shown = ""
    for start, target, span in spans:
        day = f"{start:%a %Y-%m-%d}"
        why = "\n".join(f"{reason.code.value}: {reason.text}" for reason in span.reasons)
        mark = _mark(allowed=span.allowed)
        rows.append(("" if day == shown else day, f"{start:%H:%M}", _end(span), target, mark, why))
        shown = day
    return table_of(("day", "from", "until", "target", "", "why"), rows)


def _end(span: "AccessSpan") -> str:
    """Return when a span ends, without the date where it is that of the start."""
    if span.end is None:
        return "for good"
    same = span.end.date() == span.start.date()
    return f"{span.end:%H:%M}" if same else f"{span.end:%a %Y-%m-%d %H:%M}"


def _answer_batch(graph: "ChangeApi", path: Path, output: Format) -> int:
    """Answer every question of a file, in order; return how many could not be answered."""
    counts = Counter[bool]()

    def answers() -> Iterator[dict[str, Any]]:
        with _opened(path) as stream, progress("questions") as advance:
            items = _items(stream, path)
            while part := list(islice(items, _AT_A_TIME)):
                for record in _answers(graph, part):
                    counts["error" in record] += 1
                    yield record
                advance(len(part))

    records = with_reasons(answers(), output)
    if output is Format.TABLE:
        _emit_tables(records)
    else:
        emit_each(records, output, columns=_BATCH_COLUMNS)
    note(f"{counted(counts.total(), 'question')}, {counts[True]} of them not answered")
    return counts[True]


def _emit_tables(records: Iterator[dict[str, Any]]) -> None:
    """Show records as tables of so many that they fit into memory; usually that is one."""
    columns = [name for name in _BATCH_COLUMNS if name != "reasons"]
    is_first = True
    while (part := list(islice(records, _AT_A_TIME))) or is_first:
        emit(part, Format.TABLE, columns=columns)
        is_first = False


def _answers(graph: "ChangeApi", items: Iterable[_Item]) -> Iterator[dict[str, Any]]:
    """Yield a record for each item; a question that is wrong has an error instead of an answer."""
    answers = iter(
        graph.check_many(one for _line, one in items if not isinstance(one, BadInputError))
    )
    for line, one in items:
        outcome = one if isinstance(one, BadInputError) else next(answers)
        if isinstance(outcome, BadInputError):
            yield {"line": line, "error": outcome.message, "hint": outcome.hint}
        else:
            yield {"line": line} | outcome.as_dict()


def _items(stream: TextIO, path: Path) -> Iterator[_Item]:
    """Yield the questions of a JSONL or CSV stream, told apart by the first character."""
    lines = lines_of(stream)
    first = next(lines, "")
    if first.lstrip().startswith("{"):
        for number, line in enumerate(chain([first], lines), start=1):
            if line.strip():
                yield number, _question(line)
        return
    reader = csv.DictReader(chain([first], lines))
    _check_header(reader.fieldnames or (), path)
    for row in reader:
        yield reader.line_num, _question(row)


def _check_header(names: Sequence[str], path: Path) -> None:
    for wanted in ("party", "target"):
        if wanted not in names:
            near = nearest(wanted, names)
            raise BadInputError(
                f"{path}:1: no column `{wanted}`",
                hint=f"is `{near[0]}` meant?" if near else "the first line of a CSV names columns",
            )


def _question(row: str | Mapping[str, Any]) -> "Question | BadInputError":
    """Return the question of a row, or what is wrong with it; other fields are ignored."""
    from household_graph.engine.question import Question

    try:
        fields = _parsed(row) if isinstance(row, str) else row
        values = {name: fields.get(name) or None for name in (*_ASKED, "at")}
        for name, value in values.items():
            if value is None and name in {"party", "target"}:
                return BadInputError(f"no {name}")
            if value is not None and not isinstance(value, str):
                return BadInputError(f"`{name}` is not text: `{value}`")
        return Question(**values | {"action": values["action"] or Action.USE})
    except BadInputError as error:
        return error


def _parsed(line: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadInputError(f"not JSON: {error.msg} at column {error.colno}") from error
    except (ValueError, RecursionError) as error:  # a number too long, or nested too deep
        raise BadInputError(f"not JSON that can be read: {error}") from error
    if not isinstance(row, dict):
        raise BadInputError("not a JSON object", hint='write {"party": …, "target": …}')
    return row


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """Yield a file, or stdin for `-`; what cannot be read is an error that names it."""
    try:
        if str(path) == "-":
            yield io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", newline="")
            return
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield stream
    except UnicodeDecodeError as error:
        raise BadInputError(f"`{path}` is not UTF-8", hint="save it as UTF-8") from error
    except csv.Error as error:
        raise BadInputError(f"`{path}` is not a CSV: {error}") from error
    except LineTooLongError as error:
        raise BadInputError(f"`{path}`: {error}", hint="write one question a line") from error
    except OSError as error:
        raise BadInputError(f"cannot read `{path}`: {error.strerror}") from error
