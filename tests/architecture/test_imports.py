"""Imports point one way; see the contracts in pyproject.toml."""

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports


def test_import_contracts_are_kept() -> None:
    """Of cli, onboarding, graph, decision and model each imports only what comes after it."""
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS
