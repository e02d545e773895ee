"""What a kind of policy says of itself, to the evaluator and to people."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from household_graph.engine.facts import Facts, PolicyFact
from household_graph.engine.windows import Windows
from household_graph.model.spans import ALWAYS, Span


class Use(NamedTuple):
    """A party and a target that a policy is held against."""

    facts: Facts
    party: str
    target: str


class Restriction:
    """A kind of policy; one instance stands for all policies of the kind.

    Attributes:
        name: the kind, which is the code of its reason too.
        summary: what it forbids, in a few words.
        letter: stands for it in a matrix; a capital, unlike those of grants that are missing.
        options: of each field that only this kind has, the option of the command line.
        required: the fields that each policy of the kind needs.
        any_of: fields of which it needs one at least.
        any_of_in_words: what these are, such as `an age or a category`.
        categories: those of its fields that list categories of service.
        is_recurring: whether it forbids within weekly windows alone.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    letter: ClassVar[str]
    options: ClassVar[Mapping[str, str]] = {}
    required: ClassVar[Sequence[str]] = ()
    any_of: ClassVar[Sequence[str]] = ()
    any_of_in_words: ClassVar[str] = ""
    categories: ClassVar[Sequence[str]] = ()
    is_recurring: ClassVar[bool] = False

    @property
    def called(self) -> str:
        """The kind with its article, such as `a curfew`."""
        return f"{'an' if self.name[0] in 'aeiou' else 'a'} {self.name}"

    def missing(self, stated: Collection[str]) -> Sequence[Sequence[str]]:
        """Return what a policy lacks that states some fields: one of each group is needed."""
        groups: list[Sequence[str]] = [(one,) for one in self.required]
        if self.any_of:
            groups.append(self.any_of)
        return [group for group in groups if not set(stated) & set(group)]

    def can_forbid(self, _facts: Facts, _policy: PolicyFact, _target: str) -> bool:
        """Return whether a policy can forbid a target in its scope, to a party of some age."""
        return True

    def forbids(self, _policy: PolicyFact, _request: Use) -> Sequence[Span]:
        """Return when a policy forbids what `can_forbid` names; windows and validity aside."""
        return (ALWAYS,)

    def windows(self, _terms: Mapping[str, Any]) -> Windows | None:
        """Return the windows outside which a policy does not forbid, if the kind has any."""
        return None

    def reason(self, _policy: PolicyFact, _request: Use, _instant: int) -> str:
        """Return in words why a policy forbids at an instant; empty where there is no more to say.

        It follows "`policy` forbids `target` to `party`: ".
        """
        return ""

    def limits(self, _terms: Mapping[str, Any]) -> str:
        """Return in words what a policy tolerates in its scope, for lists; empty: nothing."""
        return ""

    def hours(self, _terms: Mapping[str, Any]) -> str:
        """Return in words at what hours a policy forbids, for lists."""
        return "always"
