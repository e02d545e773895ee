"""Classifications: age ratings and categories of services."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from household_graph.engine.facts import Facts, PolicyFact, ServiceFact, age_at, younger_than
from household_graph.engine.policies.restriction import Restriction, Use
from household_graph.model.instants import to_local
from household_graph.model.spans import ALWAYS, Span

_OWN_AGE = "own-age"  # the maximum age rating that follows the age of the party


class Classification(Restriction):
    """Forbids services by their rating and category; it says nothing of products and resources."""

    name = "classification"
    summary = "ratings and categories"
    letter = "R"
    options: ClassVar = {
        "maximum_age": "--maximum-age",
        "blocked_categories": "--block-category",
    }
    any_of = ("maximum_age", "blocked_categories")
    any_of_in_words = "an age or a category"
    categories = ("blocked_categories",)

    def can_forbid(self, facts: Facts, policy: PolicyFact, target: str) -> bool:
        """Return whether the target is a service that is too much for some age."""
        service = facts.services.get(target)
        return service is not None and (
            bool(service.minimum_age and policy.terms.get("maximum_age") == _OWN_AGE)
            or _is_above(policy.terms, service)
        )

    def forbids(self, policy: PolicyFact, request: Use) -> Sequence[Span]:
        """Return when the service is too much for the party."""
        facts, party, target = request
        service = facts.services[target]
        if _is_above(policy.terms, service):
            return (ALWAYS,)
        span = younger_than(facts, facts.principals[party], service.minimum_age or 0)
        return (span,) if span else ()

    def reason(self, policy: PolicyFact, request: Use, instant: int) -> str:
        """Return the category, and the rating beside what is allowed."""
        return ", and ".join(_grounds(policy.terms, request, instant))

    def limits(self, terms: Mapping[str, Any]) -> str:
        """Return the ratings and categories, such as `rated above 12, or category adult`."""
        limits = [f"category {one}" for one in terms.get("blocked_categories", ())]
        if age := terms.get("maximum_age"):
            limits.insert(0, f"rated above {'their own age' if age == _OWN_AGE else age}")
        return ", or ".join(limits)


def _is_above(terms: Mapping[str, Any], service: ServiceFact) -> bool:
    """Return whether a policy forbids a service to all of its audience, whatever their age."""
    if service.category in terms.get("blocked_categories", ()):
        return True
    most = terms.get("maximum_age", _OWN_AGE)
    return most != _OWN_AGE and (service.minimum_age or 0) > int(most)


def _grounds(terms: Mapping[str, Any], request: Use, instant: int) -> Iterator[str]:
    facts, party, target = request
    service = facts.services[target]
    if service.category in terms.get("blocked_categories", ()):
        yield f"the category {service.category} is blocked"
    rating, most = service.minimum_age or 0, terms.get("maximum_age")
    if most == _OWN_AGE:
        age = age_at(facts.principals[party], to_local(instant, facts.zone).date())
        if age is None or age < rating:
            known = "of unknown age" if age is None else age
            yield f"it is rated {rating}, and `{party}` is {known}"
    elif most is not None and rating > int(most):
        yield f"it is rated {rating}, and the most allowed is {most}"
