// Whose number is this, policies aside?
//
// For care when a call comes in: lines, SIMs and other resources by their number or serial number,
// or by how it begins, with the people who may use them now: nobody, where one is locked or lost.
// Blanks, hyphens and brackets in a number do not matter.
//
// @mode read
// @param number STRING  the number, or its beginning, with its country code
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns number STRING  the number
// @returns resource STRING  the id of a line, phone or other resource
// @returns resource_name STRING  its name
// @returns resource_type STRING  what it is
// @returns persons LIST<STRING>  the ids of the people with a grant on it that counts
// @example {"number": "+4477009001", "at": "2026-11-22T20:00+00:00"}
UNWIND [
  $number,
  reduce(digits = $number, mark IN [' ', '-', '(', ')'] | replace(digits, mark, ''))
] AS beginning
MATCH (device:Resource)
WHERE device.value STARTS WITH beginning
WITH DISTINCT
  device, split(device.id, '/')[0] + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
RETURN
  device.value AS number,
  device.id AS resource,
  device.name AS resource_name,
  device.resource_type AS resource_type,
  COLLECT {
    // People with a grant on the device that counts, by name or by membership.
    MATCH (holder)-[:PLAYS]->(role)-[:PLAYS]->(use:Consumer)-[:INVOLVED_IN]->(device)
    WHERE role.id STARTS WITH prefix AND use.id STARTS WITH prefix
      AND device.administrative_state = 'unlocked' AND device.operational_state = 'enable'
      AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
      AND coalesce(use.valid_from <= at, true) AND coalesce(at < use.valid_to, true)
      AND NOT EXISTS {
        MATCH (role)-[:ON_ACCOUNT]->(account:CustomerAccount)
        WHERE account.id STARTS WITH prefix AND coalesce(account.state, '') <> 'active'
      }
    MATCH way = (person:Individual)-[:MEMBER_OF*0..32]->(holder)
    WHERE all(party IN nodes(way)
      WHERE party.status = 'active' AND party.id + '/' STARTS WITH prefix
    )
      AND all(step IN relationships(way)
        WHERE coalesce(step.valid_from <= at, true) AND coalesce(at < step.valid_to, true)
      )
    WITH DISTINCT person.id AS id
    ORDER BY id
    RETURN id
  } AS persons
ORDER BY number, resource
