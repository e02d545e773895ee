"""What users of the library hold: the graph, its snapshots and its past."""
