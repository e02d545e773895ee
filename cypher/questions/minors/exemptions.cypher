// Who is exempt from which policy, and until when, in any state?
//
// For parents who wonder why a rule does not hold: exemptions from a policy that hold now.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns person STRING  the id of an individual
// @returns policy STRING  the id of a policy
// @returns kind STRING  curfew, classification or block
// @returns only_for LIST<STRING>  ids of what it is for alone; null if it is for all
// @returns since ZONED DATETIME  since when the exemption holds; null if it always did
// @returns until ZONED DATETIME  until when; null if it goes on
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
MATCH (person:Individual)-[exemption:EXEMPT_FROM]->(lifted:Policy)
WHERE lifted.id STARTS WITH prefix
MATCH (policy:Policy)
WHERE policy.id STARTS WITH prefix
  // Each version of the policy is a node; an exemption is from all of them.
  AND coalesce(policy.policy, policy.id) = coalesce(lifted.policy, lifted.id)
  AND coalesce(exemption.valid_from <= at, true) AND coalesce(at < exemption.valid_to, true)
  AND coalesce(policy.valid_from <= at, true) AND coalesce(at < policy.valid_to, true)
RETURN
  household.id AS household,
  person.id AS person,
  coalesce(policy.policy, policy.id) AS policy,
  policy.kind AS kind,
  exemption.only_for AS only_for,
  exemption.valid_from AS since,
  exemption.valid_to AS until
ORDER BY household, person, policy, since, only_for
