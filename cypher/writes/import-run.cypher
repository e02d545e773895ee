// Note an import run
//
// Made when a run begins, and changed when it has ended or was taken back.
//
// @mode write
// @param id STRING  the id of the run, such as `import-telco-1`
// @param properties MAP  what is to be noted of it
// @example {"id": "import-telco-1", "properties": {"source": "telco", "state": "running"}}
MERGE (run:ImportRun {id: $id})
SET run += $properties
