"""What a request comes to as a household is: the change, and who has to agree to it yet."""

import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import chain
from typing import Any, NamedTuple, get_args

from household_graph.changes.authorization.agreement import smallest_group
from household_graph.changes.authorization.rules import check_changes
from household_graph.changes.service import ChangeGroup, ChangeResult
from household_graph.errors import (
    AgreementNeededError,
    BadInputError,
    RefusedError,
    did_you_mean,
)
from household_graph.model.enums import ActorKind
from household_graph.model.ids import household_of, nearest
from household_graph.model.instants import from_datetime
from household_graph.model.recorded_request import RecordedRequest, arguments_of
from household_graph.store.row_store import RowStore

Groups = Mapping[str, str]
"""The groups whose changes can be asked for, by name, each with its module and class."""

PLANNER = "requests"
"""The operator in whose name a change is looked at, before somebody agreed."""

_AUTHOR = frozenset({"party", "operator", "reason", "dry_run"})  # said by who agrees
_ROUNDS = 5  # times that more who have to agree are found


class PlannedRequest(NamedTuple):
    """What a request comes to.

    Attributes:
        result: the change in the names of all who agreed, and of a group that has to yet.
        needs: groups of people of each of which one has to agree yet; none: it can be made.
    """

    result: ChangeResult
    needs: tuple[tuple[str, ...], ...]

    @property
    def could_agree(self) -> frozenset[str]:
        """The people whose agreement is waited for, if only of one of several."""
        return people_in(self.needs)


def people_in(needs: Iterable[Iterable[str]]) -> frozenset[str]:
    """Return all who are in some groups of people."""
    return frozenset(chain.from_iterable(needs))


def check_method(groups: Groups, method: str, arguments: Mapping[str, object]) -> None:
    """Refuse what is no change that can be asked for, or an argument that it does not have.

    Raises:
        BadInputError: naming the method, or the argument.
    """
    function = getattr(*_method(groups, method))
    parameters = inspect.signature(function).parameters
    known = {*parameters, *_keywords(parameters)} - _AUTHOR - {"self", "keywords"}
    for name in arguments:
        if name not in known:
            raise BadInputError(
                f"`{method}` has no argument `{name}`", hint=did_you_mean(nearest(name, known))
            )


def plan_request(
    groups: Groups, store: RowStore, request: RecordedRequest, agreed: Sequence[str]
) -> PlannedRequest:
    """Return what a request comes to in a store, if these parties agreed; nothing is written.

    Raises:
        RefusedError: if it cannot be made, whoever agrees.
        BadInputError: if it cannot be done as the household is.
    """
    group, needs = tuple(agreed), None
    consents: tuple[str, ...] = ()
    for _round in range(_ROUNDS):
        is_theirs = acts_alone(request) or _is_of_all(group, request)
        try:
            if is_theirs:
                found = call(groups, store, request, group, dry_run=True)
                return PlannedRequest(found, needs or ())
            found = call(groups, store, request, (), dry_run=True, consents=consents)
            _check_parties(store, found, group, consents)
            if group:  # none of them is of one of the households: the refusal says so
                found = call(groups, store, request, group, dry_run=True)
            return PlannedRequest(found, ())
        except AgreementNeededError as lacking:
            if not lacking.needs or acts_alone(request):
                raise
            if is_theirs or consents or not _only_consents(lacking):
                needs = lacking.needs if needs is None else needs
                group = (*group, *smallest_group(map(frozenset, lacking.needs)))
            else:
                consents = tuple(one for needed in lacking.needs for one in needed)
    raise BadInputError(f"it cannot be found out who has to agree to `{request.id}`")


def _is_of_all(group: Sequence[str], request: RecordedRequest) -> bool:
    """Return whether a group has somebody of each household that is there and changed."""
    return {household_of(one) for one in group}.issuperset((request.household, *request.others))


def acts_alone(request: RecordedRequest) -> bool:
    """Return whether an operator scheduled a change, which is then the operator's own."""
    return request.actor_kind is ActorKind.OPERATOR and request.due_at is not None


def call(
    groups: Groups,
    store: RowStore,
    request: RecordedRequest,
    agreed: Sequence[str],
    *,
    dry_run: bool,
    consents: Iterable[str] = (),
) -> ChangeResult:
    """Make the change of a request in a store, in the names of some parties, or of its operator.

    Raises what the change raises, and AgreementNeededError if others have to agree.
    """
    arguments: dict[str, Any] = {**arguments_of(request)}
    check_method(groups, request.method, arguments)
    group, name = _method(groups, request.method)
    operator = request.actors[0] if request.actor_kind is ActorKind.OPERATOR else PLANNER
    author: dict[str, Any] = {"party": agreed} if agreed else {"operator": operator}
    if consents:
        arguments["consents"] = (*arguments.get("consents", ()), *consents)
    made: ChangeResult = getattr(group(store), name)(
        **arguments, **author, reason=request.reason, dry_run=dry_run
    )
    return made


def could_make(
    groups: Groups, store: RowStore, request: RecordedRequest, parties: Sequence[str]
) -> bool:
    """Return whether some parties could make the change of a request as the store is."""
    try:
        call(groups, store, request, parties, dry_run=True)
    except (RefusedError, BadInputError):
        return False
    return True


def _only_consents(lacking: AgreementNeededError) -> bool:
    return all(len(group) == 1 for group in lacking.needs)


def _check_parties(
    store: RowStore, planned: ChangeResult, agreed: Sequence[str], consents: Sequence[str]
) -> None:
    """Refuse what these do not suffice for: AgreementNeededError says who has to agree besides."""
    rows, now = store.fetch([one.household for one in planned.households])
    edits = [one.edits for one in planned.households if rows[one.household].nodes]
    check_changes(rows, edits, agreed, from_datetime(now), consents)


def _method(groups: Groups, method: str) -> tuple[type[ChangeGroup], str]:
    """Return the group and the name of a method; BadInputError, if it is no change."""
    group, _, name = method.partition(".")
    known = groups.get(group)
    if known:
        module, _, of = known.partition(":")
        found: type[ChangeGroup] = getattr(import_module(module), of)
        if name in dict(_changes(found)):
            return found, name
    every = [f"{one}.{name}" for one in groups]
    raise BadInputError(
        f"`{method}` is no change that can be asked for",
        hint=did_you_mean(nearest(method, every), "name one such as `events.leave`"),
    )


def _changes(group: type[ChangeGroup]) -> Iterator[tuple[str, object]]:
    """Yield the public methods of a group that change something."""
    for name, function in inspect.getmembers(group, inspect.isfunction):
        if not name.startswith("_") and "keywords" in inspect.signature(function).parameters:
            yield name, function


def _keywords(parameters: Mapping[str, inspect.Parameter]) -> Iterable[str]:
    """Return the names of the keyword arguments that a method takes besides its own."""
    (stated,) = get_args(parameters["keywords"].annotation)
    names: Iterable[str] = stated.__annotations__
    return names
