// Which functional roles are on no account, in any state?
//
// For data quality: Customers, Bill Payers and Users that are not relative to a customer account,
// as all of them should be. None is the good news.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @returns household STRING  the id of the household or business
// @returns role STRING  the id of a role
// @returns kind STRING  Customer, BillPayer or User
// @returns party STRING  the id of the party who plays it; null if there is none
// @example {}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH household, household.id + '/' AS prefix
MATCH (role:PartyRole)
WHERE role.id STARTS WITH prefix AND NOT EXISTS { MATCH (role)-[:ON_ACCOUNT]->(:CustomerAccount) }
OPTIONAL MATCH (party:Party)-[:PLAYS]->(role)
RETURN
  household.id AS household,
  role.id AS role,
  [label IN labels(role) WHERE NOT label IN ['Entity', 'PartyRole']][0] AS kind,
  party.id AS party
ORDER BY household, role, party
