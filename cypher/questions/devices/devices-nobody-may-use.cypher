// Which devices may nobody use, policies aside?
//
// For care and stock: devices no person has a grant on now that counts. Some are meant to be so,
// such as a PBX; others were forgotten when a role ended, or are locked or lost, or their account
// is suspended.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns device STRING  the id of a device
// @returns device_name STRING  its name
// @returns resource_type STRING  what it is
// @returns services INTEGER  how many services are available on it all the same, in any state
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
MATCH (device:Resource)
WHERE device.id STARTS WITH prefix
WITH household, prefix, device, at, COLLECT {
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
WHERE size(persons) = 0
RETURN
  household.id AS household,
  device.id AS device,
  device.name AS device_name,
  device.resource_type AS resource_type,
  COUNT {
    MATCH (service:Service)-[available:AVAILABLE_ON]->(device)
    WHERE service.id STARTS WITH prefix
      AND coalesce(available.valid_from <= at, true) AND coalesce(at < available.valid_to, true)
  } AS services
ORDER BY household, device
