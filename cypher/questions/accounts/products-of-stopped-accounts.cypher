// Which products stand still because of their account?
//
// For the call "nothing works": products that are active themselves, on an account that is
// suspended or closed. They grant nothing while it is. None is the good news.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns account STRING  the id of a customer account that is not active
// @returns state STRING  its state; null if none is recorded
// @returns payment_status STRING  how payment stands; null if not recorded
// @returns product STRING  the id of a product on it
// @returns product_name STRING  its name
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
MATCH (account:CustomerAccount)
WHERE account.id STARTS WITH prefix AND coalesce(account.state, '') <> 'active'
MATCH (account)-[:HAS_PRODUCT]->(product:Product)
WHERE product.id STARTS WITH prefix AND product.status = 'active'
  AND coalesce(product.valid_from <= at, true) AND coalesce(at < product.valid_to, true)
RETURN
  household.id AS household,
  account.id AS account,
  account.state AS state,
  account.payment_status AS payment_status,
  product.id AS product,
  product.name AS product_name
ORDER BY household, account, product
