// Which lines ring in no group?
//
// For the business, to see which calls nobody else can take: lines that are in no hunting group and
// in no pick-up group now.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns line STRING  the id of a line
// @returns line_name STRING  its name
// @returns number STRING  its number
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
MATCH (line:Resource {resource_type: 'line'})
WHERE line.id STARTS WITH prefix
  AND NOT EXISTS {
    MATCH (line)-[:PLAYS]->(role:ResourceRole)-[:PLAYS]->(entry:Consumer)
    MATCH (entry)-[:INVOLVED_IN]->(group:Service)
    WHERE group.category IN ['hunt-group', 'call-pick-up']
      AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
      AND coalesce(entry.valid_from <= at, true) AND coalesce(at < entry.valid_to, true)
  }
RETURN
  household.id AS household,
  line.id AS line,
  line.name AS line_name,
  line.value AS number
ORDER BY household, line
