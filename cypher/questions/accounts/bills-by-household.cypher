// How many bills has each household, and for how much a month?
//
// For analysts who look for households with one bill or several: bills that are active, their
// payers, and prices of the active products charged to them, with the products that are on more
// than one bill. A product on a suspended or closed account is not active.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns bills INTEGER  how many active billing accounts it has
// @returns payers INTEGER  how many active parties pay them
// @returns monthly_total FLOAT  the prices of a month on all of them
// @returns split_products INTEGER  how many products are on more than one of them
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
RETURN
  household.id AS household,
  COUNT {
    MATCH (bill:BillingAccount)
    WHERE bill.id STARTS WITH prefix AND bill.state = 'active'
  } AS bills,
  COUNT {
    MATCH (payer:Party)-[:PLAYS]->(role:BillPayer)-[:PAYS]->(bill:BillingAccount)
    WHERE role.id STARTS WITH prefix AND payer.id + '/' STARTS WITH prefix
      AND bill.id STARTS WITH prefix AND payer.status = 'active' AND bill.state = 'active'
      AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
    RETURN DISTINCT payer
  } AS payers,
  round(reduce(total = 0.0, amount IN COLLECT {
    UNWIND live AS product
    MATCH (product)-[charge:CHARGED_TO]->(bill:BillingAccount)
    WHERE bill.id STARTS WITH prefix AND bill.state = 'active'
    RETURN coalesce(product.price, 0.0) * coalesce(charge.share, 100.0) / 100
  } | total + amount), 2) AS monthly_total,
  size([product IN live WHERE COUNT {
    MATCH (product)-[:CHARGED_TO]->(bill:BillingAccount)
    WHERE bill.id STARTS WITH prefix AND bill.state = 'active'
  } > 1]) AS split_products
ORDER BY household
