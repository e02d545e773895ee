// What fails with this device, and for which people, policies aside?
//
// For service assurance: everything that is connected to a device, directly or by way of others,
// with the people who may use it now.
//
// @mode read
// @param device STRING  the id of a device
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns connected STRING  the id of a device that is connected to it
// @returns connected_name STRING  its name
// @returns resource_type STRING  what it is
// @returns hops INTEGER  how many connections lie in between, 1 for a direct one
// @returns persons LIST<STRING>  the ids of the people with a grant on it that counts
// @example {"device": "bike-shop/router-shop", "at": "2026-11-22T20:00+00:00"}
MATCH (failing:Resource {id: $device})
WITH failing, split($device, '/')[0] + '/' AS prefix
MATCH way = ANY SHORTEST (failing) (
  ()<-[:CONNECTED_TO]-(below:Resource WHERE below.id STARTS WITH prefix)
)+ (device)
WHERE device <> failing
WITH
  prefix, device, length(way) AS hops,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
RETURN
  device.id AS connected,
  device.name AS connected_name,
  device.resource_type AS resource_type,
  hops,
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
ORDER BY hops, connected
