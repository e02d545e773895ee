// Who changes what, and how often?
//
// For audits: the changes of a period by actor and action. Records of version 0.1 do not say what
// kind of actor it was: one with a slash, or with the id of the household, was a party.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param beginning ZONED DATETIME  the first instant of the period
// @param end ZONED DATETIME = null  the first instant after it; now, if none is given
// @returns actor STRING  who made the changes
// @returns actor_kind STRING  party, or operator of the provider
// @returns action STRING  what kind of change
// @returns changes INTEGER  how many
// @returns households INTEGER  in how many households
// @returns last_change ZONED DATETIME  when the last of them was made
// @example {"beginning": "2026-01-01T00:00+00:00", "end": "2026-02-01T00:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household,
  datetime({datetime: $beginning, timezone: 'Z'}) AS low,
  datetime({datetime: coalesce($end, datetime()), timezone: 'Z'}) AS high
MATCH (household)<-[:RECORDED_FOR]-(change:Change)
WHERE low <= change.at AND change.at < high
WITH
  change.actor AS actor,
  coalesce(
    change.actor_kind,
    CASE
      WHEN change.actor CONTAINS '/' OR change.actor = household.id THEN 'party'
      ELSE 'operator'
    END
  ) AS actor_kind,
  change.action AS action,
  count(change) AS changes,
  count(DISTINCT household) AS households,
  max(change.at) AS last_change
RETURN actor, actor_kind, action, changes, households, last_change
ORDER BY changes DESC, actor, actor_kind, action
