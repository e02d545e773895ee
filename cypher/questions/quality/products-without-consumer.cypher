// Which products does nobody use?
//
// For sales and revenue assurance, before the customer finds out: active products without a
// Consumer role that holds now, on themselves, on what carries them, or on a part of them. None is
// the good news.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns product STRING  the id of a product
// @returns product_name STRING  its name
// @returns choosers LIST<STRING>  the ids of those with a Chooser role on it, to be asked
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
MATCH (product:Product)
WHERE product.id STARTS WITH prefix AND product.status = 'active'
  AND coalesce(product.valid_from <= at, true) AND coalesce(at < product.valid_to, true)
WITH household, product, at, COLLECT {
  MATCH (product)-[:BUNDLES|REALIZED_BY*0..33]->(part)
  RETURN DISTINCT part
} + COLLECT {
  MATCH (bundle:Product)-[:BUNDLES*1..32]->(product)
  RETURN DISTINCT bundle
} AS items
WHERE NOT EXISTS {
  UNWIND items AS item
  MATCH (role)-[:PLAYS]->(use:Consumer)-[:INVOLVED_IN]->(item)
  WHERE coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
    AND coalesce(use.valid_from <= at, true) AND coalesce(at < use.valid_to, true)
  RETURN item
}
RETURN
  household.id AS household,
  product.id AS product,
  product.name AS product_name,
  COLLECT {
    MATCH (party)-[:PLAYS]->(role)-[:PLAYS]->(choice:Chooser)-[:INVOLVED_IN]->(product)
    WHERE coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
      AND coalesce(choice.valid_from <= at, true) AND coalesce(at < choice.valid_to, true)
    WITH DISTINCT party.id AS id
    ORDER BY id
    RETURN id
  } AS choosers
ORDER BY household, product
