// Where does everything hang on one person?
//
// For account managers, before that person moves out: accounts with one Customer, bills with one
// payer, products with one Admin. The last of them cannot leave without a successor. A party that
// is not active does not count, nor does a product that is not.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns kind STRING  Customer, BillPayer or Admin
// @returns target STRING  the id of an account, a bill or a product
// @returns only_party STRING  the id of the one who plays that role for it
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
CALL (household, prefix, at) {
  MATCH (party:Party)-[:PLAYS]->(role:Customer)-[:ON_ACCOUNT]->(target:CustomerAccount)
  WHERE role.id STARTS WITH prefix AND party.status = 'active' AND target.state = 'active'
    AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
  RETURN 'Customer' AS kind, target, party
  UNION ALL
  MATCH (party:Party)-[:PLAYS]->(role:BillPayer)-[:PAYS]->(target:BillingAccount)
  WHERE role.id STARTS WITH prefix AND party.status = 'active' AND target.state = 'active'
    AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
  RETURN 'BillPayer' AS kind, target, party
  UNION ALL
  MATCH (party:Party)-[:PLAYS]->(by_way_of)-[:PLAYS]->(role:Admin)
  MATCH (role)-[:INVOLVED_IN]->(target:Product)
  WHERE role.id STARTS WITH prefix AND party.status = 'active' AND target.status = 'active'
    AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
    AND coalesce(by_way_of.valid_from <= at, true) AND coalesce(at < by_way_of.valid_to, true)
    AND coalesce(target.valid_from <= at, true) AND coalesce(at < target.valid_to, true)
  RETURN 'Admin' AS kind, target, party
}
WITH household, kind, target, collect(DISTINCT party.id) AS parties
WHERE size(parties) = 1
RETURN household.id AS household, kind, target.id AS target, parties[0] AS only_party
ORDER BY household, kind, target
