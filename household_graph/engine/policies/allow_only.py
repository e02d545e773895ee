"""Allow-only: all that is in scope but a list."""

from collections.abc import Mapping
from typing import Any, ClassVar

from household_graph.engine.facts import Facts, PolicyFact
from household_graph.engine.grants import coverages
from household_graph.engine.policies.restriction import Restriction, Use


class AllowOnly(Restriction):
    """Forbids whatever is in its scope but the products, services and categories it lists.

    A listed product stands for what it bundles and for the services that realize it.
    """

    name = "allow-only"
    summary = "all but a list"
    letter = "O"
    options: ClassVar = {"allows": "--allow", "allowed_categories": "--allow-category"}
    any_of = ("allows", "allowed_categories")
    any_of_in_words = "a list of what stays allowed"
    categories = ("allowed_categories",)

    def can_forbid(self, facts: Facts, policy: PolicyFact, target: str) -> bool:
        """Return whether the target is not on the list."""
        service = facts.services.get(target)
        if service is not None and service.category in policy.terms.get("allowed_categories", ()):
            return False
        listed = set(policy.terms.get("allows", ()))
        return all(listed.isdisjoint(found.ids) for found in coverages(facts, target))

    def reason(self, policy: PolicyFact, _request: Use, _instant: int) -> str:
        """Return what is allowed instead."""
        return f"it allows only {_listed(policy.terms)}"

    def limits(self, terms: Mapping[str, Any]) -> str:
        """Return the list, such as `all but bakers/email, category cloud`."""
        return f"all but {_listed(terms)}"


def _listed(terms: Mapping[str, Any]) -> str:
    names = [f"`{one}`" for one in terms.get("allows", ())]
    categories = [f"category {one}" for one in terms.get("allowed_categories", ())]
    return ", ".join(names + categories)
