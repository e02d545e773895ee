// Write edits
//
// A whole change in one statement, since each statement is a round trip: it creates and changes
// nodes; removes, changes and creates relationships; then removes nodes that have none left.
// Correct only while the households are locked: it relies on what was read under the lock.
//
// Relationships are created with CREATE, not MERGE: if the type comes from the row and the graph
// has few relationships, the planner makes MERGE scan all relationships of the type for each row
// (measured: 500 to 1,600 a second instead of 20,000).
//
// The ends of a validity are separate from the other properties. They are epoch milliseconds, which
// the driver writes ten times as fast as times, and only rows that have a validity carry them:
// testing every row took an eighth of the server's work. Both ends are always given, so that an
// absent one removes the property.
//
// A node is removed only by an undo; what was valid once is ended, not removed. The node of a
// household remains, with its revision and the records of its changes, but without labels.
//
// @mode write
// @param nodes LIST<MAP>  for each node: id, labels (without Entity; set when the node is created),
//   properties (null removes one), validity (a list of one map with valid_from and valid_to, or
//   an empty list)
// @param removed LIST<MAP>  for each relationship to remove: type, start and end (ids), period (0:
//   undated)
// @param changed LIST<MAP>  for each relationship to change: the same, properties (null removes
//   one) and validity
// @param made LIST<MAP>  for each new relationship: type, start, end, validity, properties
//   (with the period, if it is dated)
// @param gone LIST<MAP>  for each node to remove: id, household (whether it is the household)
// @example {"nodes": [{"id": "bakers/katie", "labels": ["Party", "Individual"],
//   "properties": {"given_name": "Katie"}, "validity": []}],
//   "removed": [{"type": "CONNECTED_TO", "start": "bakers/stb-living-room",
//   "end": "bakers/home-hub", "period": 0}],
//   "changed": [{"type": "PAYS", "start": "bakers/dad.bill-payer.account", "end": "bakers/bill",
//   "period": 0, "properties": {"share": 60}}],
//   "made": [{"type": "MEMBER_OF", "start": "bakers/katie", "end": "bakers",
//   "properties": {"period": 1}}], "gone": []}
CALL () {
  UNWIND $nodes AS row
  MERGE (node:Entity {id: row.id})
    ON CREATE SET node:$(row.labels)
  SET node += row.properties
  FOREACH (span IN row.validity |
    SET node += {
      valid_from: CASE WHEN span.valid_from IS NOT NULL
        THEN datetime({epochMillis: span.valid_from}) END,
      valid_to: CASE WHEN span.valid_to IS NOT NULL
        THEN datetime({epochMillis: span.valid_to}) END
    }
  )
}
CALL () {
  UNWIND $removed AS row
  MATCH (start:Entity {id: row.start})-[relationship]->(end:Entity {id: row.end})
  USING INDEX SEEK start:Entity(id)
  WHERE type(relationship) = row.type AND coalesce(relationship.period, 0) = row.period
  DELETE relationship
}
CALL () {
  UNWIND $changed AS row
  MATCH (start:Entity {id: row.start})-[relationship]->(end:Entity {id: row.end})
  USING INDEX SEEK start:Entity(id)
  WHERE type(relationship) = row.type AND coalesce(relationship.period, 0) = row.period
  SET relationship += row.properties
  FOREACH (span IN row.validity |
    SET relationship += {
      valid_from: CASE WHEN span.valid_from IS NOT NULL
        THEN datetime({epochMillis: span.valid_from}) END,
      valid_to: CASE WHEN span.valid_to IS NOT NULL
        THEN datetime({epochMillis: span.valid_to}) END
    }
  )
}
CALL () {
  UNWIND $made AS row
  MATCH (start:Entity {id: row.start})
  MATCH (end:Entity {id: row.end})
  CREATE (start)-[relationship:$(row.type)]->(end)
  SET relationship = row.properties
  FOREACH (span IN row.validity |
    SET relationship += {
      valid_from: CASE WHEN span.valid_from IS NOT NULL
        THEN datetime({epochMillis: span.valid_from}) END,
      valid_to: CASE WHEN span.valid_to IS NOT NULL
        THEN datetime({epochMillis: span.valid_to}) END
    }
  )
}
CALL () {
  UNWIND $gone AS row
  MATCH (node:Entity {id: row.id})
  FOREACH (_ IN CASE WHEN row.household THEN [node] ELSE [] END |
    SET node = {id: node.id, revision: node.revision}
    REMOVE node:Party:Organization
  )
  FOREACH (_ IN CASE WHEN row.household THEN [] ELSE [node] END | DELETE node)
}
