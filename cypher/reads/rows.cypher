// All nodes and relationships of households
//
// The organization itself, every node whose id begins with its id and a slash, and the
// relationships between these; no node of another household, and no records of changes. The ends
// of validities are epoch milliseconds, which the driver reads ten times as fast as times.
//
// @mode read
// @param households LIST<STRING>  ids of households
// @returns household STRING  the id of an existing household
// @returns nodes LIST<LIST<ANY>>  for each node: its id, its labels without Entity, and its
//   properties
// @returns relationships LIST<LIST<ANY>>  for each relationship: its type, the ids of its start
//   and end, and its properties with the period
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
RETURN
  household,
  [node IN nodes | [
    node.id,
    [label IN labels(node) WHERE label <> 'Entity'],
    node {.*, valid_from: node.valid_from.epochMillis, valid_to: node.valid_to.epochMillis}
  ]] AS nodes,
  COLLECT {
    // No label on the end: in a graph with few relationships the plan would join every pair of nodes.
    UNWIND nodes AS node
    MATCH (node)-[link]->(end)
    WHERE end.id = household OR end.id STARTS WITH household + '/'
    RETURN [
      type(link), node.id, end.id,
      link {.*, valid_from: link.valid_from.epochMillis, valid_to: link.valid_to.epochMillis}
    ]
  } AS relationships
