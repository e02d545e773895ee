// Make relationships
//
// For those that are not there, which only holds while their household is locked.
//
// CREATE and not MERGE: with a type that comes from the row, and while the graph has few
// relationships, MERGE is planned as a look through all relationships of the type for each row
// (measured: 500 to 1,600 a second instead of 20,000).
//
// @mode write
// @param rows LIST<MAP>  for each relationship: type, start and end (ids), properties (with the
//   period, if it is dated)
// @example {"rows": [{"type": "MEMBER_OF", "start": "bakers/katie", "end": "bakers",
//   "properties": {"period": 1}}]}
UNWIND $rows AS row
MATCH (start:Entity {id: row.start})
MATCH (end:Entity {id: row.end})
CREATE (start)-[relationship:$(row.type)]->(end)
SET relationship = row.properties
