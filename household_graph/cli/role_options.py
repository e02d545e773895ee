"""Arguments and options of the commands about policies."""

from typing import Annotated

from household_graph.cli.options import argument, option

WhoseArgument = Annotated[
    str, argument("HOUSEHOLD|PARTY", "Id of a household or business, or of one party.")
]
UntilOption = Annotated[
    str | None, option("--until TIME", "When it ends. It goes on, if not given.")
]
EverOption = Annotated[bool, option("--all", "List what has ended or is to come too.")]
