// Where can this service go on to?
//
// For the call "I want to see it on the tablet now": the devices a service is available on, with
// who is a Consumer of each, and what stands in the way of a device. A party needs a grant on the
// service as well: see entitlement/services-for-party.
//
// @mode read
// @param service STRING  the id of a service
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns device STRING  the id of a device
// @returns device_name STRING  its name
// @returns resource_type STRING  what it is
// @returns usable BOOLEAN  whether it is neither locked, lost nor disabled
// @returns until ZONED DATETIME  until when the service is available on it; null if it goes on
// @returns consumers LIST<STRING>  the ids of those with a Consumer role on the device
// @example {"service": "bakers/sports", "at": "2026-11-22T20:00+00:00"}
MATCH (service:Service {id: $service})
WITH
  service,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
MATCH (service)-[available:AVAILABLE_ON]->(device:Resource)
WHERE coalesce(available.valid_from <= at, true) AND coalesce(at < available.valid_to, true)
WITH
  device, at,
  CASE WHEN count(*) = count(available.valid_to) THEN max(available.valid_to) END AS until
RETURN
  device.id AS device,
  device.name AS device_name,
  device.resource_type AS resource_type,
  coalesce(device.administrative_state = 'unlocked' AND device.operational_state = 'enable', false)
    AS usable,
  until,
  COLLECT {
    MATCH (holder)-[:PLAYS]->(role)-[:PLAYS]->(use:Consumer)-[:INVOLVED_IN]->(device)
    WHERE coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
      AND coalesce(use.valid_from <= at, true) AND coalesce(at < use.valid_to, true)
    WITH DISTINCT holder.id AS id
    ORDER BY id
    RETURN id
  } AS consumers
ORDER BY device
