// Which products with a price does nobody pay?
//
// For revenue assurance: active products with a price that are on no bill, or on a bill that is not
// active, or that no active party pays now. None is the good news.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns product STRING  the id of a product
// @returns product_name STRING  its name
// @returns price FLOAT  the price of a month
// @returns unpaid_bill STRING  the id of the bill that nobody pays; null for a product on no bill
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
UNWIND live AS product
WITH household, prefix, at, product
WHERE product.price > 0
OPTIONAL MATCH (product)-[:CHARGED_TO]->(bill:BillingAccount)
WHERE bill.id STARTS WITH prefix
WITH household, prefix, at, product, bill
WHERE bill IS NULL OR coalesce(bill.state, '') <> 'active' OR NOT EXISTS {
  MATCH (payer:Party)-[:PLAYS]->(role:BillPayer)-[:PAYS]->(bill)
  WHERE payer.id + '/' STARTS WITH prefix AND role.id STARTS WITH prefix
    AND payer.status = 'active'
    AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
}
RETURN
  household.id AS household,
  product.id AS product,
  product.name AS product_name,
  product.price AS price,
  bill.id AS unpaid_bill
ORDER BY household, product, unpaid_bill
