// All nodes of households
//
// The organization itself and whatever has an id that begins with its id and a slash; no node of
// another household. The records of its changes are not among them.
//
// @mode read
// @param households LIST<STRING>  ids of households
// @returns household STRING  the id of the household
// @returns id STRING  the id of the node
// @returns labels LIST<STRING>  its labels, without Entity
// @returns properties MAP  its properties, with the id
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
RETURN
  household,
  node.id AS id,
  [label IN labels(node) WHERE label <> 'Entity'] AS labels,
  properties(node) AS properties
