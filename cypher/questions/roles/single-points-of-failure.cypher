// Where does everything hang on one person?
//
// For account managers, before that person moves out: active accounts with one Customer, bills with
// one payer, products with one Admin. The last of them cannot leave without a successor. A party
// that is not active does not count, nor does a product that is not, or whose account is not.
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
CALL (household, prefix, at, live) {
  MATCH (party:Party)-[:PLAYS]->(role:Customer)-[:ON_ACCOUNT]->(target:CustomerAccount)
  WHERE role.id STARTS WITH prefix AND party.id + '/' STARTS WITH prefix
    AND target.id STARTS WITH prefix AND party.status = 'active' AND target.state = 'active'
    AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
  RETURN 'Customer' AS kind, target, party
  UNION ALL
  MATCH (party:Party)-[:PLAYS]->(role:BillPayer)-[:PAYS]->(target:BillingAccount)
  WHERE role.id STARTS WITH prefix AND party.id + '/' STARTS WITH prefix
    AND target.id STARTS WITH prefix AND party.status = 'active' AND target.state = 'active'
    AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
  RETURN 'BillPayer' AS kind, target, party
  UNION ALL
  MATCH (role:Admin)-[:INVOLVED_IN]->(target:Product)
  WHERE role.id STARTS WITH prefix
  CALL (household, prefix, at, live, role, target) {
    // Who plays a role that counts: it, they, the account and the target are valid and active.
    MATCH (holder)-[:PLAYS]->(functional)-[:PLAYS]->(role)
    WHERE (holder = household OR holder.id STARTS WITH prefix)
      AND functional.id STARTS WITH prefix AND role.id STARTS WITH prefix
      AND target.id STARTS WITH prefix
      AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
      AND coalesce(functional.valid_from <= at, true) AND coalesce(at < functional.valid_to, true)
      AND NOT EXISTS {
        MATCH (functional)-[:ON_ACCOUNT]->(account:CustomerAccount)
        WHERE account.id STARTS WITH prefix AND coalesce(account.state, '') <> 'active'
      }
      AND (
        holder.status = 'active'
        OR holder.administrative_state = 'unlocked' AND holder.operational_state = 'enable'
      )
      AND (
        target IN live
        OR target:Service AND target.state = 'active' AND (
          NOT EXISTS {
            MATCH (carrier:Product)-[:REALIZED_BY]->(target) WHERE carrier.id STARTS WITH prefix
          }
          OR EXISTS { MATCH (carrier:Product)-[:REALIZED_BY]->(target) WHERE carrier IN live }
        )
        OR target:Resource
          AND target.administrative_state = 'unlocked' AND target.operational_state = 'enable'
      )
      // Nor is it that of a minor on a service that enforces a policy.
      AND NOT (
        role:Admin AND holder:Individual
        AND EXISTS {
          MATCH (target)<-[:ENFORCED_BY]-(policy:Policy)
          WHERE policy.id STARTS WITH prefix
            AND coalesce(policy.valid_from <= at, true) AND coalesce(at < policy.valid_to, true)
        }
        AND CASE
          WHEN holder.birth_date IS NULL THEN coalesce(holder.minor, false)
          ELSE at.epochMillis < datetime({
            date: date.truncate('month', holder.birth_date)
              + duration({years: household.age_of_majority, days: holder.birth_date.day - 1}),
            timezone: household.time_zone
          }).epochMillis
        END
      )
    RETURN DISTINCT holder
  }
  WITH target, holder
  WHERE holder:Party
  RETURN 'Admin' AS kind, target, holder AS party
}
WITH household, kind, target, collect(DISTINCT party.id) AS parties
WHERE size(parties) = 1
RETURN household.id AS household, kind, target.id AS target, parties[0] AS only_party
ORDER BY household, kind, target
