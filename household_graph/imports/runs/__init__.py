"""Imports as they are run: planned, run, gone on with, taken back."""
