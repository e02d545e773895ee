// Remove nodes
//
// For what a change made that is taken back; whatever held once is ended, not removed. Nothing may
// join them any more. The node of a household itself keeps its place, its revision and the records
// of its changes, and is a household no longer.
//
// @mode write
// @param rows LIST<MAP>  for each node: id, and household (whether it is the household itself)
// @example {"rows": [{"id": "bakers/katie", "household": false}]}
UNWIND $rows AS row
MATCH (node:Entity {id: row.id})
FOREACH (_ IN CASE WHEN row.household THEN [node] ELSE [] END |
  SET node = {id: node.id, revision: node.revision}
  REMOVE node:Party:Organization
)
FOREACH (_ IN CASE WHEN row.household THEN [] ELSE [node] END | DELETE node)
