// How long do customers stay, by the term of their contract, in any state?
//
// For retention, where a CRM export has the tenure: customer accounts by
// contract term and state, with the average tenure. Accounts without a term are those of which
// nothing was imported.
//
// @mode read
// @returns contract_term STRING  such as two-year; null where none is recorded
// @returns state STRING  the state of the accounts
// @returns accounts INTEGER  how many accounts
// @returns average_tenure_months FLOAT  of those whose tenure is known; null if none is
// @example {}
MATCH (household:Organization)
WHERE household.id STARTS WITH '' AND NOT household.id CONTAINS '/'
WITH household.id + '/' AS prefix
MATCH (account:CustomerAccount)
WHERE account.id STARTS WITH prefix
WITH
  account.contract_term AS contract_term,
  account.state AS state,
  count(account) AS accounts,
  round(avg(account.tenure_months), 1) AS average_tenure_months
RETURN contract_term, state, accounts, average_tenure_months
ORDER BY contract_term, state
