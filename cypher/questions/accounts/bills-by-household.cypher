// How many bills has each household, and for how much a month?
//
// For analysts who look for households with one bill or several: bills, payers, and prices of the
// active products charged to them, with the products that are on more than one bill.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns bills INTEGER  how many billing accounts it has
// @returns payers INTEGER  how many parties pay them
// @returns monthly_total FLOAT  the prices of a month on all of them
// @returns split_products INTEGER  how many products are on more than one of them
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
WITH household,
  COLLECT {
    MATCH (bill:BillingAccount)
    WHERE bill.id STARTS WITH prefix
    RETURN bill
  } AS bills,
  COLLECT {
    MATCH (payer:Party)-[:PLAYS]->(role:BillPayer)-[:PAYS]->(:BillingAccount)
    WHERE role.id STARTS WITH prefix
      AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
    RETURN DISTINCT payer
  } AS payers,
  COLLECT {
    MATCH (product:Product)-[charge:CHARGED_TO]->(:BillingAccount)
    WHERE product.id STARTS WITH prefix AND product.status = 'active'
      AND coalesce(product.valid_from <= at, true) AND coalesce(at < product.valid_to, true)
    RETURN {
      bills: COUNT { (product)-[:CHARGED_TO]->(:BillingAccount) },
      product: product.id,
      amount: coalesce(product.price, 0.0) * coalesce(charge.share, 100.0) / 100
    }
  } AS charges
RETURN
  household.id AS household,
  size(bills) AS bills,
  size(payers) AS payers,
  round(reduce(total = 0.0, charge IN charges | total + charge.amount), 2) AS monthly_total,
  COUNT {
    UNWIND charges AS charge
    WITH charge
    WHERE charge.bills > 1
    RETURN DISTINCT charge.product
  } AS split_products
ORDER BY household
