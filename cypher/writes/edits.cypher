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
// The ends of validities come as epoch milliseconds, which the driver writes ten times as fast as
// times; all of a row come each time, so that one that is not there goes away.
//
// What a removed node stood for was taken back; whatever held once is ended, not removed. The node
// of a household itself keeps its place, its revision and the records of its changes, and is a
// household no longer.
//
// @mode write
// @param nodes LIST<MAP>  for each node: id, labels (without Entity; given when it is made),
//   properties (null: goes away)
// @param removed LIST<MAP>  for each relationship that goes: type, start and end (ids), period (0:
//   undated)
// @param changed LIST<MAP>  for each relationship that changes: the same, and properties (null:
//   goes away)
// @param made LIST<MAP>  for each relationship that is new: type, start, end, properties (with the
//   period, if it is dated)
// @param gone LIST<MAP>  for each node that goes: id, household (whether it is the household)
// @example {"nodes": [{"id": "bakers/katie", "labels": ["Party", "Individual"],
//   "properties": {"given_name": "Katie"}}],
//   "removed": [{"type": "CONNECTED_TO", "start": "bakers/stb-living-room",
//   "end": "bakers/home-hub", "period": 0}],
//   "changed": [{"type": "PAYS", "start": "bakers/dad.bill-payer.account", "end": "bakers/bill",
//   "period": 0, "properties": {"share": 60}}],
//   "made": [{"type": "MEMBER_OF", "start": "bakers/katie", "end": "bakers",
//   "properties": {"period": 1}}], "gone": []}
CALL () {
  UNWIND $nodes AS row
  WITH row, row.properties AS properties
  MERGE (node:Entity {id: row.id})
    ON CREATE SET node:$(row.labels)
  SET node += properties {
    .*,
    valid_from: CASE WHEN properties.valid_from IS NOT NULL
      THEN datetime({epochMillis: properties.valid_from}) END,
    valid_to: CASE WHEN properties.valid_to IS NOT NULL
      THEN datetime({epochMillis: properties.valid_to}) END
  }
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
  WITH row, row.properties AS properties
  MATCH (start:Entity {id: row.start})-[relationship]->(end:Entity {id: row.end})
  USING INDEX SEEK start:Entity(id)
  WHERE type(relationship) = row.type AND coalesce(relationship.period, 0) = row.period
  SET relationship += properties {
    .*,
    valid_from: CASE WHEN properties.valid_from IS NOT NULL
      THEN datetime({epochMillis: properties.valid_from}) END,
    valid_to: CASE WHEN properties.valid_to IS NOT NULL
      THEN datetime({epochMillis: properties.valid_to}) END
  }
}
CALL () {
  UNWIND $made AS row
  WITH row, row.properties AS properties
  MATCH (start:Entity {id: row.start})
  MATCH (end:Entity {id: row.end})
  CREATE (start)-[relationship:$(row.type)]->(end)
  SET relationship = properties {
    .*,
    valid_from: CASE WHEN properties.valid_from IS NOT NULL
      THEN datetime({epochMillis: properties.valid_from}) END,
    valid_to: CASE WHEN properties.valid_to IS NOT NULL
      THEN datetime({epochMillis: properties.valid_to}) END
  }
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
