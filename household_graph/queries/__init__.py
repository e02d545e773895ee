"""The analysts' library: Cypher queries with typed parameters, found, run and checked."""
