"""The command lines that mend what was found."""

import shlex

from household_graph.model.enums import PartyRoleKind

BROWSER = "household-graph db browser"
"""For what was written by plain Cypher, and nothing but plain Cypher can mend."""

ROLE_WORDS = {
    PartyRoleKind.CUSTOMER: "customer",
    PartyRoleKind.BILL_PAYER: "bill-payer",
    PartyRoleKind.USER: "user",
}
"""How `role grant` and `role revoke` call the functional roles."""


def command(*words: str) -> str:
    """Return a command line of words, quoted for a shell."""
    return shlex.join(("household-graph", *words))


def through_document(household: str) -> str:
    """Return the command line by which a household is written out, edited, and loaded again."""
    file = shlex.quote(f"{household}.yaml")
    export = command("export", household)
    return f"{export} > {file} && ${{EDITOR:-vi}} {file} && household-graph load {file}"
