// How many imported customers have left, of accounts in any state?
//
// For retention, where a CRM export has a churn column: imported customer accounts by source,
// contract term and way of paying, with the part that is closed. Nothing comes where nothing was
// imported.
//
// @mode read
// @returns source STRING  the name of the source
// @returns contract_term STRING  such as two-year; null where none is recorded
// @returns payment_methods LIST<STRING>  how the bills of the household are paid
// @returns accounts INTEGER  how many customer accounts
// @returns closed INTEGER  how many of them are closed
// @returns churn FLOAT  that in per cent
// @example {}
MATCH (household:Organization)
WHERE household.id STARTS WITH '' AND NOT household.id CONTAINS '/'
WITH household, household.id + '/' AS prefix
MATCH (account:CustomerAccount)
WHERE account.id STARTS WITH prefix
MATCH (record:SourceRecord)-[:DESCRIBES]->(account)
WITH DISTINCT prefix, account, split(record.key, ':')[0] AS source
WITH source, account, COLLECT {
  MATCH (bill:BillingAccount)
  WHERE bill.id STARTS WITH prefix AND bill.payment_method IS NOT NULL
  WITH DISTINCT bill.payment_method AS method
  ORDER BY method
  RETURN method
} AS payment_methods
WITH
  source,
  account.contract_term AS contract_term,
  payment_methods,
  count(account) AS accounts,
  sum(CASE WHEN account.state = 'closed' THEN 1 ELSE 0 END) AS closed
RETURN
  source, contract_term, payment_methods, accounts, closed,
  round(100.0 * closed / accounts, 1) AS churn
ORDER BY source, contract_term, payment_methods
