// Import runs
//
// The runs of all imports, or those of one source, newest last.
//
// @mode read
// @param source STRING = null  the name of the source; null for all sources
// @returns run MAP  all properties of the run
// @returns changes INTEGER  the number of changes of households in it
// @example {"source": "telco"}
MATCH (run:ImportRun)
WHERE run.source STARTS WITH coalesce($source, '')
  AND run.source = coalesce($source, run.source)
RETURN run {.*} AS run, COUNT { (run)<-[:PART_OF]-(:Change) } AS changes
ORDER BY run.at, run.id
