// All relationships of households
//
// Those between two nodes of the same household.
//
// @mode read
// @param households LIST<STRING>  ids of households
// @returns household STRING  the id of the household
// @returns type STRING  the relationship type
// @returns start STRING  the id of the node it starts at
// @returns end STRING  the id of the node it ends at
// @returns properties MAP  its properties, with the period
// @example {"households": ["bakers"]}
UNWIND $households AS household
CALL (household) {
  MATCH (organization:Entity {id: household})
  RETURN organization AS node
  UNION ALL
  MATCH (node:Entity)
  WHERE node.id STARTS WITH household + '/'
  RETURN node
}
// No label on the end, or a graph with few relationships is planned as every pair of nodes.
MATCH (node)-[relationship]->(end)
WHERE end.id = household OR end.id STARTS WITH household + '/'
RETURN
  household,
  type(relationship) AS type,
  node.id AS start,
  end.id AS end,
  properties(relationship) AS properties
