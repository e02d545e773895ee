"""What is installed only by those who want it: the extras of pyproject.toml."""

from importlib import import_module

from household_graph.errors import BadInputError

__all__ = ["require_extra"]


def require_extra(extra: str, module: str) -> None:
    """Hold an import that is about to be made to what is installed.

    Args:
        extra: the name of the extra that brings the module.
        module: the name of the module.

    Raises:
        BadInputError: if the module is not installed; the hint says how to get it.
    """
    try:
        import_module(module)
    except ModuleNotFoundError as error:
        raise BadInputError(
            f"`{module}` is not installed, and this needs it",
            hint=f"pip install 'household-graph[{extra}]'",
        ) from error
