// Which policies have no effect?
//
// For data quality: policies in force that govern nothing, neither by name nor by a category that a
// service of the household has, that speak to nobody, or that no service enforces, with what is
// missing. None is the good news.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns policy STRING  the id of a policy
// @returns policy_name STRING  its name
// @returns lacks LIST<STRING>  what is missing: `scope`, `audience`, `enforcing service`
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
MATCH (policy:Policy)
WHERE policy.id STARTS WITH prefix
  AND coalesce(policy.valid_from <= at, true) AND coalesce(at < policy.valid_to, true)
WITH *, [lack IN [
  CASE WHEN NOT EXISTS {
    MATCH (policy)-[:GOVERNS]->(governed)
    WHERE governed.id + '/' STARTS WITH prefix
  } AND NOT EXISTS {
    MATCH (service:Service)
    WHERE service.id STARTS WITH prefix AND service.category IN policy.categories
  } THEN 'scope' END,
  CASE WHEN policy.audience = 'parties' AND NOT EXISTS {
    MATCH (policy)-[:APPLIES_TO]->(party:Party)
    WHERE party.id + '/' STARTS WITH prefix
  } THEN 'audience' END,
  CASE WHEN NOT EXISTS {
    MATCH (policy)-[:ENFORCED_BY]->(service:Service)
    WHERE service.id STARTS WITH prefix
  } THEN 'enforcing service' END
] WHERE lack IS NOT NULL] AS lacks
WHERE size(lacks) > 0
RETURN
  household.id AS household,
  coalesce(policy.policy, policy.id) AS policy,
  policy.name AS policy_name,
  lacks
ORDER BY household, policy
