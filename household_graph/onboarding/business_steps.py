"""The prompts about what a business has besides: sites, units, and hunting groups of lines."""

from household_graph.model.enums import OrganizationType
from household_graph.onboarding.answers import Answers, slug
from household_graph.onboarding.household_steps import ask_address

_HUNTING = "hunt-group"  # the category of service
_LINE, _MEMBER = "line", "hunt group member"
_LEAST = 2  # lines: one alone rings by itself


def ask_sites(answers: Answers) -> None:
    """Ask a business for its other addresses."""
    if answers.kind is not OrganizationType.BUSINESS or not answers.places:
        return
    explanation = "For a business at several sites; devices then stand at one of them."
    while answers.ask_yes("Is there another address?", explanation, default=False):
        address = ask_address(
            answers, answers.ask_text("Street and number of it", None, "- for none.")
        )
        proposed = f"site-{len(answers.places) + 1}"
        own_id = answers.ask_id("Id of the address", slug(str(address.get("city") or ""), proposed))
        answers.add("places", own_id, **address)
        answers.places[own_id] = str(address.get("street") or own_id)


def ask_units(answers: Answers) -> None:
    """Ask a business for its units, and who belongs to them."""
    if answers.kind is not OrganizationType.BUSINESS:
        return
    text = "Does it have units, such as departments?"
    explanation = "What is granted to a unit reaches those who belong to it."
    while answers.ask_yes(text, explanation, default=False):
        name = answers.ask_name("Name of the unit", f"Unit {len(answers.sections['units']) + 1}")
        own_id = answers.ask_id(f"Id of {name}", slug(name, "unit"))
        answers.add("units", own_id, name=name, member_of=[answers.household])
        explanation = "They belong to the business as before, and to the unit."
        for person in answers.ask_some(f"Who belongs to {name}?", answers.people, (), explanation):
            entry, stay = answers.sections["individuals"][person], answers.stays.get(person, {})
            entry.setdefault("member_of", []).append({"to": own_id, **stay})
        text = "Is there another unit?"


def ask_hunting_groups(answers: Answers) -> None:
    """Ask for the lines of each hunting group, in the order in which they ring."""
    lines = {
        one: entry["name"]
        for one, entry in answers.sections["resources"].items()
        if entry["resource_type"] == _LINE
    }
    groups = [one for one in answers.services if one.offered.category == _HUNTING]
    for group in groups if len(lines) >= _LEAST else ():
        text, explanation = (
            f"Which lines ring for {group.name}?",
            "In the order in which they ring.",
        )
        chosen = answers.ask_some(text, lines, (), explanation)
        for position, line in enumerate(chosen, 1):
            fields = {"resource": line, "name": _MEMBER, "position": position}
            answers.resource_roles.append({**fields, "consumer_of": [group.id]})
