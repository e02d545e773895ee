// Data of households that this project would not write
//
// Only plain Cypher can create it: relationships between a node of a household and a node outside
// it, and validities that are not zoned times, which make rows unreadable. Records of changes and
// requests belong to the household.
//
// @mode read
// @param households LIST<STRING>  ids of households
// @returns household STRING  the id of an affected household
// @returns across LIST<LIST<STRING>>  for each relationship its type and the ids of both ends; null
//   for an end without an id
// @returns unreadable LIST<LIST<STRING>>  for each validity the id of the node, or the ids of both
//   ends of the relationship
// @example {"households": ["bakers"]}
UNWIND $households AS household
CALL (household) {
  MATCH (organization:Organization {id: household})
  RETURN organization AS node
  UNION ALL
  MATCH (node:Entity)
  WHERE node.id STARTS WITH household + '/'
  RETURN node
}
WITH household, collect(node) AS nodes
WITH
  household,
  COLLECT {
    // No label on the other end: any node there is an error.
    UNWIND nodes AS node
    MATCH (node)-[link]-(other)
    WHERE NOT (other:Entity OR other:Change OR other:Request)
      OR NOT (coalesce(other.id, '') = household OR coalesce(other.id, '') STARTS WITH household + '/')
    RETURN DISTINCT [type(link), startNode(link).id, endNode(link).id]
  } AS across,
  [node IN nodes
    WHERE node.valid_from IS NOT :: ZONED DATETIME OR node.valid_to IS NOT :: ZONED DATETIME
    | [node.id]
  ] + COLLECT {
    UNWIND nodes AS node
    MATCH (node)-[link]->(end)
    WHERE link.valid_from IS NOT :: ZONED DATETIME OR link.valid_to IS NOT :: ZONED DATETIME
    RETURN [node.id, end.id]
  } AS unreadable
WHERE size(across) > 0 OR size(unreadable) > 0
RETURN household, across, unreadable
