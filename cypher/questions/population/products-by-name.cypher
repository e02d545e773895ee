// Which products are held how often?
//
// For product managers: products by name and status, with how many there are, in how many
// households, and the sum of their prices of a month. Most households first.
//
// @mode read
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns product_name STRING  the name
// @returns status STRING  the status
// @returns products INTEGER  how many
// @returns households INTEGER  in how many households
// @returns monthly_total FLOAT  the sum of their prices
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH '' AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
MATCH (product:Product)
WHERE product.id STARTS WITH prefix
  AND coalesce(product.valid_from <= at, true) AND coalesce(at < product.valid_to, true)
WITH
  product.name AS product_name,
  product.status AS status,
  count(product) AS products,
  count(DISTINCT household) AS households,
  round(sum(coalesce(product.price, 0.0)), 2) AS monthly_total
RETURN product_name, status, products, households, monthly_total
ORDER BY households DESC, products DESC, product_name, status
