// Record an import run
//
// Created when a run begins, and updated when it ends or is undone; the times are the server's.
//
// @mode write
// @param id STRING  the id of the run, such as `import-telco-1`
// @param properties MAP  the properties to set
// @param ends BOOLEAN  whether it ends now
// @returns at ZONED DATETIME  when it began
// @returns finished_at ZONED DATETIME  when it ended; null while it runs
// @example {"id": "import-telco-1", "properties": {"source": "telco", "state": "running"},
//   "ends": false}
MERGE (run:ImportRun {id: $id})
  ON CREATE SET run.at = datetime.realtime()
SET run += $properties
FOREACH (_ IN CASE WHEN $ends THEN [1] ELSE [] END | SET run.finished_at = datetime.realtime())
RETURN run.at AS at, run.finished_at AS finished_at
