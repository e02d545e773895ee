// Who has access without being a member, policies aside?
//
// For a household that wonders who is still on its broadband, and for audits: people who belong to
// no organization of the household now, and what a Consumer role of their own that counts now is
// on.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns person STRING  the id of an individual
// @returns person_name STRING  the name, or without one the description
// @returns target STRING  the id of what the person may use
// @returns since ZONED DATETIME  since when the role holds; null if it always did
// @returns until ZONED DATETIME  until when; null if it goes on
// @returns granted_by STRING  the id of the party who granted it; null if not recorded
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
MATCH (person:Individual)
WHERE person.id STARTS WITH prefix
  AND NOT EXISTS {
    MATCH (person)-[member:MEMBER_OF]->(organization:Organization)
    WHERE organization.id + '/' STARTS WITH prefix
      AND coalesce(member.valid_from <= at, true) AND coalesce(at < member.valid_to, true)
  }
MATCH (person)-[:PLAYS]->(:PartyRole)-[:PLAYS]->(role:Consumer)-[:INVOLVED_IN]->(target)
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
WITH household, person, target, role, holder
WHERE holder = person
RETURN
  household.id AS household,
  person.id AS person,
  coalesce(person.given_name, person.family_name, person.description) AS person_name,
  target.id AS target,
  role.valid_from AS since,
  role.valid_to AS until,
  role.granted_by AS granted_by
ORDER BY household, person, target
