// Imports
//
// The runs of all imports, or of those of one source, the newest last.
//
// @mode read
// @param source STRING = null  the name of the source; all of them, if none is given
// @returns run MAP  all properties of the run
// @returns changes INTEGER  how many changes of households are part of it
// @example {"source": "telco"}
MATCH (run:ImportRun)
WHERE run.source STARTS WITH coalesce($source, '')
  AND run.source = coalesce($source, run.source)
RETURN run {.*} AS run, COUNT { (run)<-[:PART_OF]-(:Change) } AS changes
ORDER BY run.at, run.id
