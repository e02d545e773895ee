// Write edits
//
// All that a change does, in one statement, for each statement is a round trip: nodes are made and
// changed, relationships removed, changed and made, and then nodes removed that nothing joins any
// more. Only right while the households are locked: nothing is looked for that was not read then.
//
// Relationships are made with CREATE and not MERGE: with a type that comes from the row, and while
// the graph has few relationships, MERGE is planned as a look through all relationships of the type
// for each row (measured: 500 to 1,600 a second instead of 20,000).
//
// The ends of a validity come apart from the other properties: as epoch milliseconds, which the
// driver writes ten times as fast as times, and only with rows that have one, for to look at them
// in every row cost an eighth of all the work of the server. Both come each time, so that one that
// is not there goes away.
//
// What a removed node stood for was taken back; whatever held once is ended, not removed. The node
// of a household itself keeps its place, its revision and the records of its changes, and is a
// household no longer.
//
// @mode write
// @param nodes LIST<MAP>  for each node: id, labels (without Entity; given when it is made),
//   properties (null: goes away), validity (a list of one map with valid_from and valid_to, or of
//   none)
// @param removed LIST<MAP>  for each relationship that goes: type, start and end (ids), period (0:
//   undated)
// @param changed LIST<MAP>  for each relationship that changes: the same, properties (null: goes
//   away) and validity
// @param made LIST<MAP>  for each relationship that is new: type, start, end, validity, properties
//   (with the period, if it is dated)
// @param gone LIST<MAP>  for each node that goes: id, household (whether it is the household)
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
