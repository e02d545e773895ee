"""`policy`: what the household forbids, to whom, and when."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from household_graph.cli.change_command import (
    ChangeOptions,
    ChangePlan,
    FromOption,
    change_command,
    change_within,
    instant,
    span_until,
)
from household_graph.cli.one_household import (
    household_at,
    in_short,
    one_party,
    shown_span,
)
from household_graph.cli.options import (
    AtOption,
    HouseholdArgument,
    OutputOption,
    PersonArgument,
    complete_id,
)
from household_graph.cli.output import Format, emit, note, table
from household_graph.cli.role_options import (
    EverOption,
    UntilOption,
    WhoseArgument,
)
from household_graph.errors import BadInputError
from household_graph.model.enums import PolicyKind, Weekday

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from household_graph.changes.draft import Draft
    from household_graph.changes.lists import PolicyInWords
    from household_graph.changes.policy_terms import PolicyTerms

app = typer.Typer()
_COLUMNS = (
    *("policy", "kind", "whom", "what", "when", "enforced_by", "set_by", "exempt"),
    *("valid_from", "valid_to"),
)
_SHOWN = tuple(name for name in _COLUMNS if name not in {"enforced_by", "set_by"})
PolicyArgument = Annotated[
    str,
    typer.Argument(metavar="POLICY", help="Id of the policy.", autocompletion=complete_id),
]
KindOption = Annotated[
    PolicyKind | None,
    typer.Option("--kind", help="What it forbids: hours, ratings and categories, or everything."),
]
NameOption = Annotated[str | None, typer.Option("--name", help="What it is called.")]
AudienceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--audience",
        metavar="WHOM",
        help="minors, everyone, or the id of a party, which may be given again for others.",
        autocompletion=complete_id,
    ),
]
GovernsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--governs",
        metavar="ID",
        help="A product, service or resource; the household means everything. May be given again.",
        autocompletion=complete_id,
    ),
]
CategoryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--category",
        metavar="WORD",
        help="A category of service that it governs as well. May be given again.",
    ),
]
WeekdayOption = Annotated[
    list[Weekday] | None,
    typer.Option("--weekday", help="A day on which a curfew begins. May be given again."),
]
StartOption = Annotated[
    str | None,
    typer.Option("--start", metavar="HH:MM", help="When a curfew begins, in local time."),
]
EndOption = Annotated[
    str | None,
    typer.Option(
        "--end",
        metavar="HH:MM",
        help="When a curfew ends, in local time; on the next day, if that is not later.",
    ),
]
MaximumAgeOption = Annotated[
    str | None,
    typer.Option(
        "--maximum-age",
        metavar="N|own-age",
        help="The highest rating that a classification allows.",
    ),
]
BlockCategoryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--block-category",
        metavar="WORD",
        help="A category that a classification forbids. May be given again.",
    ),
]
EnforcedByOption = Annotated[
    list[str] | None,
    typer.Option(
        "--enforced-by",
        metavar="SERVICE",
        help="Who enforces it. The service that enforces the other policies, if not given.",
        autocompletion=complete_id,
    ),
]


@change_command(app, "policy set", "bakers bedtime --start 21:30", at=FromOption)
def set_(
    household: HouseholdArgument,
    policy: Annotated[str, typer.Argument(metavar="ID", help="Its id, such as bedtime.")],
    *,
    kind: KindOption = None,
    name: NameOption = None,
    audience: AudienceOption = None,
    governs: GovernsOption = None,
    category: CategoryOption = None,
    weekday: WeekdayOption = None,
    start: StartOption = None,
    end: EndOption = None,
    maximum_age: MaximumAgeOption = None,
    block_category: BlockCategoryOption = None,
    enforced_by: EnforcedByOption = None,
    until: UntilOption = None,
    options: ChangeOptions,
) -> ChangePlan:
    """Set a new policy, or change one: what is not said stays as it is.

    One that is changed ends, and another begins, as bedtime-2; bedtime means that from then on.
    """
    from household_graph.changes.policies import set_policy

    texts = (name, start, end, maximum_age)
    lists = (audience, governs, category, weekday, block_category, enforced_by)

    def work(draft: "Draft") -> None:
        begins, ends = draft.at if options.at else None, instant(until, draft)
        terms = _terms(kind, texts, lists)
        set_policy(draft, policy, terms, begins=begins, ends=ends, actor=options.actor.party_id)

    return change_within(household, work, f"set the policy {policy}")


@change_command(app, "policy lift", "bakers/bedtime --as bakers/mum")
def lift(policy: PolicyArgument) -> ChangePlan:
    """End a policy for everybody."""
    from household_graph.changes import policies

    def work(draft: "Draft") -> None:
        policies.lift(draft, policy)

    return change_within(policy, work, f"lift the policy {policy}")


@change_command(app, "policy exempt", "bakers/bedtime bakers/tom", at=FromOption)
def exempt(
    policy: PolicyArgument,
    party: PersonArgument,
    *,
    until: UntilOption = None,
    end: Annotated[
        bool, typer.Option("--end", help="Take an exemption back, from now or from --from on.")
    ] = False,
) -> ChangePlan:
    """Lift a policy for one individual."""
    from household_graph.changes import policies

    if end and until:
        raise BadInputError(
            "--end takes the exemption back, and --until gives it", hint="leave one of them out"
        )

    def work(draft: "Draft") -> None:
        if end:
            policies.end_exemption(draft, policy, party)
        else:
            policies.exempt(draft, policy, party, span_until(until, draft))

    return change_within(
        policy, work, f"{party} is {'no longer ' if end else ''}exempt from {policy}"
    )


@app.command("list", epilog="Example: household-graph policy list bakers/katie")
def list_(
    whose: WhoseArgument,
    *,
    ever: EverOption = False,
    at: AtOption = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """List the policies in force, in words; of one party those that speak to it."""
    from household_graph.changes.lists import list_policies

    found = household_at(whose, at)
    party = one_party(found, whose)
    policies = list_policies(found.rows, party, at=None if ever else found.at)
    records = [_record(one, found.zone) for one in policies]
    shown = table([in_short(one) for one in records], _SHOWN)
    emit(records, output, columns=_COLUMNS, picture=shown)
    if not policies:
        note("no policies; --all lists those that have ended or are to come too")


def _terms(
    kind: "PolicyKind | None",
    texts: "Sequence[str | None]",
    lists: "Sequence[Sequence[str] | None]",
) -> "PolicyTerms":
    """Return the terms that were said, the words of a vocabulary as plain text."""
    from household_graph.changes.policy_terms import PolicyTerms

    name, start, end, maximum_age = texts
    said = [tuple(map(str, words)) if words else None for words in lists]
    audience, governs, categories, weekdays, blocked, enforced_by = said
    return PolicyTerms(
        kind=kind,
        name=name,
        audience=audience,
        governs=governs,
        categories=categories,
        weekdays=weekdays,
        start_time=start,
        end_time=end,
        maximum_age=maximum_age,
        blocked_categories=blocked,
        enforced_by=enforced_by,
    )


def _record(policy: "PolicyInWords", zone: "ZoneInfo") -> dict[str, Any]:
    record: dict[str, Any] = policy._asdict()
    span = record.pop("span")
    lists = {name: list(value) for name, value in record.items() if isinstance(value, tuple)}
    return record | lists | shown_span(span, zone)
