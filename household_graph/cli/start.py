"""The earlier entry point, for environments installed before it was `help_cache`."""

from household_graph.cli.help_cache import run

__all__ = ["run"]
