// Remove relationships
//
// For those that carry no validity, or were a mistake; what has merely ended keeps its
// relationship, with an end.
//
// @mode write
// @param rows LIST<MAP>  for each relationship: type, start and end (ids), period (0: undated)
// @example {"rows": [{"type": "CONNECTED_TO", "start": "bakers/stb-living-room",
//   "end": "bakers/home-hub", "period": 0}]}
UNWIND $rows AS row
MATCH (start:Entity {id: row.start})-[relationship]->(end:Entity {id: row.end})
USING INDEX SEEK start:Entity(id)
WHERE type(relationship) = row.type AND coalesce(relationship.period, 0) = row.period
DELETE relationship
