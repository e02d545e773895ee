// Which curfews begin on which weekday?
//
// For parents, as a plan of the week: each curfew that is in force, by the weekday its window
// starts on, with local times. A window that ends no later than it starts goes on into the next
// day.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param weekday STRING = null  only this one, such as `monday`
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns weekday STRING  the day on which a window starts
// @returns policy STRING  the id of a policy
// @returns audience STRING  minors, everyone or parties
// @returns start_time STRING  the local time at which it starts
// @returns end_time STRING  the local time at which it ends
// @returns over_midnight BOOLEAN  whether it ends on the next day
// @returns governs LIST<STRING>  the ids of what it is about, and the categories
// @example {"household": "bakers", "at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
MATCH (policy:Policy {kind: 'curfew'})
WHERE policy.id STARTS WITH prefix
  AND coalesce(policy.valid_from <= at, true) AND coalesce(at < policy.valid_to, true)
WITH *, ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] AS week
UNWIND range(0, 6) AS day
WITH household, prefix, policy, day, week[day] AS weekday
WHERE weekday IN policy.weekdays AND weekday = coalesce($weekday, weekday)
RETURN
  household.id AS household,
  weekday,
  coalesce(policy.policy, policy.id) AS policy,
  policy.audience AS audience,
  policy.start_time AS start_time,
  policy.end_time AS end_time,
  policy.end_time <= policy.start_time AS over_midnight,
  COLLECT {
    MATCH (policy)-[:GOVERNS]->(governed)
    WHERE governed.id + '/' STARTS WITH prefix
    WITH governed.id AS id
    ORDER BY id
    RETURN id
  } + coalesce(policy.categories, []) AS governs
ORDER BY household, day, policy
