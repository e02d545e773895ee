// Who is the Customer of which account?
//
// For care, before a contract is changed: each account with its active Customers now, since when,
// and the guarantor of one who is a minor. An account without such a Customer is here too. Nothing
// is active on an account that is not.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns account STRING  the id of a customer account
// @returns state STRING  its state
// @returns customer STRING  the id of an active Customer of it; null if there is none
// @returns since ZONED DATETIME  since when the role holds; null if it always did
// @returns guarantor STRING  the id of the adult who is the guarantor; null if there is none
// @returns products INTEGER  how many active products are on the account
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
MATCH (account:CustomerAccount)
WHERE account.id STARTS WITH prefix
OPTIONAL MATCH (account)<-[:ON_ACCOUNT]-(role:Customer)<-[:PLAYS]-(customer:Party)
WHERE customer.id + '/' STARTS WITH prefix AND role.id STARTS WITH prefix
  AND customer.status = 'active'
  AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
OPTIONAL MATCH (role)-[:GUARANTEED_BY]->(guarantor:Individual)
WHERE guarantor.id STARTS WITH prefix
RETURN
  household.id AS household,
  account.id AS account,
  account.state AS state,
  customer.id AS customer,
  role.valid_from AS since,
  guarantor.id AS guarantor,
  COUNT {
    MATCH (account)-[:HAS_PRODUCT]->(product:Product)
    WHERE product IN live
  } AS products
ORDER BY household, account, customer, guarantor
