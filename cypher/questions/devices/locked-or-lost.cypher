// Which devices are locked, lost or out of order?
//
// For care: devices that grant nothing in the state they are in, and who is cut off by that. None
// is the good news.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns device STRING  the id of a device
// @returns device_name STRING  its name
// @returns administrative_state STRING  unlocked, locked, shutdown or lost; null if not recorded
// @returns operational_state STRING  enable or disable; null if not recorded
// @returns persons LIST<STRING>  the ids of the people who had a grant on it that counts, were it
//   active
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
MATCH (device:Resource)
WHERE device.id STARTS WITH prefix
  AND NOT coalesce(
    device.administrative_state = 'unlocked' AND device.operational_state = 'enable', false
  )
RETURN
  household.id AS household,
  device.id AS device,
  device.name AS device_name,
  device.administrative_state AS administrative_state,
  device.operational_state AS operational_state,
  COLLECT {
    // People who had a grant on the device that counts, were it active.
    MATCH (holder)-[:PLAYS]->(role)-[:PLAYS]->(use:Consumer)-[:INVOLVED_IN]->(device)
    WHERE role.id STARTS WITH prefix AND use.id STARTS WITH prefix
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
ORDER BY household, device
