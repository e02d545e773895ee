// Who came, and who left, in this period, in any state?
//
// For care and analysts: memberships of households, businesses and units that began or ended, by
// the day. A membership that did both is here twice.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param beginning ZONED DATETIME  the first instant of the period
// @param end ZONED DATETIME = null  the first instant after it; now, if none is given
// @returns household STRING  the id of the household or business
// @returns happened_at ZONED DATETIME  when, in the time zone of the household
// @returns what STRING  `came` or `left`
// @returns member STRING  the id of an individual or a unit
// @returns organization STRING  the id of what it is a member of
// @example {"beginning": "2026-06-01T00:00+01:00", "end": "2026-12-01T00:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: $beginning, timezone: 'Z'}) AS low,
  datetime({datetime: coalesce($end, datetime()), timezone: 'Z'}) AS high
MATCH (member:Party)
WHERE member.id STARTS WITH prefix
MATCH (member)-[link:MEMBER_OF]->(organization:Organization)
WHERE coalesce(link.valid_from < link.valid_to, true)
UNWIND [
  {what: 'came', instant: link.valid_from},
  {what: 'left', instant: link.valid_to}
] AS event
WITH household, low, high, member, organization, event
WHERE low <= event.instant AND event.instant < high
RETURN
  household.id AS household,
  datetime({datetime: event.instant, timezone: household.time_zone}) AS happened_at,
  event.what AS what,
  member.id AS member,
  organization.id AS organization
ORDER BY happened_at, household, member, organization, what
