"""The doctor: find what is wrong with a household, and the command that fixes it.

`integrity`, `responsibility` and `effect` declare the checks by subject, `runner` runs them.
"""
