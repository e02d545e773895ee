"""`policy`: what the household forbids, to whom, and when."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from household_graph.cli.one_household import (
    How,
    by_a_party,
    change_within,
    household_at,
    in_short,
    instant,
    one_party,
    shown_span,
    span_until,
)
from household_graph.cli.options import (
    ActorOption,
    AtOption,
    DryRunOption,
    EffectiveOption,
    HouseholdArgument,
    OutputOption,
    ReasonOption,
)
from household_graph.cli.output import Format, emit, note, table
from household_graph.cli.policy_options import (
    AudienceOption,
    BlockCategoryOption,
    CategoryOption,
    EndOption,
    EnforcedByOption,
    GovernsOption,
    KindOption,
    MaximumAgeOption,
    NameOption,
    PolicyArgument,
    StartOption,
    WeekdayOption,
)
from household_graph.cli.role_options import (
    EverOption,
    FromOption,
    HolderArgument,
    UntilOption,
    WhoseArgument,
)
from household_graph.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from household_graph.changes.draft import Draft
    from household_graph.changes.policy_list import PolicyInWords
    from household_graph.changes.policy_terms import PolicyTerms
    from household_graph.model.vocabulary import PolicyKind

__all__ = ["app"]

app = typer.Typer()
_COLUMNS = (
    *("policy", "kind", "whom", "what", "when", "enforced_by", "set_by", "exempt"),
    *("valid_from", "valid_to"),
)
_SHOWN = tuple(name for name in _COLUMNS if name not in {"enforced_by", "set_by"})


@app.command("set", epilog="Example: household-graph policy set bakers bedtime --start 21:30")
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
    begin: FromOption = None,
    until: UntilOption = None,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Set a new policy, or change one: what is not said stays as it is.

    One that is changed ends, and another begins, as bedtime-2; bedtime means that from then on.
    """
    texts = (name, start, end, maximum_age)
    lists = (audience, governs, category, weekday, block_category, enforced_by)

    def work(draft: "Draft") -> None:
        from household_graph.changes.policies import set_policy

        begins, by = draft.at if begin else None, by_a_party(actor, draft)
        terms = _terms(kind, texts, lists)
        set_policy(draft, policy, terms, begins=begins, ends=instant(until, draft), actor=by)

    how = How(actor, reason, begin, dry_run, output)
    change_within(household, work, how, action="policy set", summary=f"set the policy {policy}")


@app.command(epilog="Example: household-graph policy lift bakers/bedtime --as bakers/mum")
def lift(
    policy: PolicyArgument,
    *,
    at: EffectiveOption = None,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """End a policy for everybody."""

    def work(draft: "Draft") -> None:
        from household_graph.changes import policies

        policies.lift(draft, policy)

    how = How(actor, reason, at, dry_run, output)
    change_within(policy, work, how, action="policy lift", summary=f"lift the policy {policy}")


@app.command(epilog="Example: household-graph policy exempt bakers/bedtime bakers/tom")
def exempt(
    policy: PolicyArgument,
    party: HolderArgument,
    *,
    begin: FromOption = None,
    until: UntilOption = None,
    end: Annotated[
        bool, typer.Option("--end", help="Take an exemption back, from now or from --from on.")
    ] = False,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Lift a policy for one individual."""
    if end and until:
        raise BadInputError(
            "--end takes the exemption back, and --until gives it", hint="leave one of them out"
        )

    def work(draft: "Draft") -> None:
        from household_graph.changes import policies

        if end:
            policies.end_exemption(draft, policy, party)
        else:
            policies.exempt(draft, policy, party, span_until(until, draft))

    how = How(actor, reason, begin, dry_run, output)
    summary = f"{party} is {'no longer ' if end else ''}exempt from {policy}"
    change_within(policy, work, how, action="policy exempt", summary=summary)


@app.command("list", epilog="Example: household-graph policy list bakers/katie")
def list_(
    whose: WhoseArgument,
    *,
    ever: EverOption = False,
    at: AtOption = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """List the policies in force, in words; of one party those that speak to it."""
    from household_graph.changes.policy_list import list_policies

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
