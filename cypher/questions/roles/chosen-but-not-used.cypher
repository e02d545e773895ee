// Who chooses what they do not use themselves?
//
// For sales, to talk to those who use it too: people with a Chooser role on a product now, whom no
// Consumer role reaches, on the product, on what carries it, or on what it consists of. Such as a
// parent who chooses for a child.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns product STRING  the id of a product
// @returns product_name STRING  its name
// @returns chooser STRING  the id of the individual who chooses it
// @returns consumers LIST<STRING>  the ids of those with a Consumer role on it or a part of it
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
MATCH (chooser:Individual)-[:PLAYS]->(role)-[:PLAYS]->(choice:Chooser)
MATCH (choice)-[:INVOLVED_IN]->(product:Product)
WHERE choice.id STARTS WITH prefix
  AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
  AND coalesce(choice.valid_from <= at, true) AND coalesce(at < choice.valid_to, true)
WITH DISTINCT household, at, chooser, product
WITH *, COLLECT {
  // The product, its parts, and the bundles it is a part of.
  MATCH (product)-[:BUNDLES|REALIZED_BY*0..33]->(part)
  RETURN DISTINCT part
} + COLLECT {
  MATCH (bundle:Product)-[:BUNDLES*1..32]->(product)
  RETURN DISTINCT bundle
} AS items
WITH *, COLLECT {
  UNWIND items AS item
  MATCH (holder)-[:PLAYS]->(role)-[:PLAYS]->(use:Consumer)-[:INVOLVED_IN]->(item)
  WHERE coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
    AND coalesce(use.valid_from <= at, true) AND coalesce(at < use.valid_to, true)
  RETURN DISTINCT holder
} AS holders
WHERE NOT EXISTS {
  MATCH way = (chooser)-[:MEMBER_OF*0..32]->(holder)
  WHERE holder IN holders
    AND all(step IN relationships(way)
      WHERE coalesce(step.valid_from <= at, true) AND coalesce(at < step.valid_to, true)
    )
}
RETURN
  household.id AS household,
  product.id AS product,
  product.name AS product_name,
  chooser.id AS chooser,
  COLLECT { UNWIND holders AS holder WITH holder.id AS id ORDER BY id RETURN id } AS consumers
ORDER BY household, product, chooser
