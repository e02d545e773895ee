"""Texts of the graph, made fit to be seen: nothing in them does anything."""

__all__ = ["legible"]


def legible(text: str) -> str:
    """Return text with a replacement character for whatever cannot be seen, but for line ends.

    Control characters are not allowed in XML, and changes of direction let a text look like
    another one.
    """
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
