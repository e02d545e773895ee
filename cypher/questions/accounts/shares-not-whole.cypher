// Which bills and products are not split into a whole?
//
// For billing, before a run: active bills whose active payers' shares now, or active products whose
// shares of bills, do not add up to 100 per cent, those that nobody pays included. None is the good
// news.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns item STRING  the id of a billing account or a product
// @returns kind STRING  BillingAccount or Product
// @returns total_share FLOAT  what the shares add up to, in per cent
// @returns parts INTEGER  how many shares there are
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
WITH *, COLLECT {
  // Products that count: active, valid, and on no account that is not active.
  MATCH (product:Product)
  WHERE product.id STARTS WITH prefix AND product.status = 'active'
    AND coalesce(product.valid_from <= at, true) AND coalesce(at < product.valid_to, true)
    AND NOT EXISTS {
      MATCH (product)<-[:HAS_PRODUCT]-(account:CustomerAccount)
      WHERE account.id STARTS WITH prefix AND coalesce(account.state, '') <> 'active'
    }
  RETURN product
} AS live
CALL (prefix, at, live) {
  MATCH (item:BillingAccount)
  WHERE item.id STARTS WITH prefix AND item.state = 'active'
  OPTIONAL MATCH (payer:Party {status: 'active'})-[:PLAYS]->(role:BillPayer)-[pays:PAYS]->(item)
  WHERE payer.id + '/' STARTS WITH prefix AND role.id STARTS WITH prefix
    AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
  RETURN 'BillingAccount' AS kind, item, pays AS part
  UNION ALL
  UNWIND live AS item
  MATCH (item)-[charge:CHARGED_TO]->(bill:BillingAccount)
  WHERE bill.id STARTS WITH prefix
  RETURN 'Product' AS kind, item, charge AS part
}
WITH
  household, kind, item, count(part) AS parts,
  sum(CASE WHEN part IS NULL THEN 0.0 ELSE coalesce(part.share, 100.0) END) AS total_share
// Thirds are written as 33.33.
WHERE abs(total_share - 100) > 0.05
RETURN
  household.id AS household,
  item.id AS item,
  kind,
  round(total_share, 2) AS total_share,
  parts
ORDER BY household, kind, item
