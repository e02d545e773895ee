"""The analysts' library: questions in Cypher that are found, filled in, run and checked."""
