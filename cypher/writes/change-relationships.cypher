// Change relationships
//
// Sets properties of relationships that are there; a property given as null goes away.
//
// @mode write
// @param rows LIST<MAP>  for each relationship: type, start and end (ids), period (0: undated),
//   properties
// @example {"rows": [{"type": "PAYS", "start": "bakers/dad.bill-payer.account",
//   "end": "bakers/bill", "period": 0, "properties": {"share": 60}}]}
UNWIND $rows AS row
MATCH (start:Entity {id: row.start})-[relationship]->(end:Entity {id: row.end})
USING INDEX SEEK start:Entity(id)
WHERE type(relationship) = row.type AND coalesce(relationship.period, 0) = row.period
SET relationship += row.properties
