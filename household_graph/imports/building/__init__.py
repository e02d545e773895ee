"""Statements of one household into its document, and that into rows: pure."""
