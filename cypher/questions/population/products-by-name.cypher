// Which products are held how often?
//
// For product managers: products by name and status, with how many there are, how many of them are
// active, in how many households, and the sum of the prices of a month of the active ones. A
// product on a suspended or closed account is not active, whatever its own status. Most households
// first.
//
// @mode read
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns product_name STRING  the name
// @returns status STRING  the status
// @returns products INTEGER  how many
// @returns active INTEGER  how many of them are active, as their accounts are
// @returns households INTEGER  in how many households
// @returns monthly_total FLOAT  the sum of the prices of the active ones
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH '' AND NOT household.id CONTAINS '/'
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
MATCH (product:Product)
WHERE product.id STARTS WITH prefix
  AND coalesce(product.valid_from <= at, true) AND coalesce(at < product.valid_to, true)
WITH
  product.name AS product_name,
  product.status AS status,
  count(product) AS products,
  sum(CASE WHEN product IN live THEN 1 ELSE 0 END) AS active,
  count(DISTINCT household) AS households,
  round(sum(CASE WHEN product IN live THEN coalesce(product.price, 0.0) ELSE 0.0 END), 2)
    AS monthly_total
RETURN product_name, status, products, active, households, monthly_total
ORDER BY households DESC, products DESC, product_name, status
