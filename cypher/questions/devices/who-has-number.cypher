// Whose number is this, policies aside?
//
// For care when a call comes in: lines, SIMs and other resources by their number or serial number,
// or by how it begins, with the people who may use them now: nobody, where one is locked or lost.
// Also the phone numbers and e-mail addresses by which people are reached, with those people.
// Blanks, hyphens and brackets in a number do not matter.
//
// @mode read
// @param number STRING  the number with its country code, or the address; or its beginning
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns number STRING  the number or address
// @returns resource STRING  the id of a line, phone or other resource, or of a contact medium
// @returns resource_name STRING  its name; null for a contact medium
// @returns resource_type STRING  what it is; `email` or `phone` for a contact medium
// @returns persons LIST<STRING>  the ids of those with a grant on it that counts, or whom it reaches
// @example {"number": "+4477009001", "at": "2026-11-22T20:00+00:00"}
UNWIND [
  $number,
  reduce(digits = $number, mark IN [' ', '-', '(', ')'] | replace(digits, mark, ''))
] AS beginning
WITH
  collect(beginning) AS beginnings,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
CALL (beginnings, at) {
  UNWIND beginnings AS beginning
  MATCH (device:Resource)
  WHERE device.value STARTS WITH beginning
  WITH DISTINCT device, at, split(device.id, '/')[0] + '/' AS prefix
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
  UNION
  UNWIND beginnings AS beginning
  MATCH (medium:ContactMedium)<-[:HAS_CONTACT_MEDIUM]-(party:Party)
  WHERE medium.value STARTS WITH beginning AND party.status = 'active'
    AND coalesce(medium.valid_from <= at, true) AND coalesce(at < medium.valid_to, true)
    // Who has left is reached where they are now; who never was a member, by what is known here.
    AND (
      NOT EXISTS { (party)-[:MEMBER_OF]->() }
      OR EXISTS {
        MATCH (party)-[stay:MEMBER_OF]->()
        WHERE coalesce(stay.valid_from <= at, true) AND coalesce(at < stay.valid_to, true)
      }
    )
  RETURN
    medium.value AS number,
    medium.id AS resource,
    null AS resource_name,
    medium.medium_type AS resource_type,
    [party.id] AS persons
}
RETURN number, resource, resource_name, resource_type, persons
ORDER BY number, resource
