// Write nodes
//
// Makes nodes that are not there, and sets properties; a property given as null goes away. Labels
// are given when a node is made and never change.
//
// @mode write
// @param rows LIST<MAP>  for each node: id, labels (without Entity), properties
// @example {"rows": [{"id": "bakers/katie", "labels": ["Party", "Individual"],
//   "properties": {"given_name": "Katie"}}]}
UNWIND $rows AS row
MERGE (node:Entity {id: row.id})
  ON CREATE SET node:$(row.labels)
SET node += row.properties
