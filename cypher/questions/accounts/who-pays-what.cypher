// Who pays for what portion?
//
// For billing and for the household: each active bill with every active party who pays it now, the
// share of each, and what that is a month by the prices of the active products charged to it. A
// product on a suspended or closed account is not active. The currency is that of the prices.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns bill STRING  the id of a billing account
// @returns payer STRING  the id of the party who pays
// @returns share FLOAT  the part of the bill, in per cent
// @returns monthly_amount FLOAT  that part of the prices of a month
// @returns products LIST<STRING>  the ids of the active products charged to the bill
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
MATCH (bill:BillingAccount)
WHERE bill.id STARTS WITH prefix AND bill.state = 'active'
WITH household, prefix, bill, at, COLLECT {
  MATCH (product:Product)-[charge:CHARGED_TO]->(bill)
  WHERE product IN live
  WITH product, charge
  ORDER BY product.id
  RETURN {
    id: product.id,
    amount: coalesce(product.price, 0.0) * coalesce(charge.share, 100.0) / 100
  }
} AS charges
MATCH (payer:Party)-[:PLAYS]->(role:BillPayer)-[pays:PAYS]->(bill)
WHERE payer.id + '/' STARTS WITH prefix AND role.id STARTS WITH prefix
  AND payer.status = 'active'
  AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
WITH
  household, bill, charges, payer, coalesce(pays.share, 100.0) AS share,
  reduce(total = 0.0, charge IN charges | total + charge.amount) AS total
RETURN
  household.id AS household,
  bill.id AS bill,
  payer.id AS payer,
  share,
  round(total * share / 100, 2) AS monthly_amount,
  [charge IN charges | charge.id] AS products
ORDER BY household, bill, payer
