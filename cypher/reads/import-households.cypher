// Ids of the households of an import
//
// Those that a run changed and that are there, in their order.
//
// @mode read
// @param run STRING  the id of the run
// @returns household STRING  the id of a household
// @example {"run": "import-telco-1"}
MATCH (:ImportRun {id: $run})<-[:PART_OF]-(:Change)-[:RECORDED_FOR]->(organization)
RETURN DISTINCT organization.id AS household
ORDER BY household
