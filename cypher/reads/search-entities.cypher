// What is there with a text like this?
//
// Entities found by the full-text index, the best match first.
//
// @mode read
// @param words STRING  a query in the syntax of Lucene
// @param household STRING  the id of the household to search; null: all
// @param limit INTEGER  the maximum number of rows
// @returns id STRING  the id of an entity
// @returns labels LIST<STRING>  its labels
// @returns texts LIST<STRING>  its name, number, username or address, in parts
// @returns household STRING  the id of its household or business
// @returns household_name STRING  the name of that; null if it has none
// @example {"words": "katie", "household": null, "limit": 20}
CALL db.index.fulltext.queryNodes('entity_text', $words) YIELD node, score
WITH node, score, split(node.id, '/')[0] AS household
WHERE $household IS NULL OR household = $household
WITH node, score, household
ORDER BY score DESC, node.id
LIMIT $limit
OPTIONAL MATCH (home:Organization {id: household})
RETURN
  node.id AS id,
  labels(node) AS labels,
  [
    text IN [
      node.given_name, node.family_name, node.description, node.name, node.value, node.username,
      node.street, node.postal_code, node.city
    ]
    WHERE text IS NOT NULL
  ] AS texts,
  household,
  home.name AS household_name
ORDER BY score DESC, id
