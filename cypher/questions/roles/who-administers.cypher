// Who administers what?
//
// For care, to know who to ask: each product, service and device with an Admin role that counts
// now, and who plays it. A role on a product reaches what it consists of, which is not listed again
// here. A minor's role does not count on a service that enforces a policy.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns target STRING  the id of a product, service or device
// @returns target_name STRING  its name
// @returns admin STRING  the id of the party, or device, that plays the role
// @returns admin_name STRING  the name, or without one the description
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
MATCH (role:Admin)-[:INVOLVED_IN]->(target)
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
RETURN DISTINCT
  household.id AS household,
  target.id AS target,
  target.name AS target_name,
  holder.id AS admin,
  coalesce(holder.given_name, holder.family_name, holder.name, holder.description) AS admin_name
ORDER BY household, target, admin
