"""Changes that are asked for: which method of the library with which arguments, and who agreed.

A request holds no rows and no code: the name of a method, and arguments as canonical JSON. So it
can be planned again as the household is at the last approval.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from household_graph.errors import BadInputError
from household_graph.model.enums import ActorKind, RequestState
from household_graph.model.instants import instant_of, to_utc, zone_named

REQUEST_FORMAT = 1
"""What the arguments of a request are to be read as; another number is refused."""

_LONGEST = 100_000  # characters of the arguments

CONSENT = "agents.admit"
"""The method of a request that lets an agent of the provider look or act: consent."""

Argument = str | int | float | bool | date | datetime | None | list["Argument"]
"""A value that a request can hold; times have an offset or are local, as they were given."""


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request of a household, with an id such as `bakers/request-3`; times are in UTC.

    Attributes:
        others: the other households that it changes and that are there, such as one to merge with.
        method: the change that is asked for, such as `events.leave`.
        arguments: those of the method, as canonical JSON; see `arguments_of`.
        actors: full ids of the parties who ask, or the name of an operator.
        at: when it was made; `lapses_at`: when it lapses, unless it has ended by then.
        due_at: when it is carried out, if that is scheduled.
        agreed: full ids of the parties who agreed, those who ask first.
        agreed_at: when each of them did, in ISO 8601.
        ended_by: who refused, withdrew or carried it out; `ended_reason` is why, or what failed.
        changes: the ids of the changes that it came to.
        key: what its last step was sent with, to be found by where its answer was lost.
    """

    id: str
    household: str
    method: str
    arguments: str
    summary: str
    actors: tuple[str, ...]
    actor_kind: ActorKind
    at: datetime
    lapses_at: datetime
    reason: str | None = None
    due_at: datetime | None = None
    agreed: tuple[str, ...] = ()
    agreed_at: tuple[str, ...] = ()
    state: RequestState = RequestState.OPEN
    ended_by: str | None = None
    ended_at: datetime | None = None
    ended_reason: str | None = None
    changes: tuple[str, ...] = ()
    key: str | None = None
    others: tuple[str, ...] = ()
    format: int = REQUEST_FORMAT

    def state_at(self, now: datetime) -> RequestState:
        """Return the state at an instant: an open request lapses."""
        lapsed = self.state is RequestState.OPEN and self.lapses_at <= now
        return RequestState.LAPSED if lapsed else self.state


def arguments_to_text(arguments: Mapping[str, object]) -> str:
    """Return arguments as canonical JSON; those that are None are left out.

    Raises:
        BadInputError: if a value is of a type that cannot be stored, or all of them are too long.
    """
    stored = {name: _stored(name, value) for name, value in arguments.items() if value is not None}
    text = json.dumps(stored, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if len(text) > _LONGEST:
        raise BadInputError(
            f"the request has {len(text)} characters",
            hint=f"{_LONGEST} are the most; ask for less at a time",
        )
    return text


def arguments_of(request: RecordedRequest) -> dict[str, Argument]:
    """Return the arguments of a request, as they were given.

    Raises:
        BadInputError: if it is of another format, or not what this project writes.
    """
    unreadable = BadInputError(
        f"the request `{request.id}` cannot be read: it is of another version, or was changed",
        hint="withdraw it with `household-graph request withdraw`, and ask again",
    )
    if request.format != REQUEST_FORMAT:
        raise unreadable
    try:
        found = json.loads(request.arguments)
        return {str(name): _given(value) for name, value in found.items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise unreadable from error


def stands_until(request: RecordedRequest) -> datetime | None:
    """Return until when a consent is in force, in UTC; None of any other request.

    Raises BadInputError as `arguments_of` does.
    """
    if request.method != CONSENT:
        return None
    return to_utc(instant_of(str(arguments_of(request)["until"]), zone_named("UTC")))


def _stored(name: str, value: object) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return str(value)  # also a word of an enumeration
    if isinstance(value, bool | int | float | None):
        return value
    if isinstance(value, datetime):
        return {"time": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Mapping):
        return [[_stored(name, key), _stored(name, of)] for key, of in sorted(value.items())]
    if isinstance(value, Iterable):
        return [_stored(name, one) for one in value]
    raise BadInputError(f"`{name}` cannot be part of a request: it is a {type(value).__name__}")


def _given(value: Any) -> Argument:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        ((kind, text),) = value.items()
        return {"time": datetime.fromisoformat, "date": date.fromisoformat}[kind](text)
    if isinstance(value, list):
        return [_given(one) for one in value]
    if isinstance(value, str | int | float | bool | None):
        return value
    raise TypeError(value)


def in_iso(moment: datetime) -> str:
    """Return an instant in ISO 8601, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
