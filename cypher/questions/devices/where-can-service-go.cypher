// Where can this service go on to?
//
// For the call "I want to see it on the tablet now": the devices a service is available on, with
// who has a Consumer role on each that counts, and whether states stand in the way. A party needs a
// grant on the service as well: see entitlement/services-for-party.
//
// @mode read
// @param service STRING  the id of a service
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns device STRING  the id of a device
// @returns device_name STRING  its name
// @returns resource_type STRING  what it is
// @returns usable BOOLEAN  whether it, the service and a product that carries it are active
// @returns until ZONED DATETIME  until when the service is available on it; null if it goes on
// @returns consumers LIST<STRING>  the ids of those whose Consumer role on the device counts, were
//   it active
// @example {"service": "bakers/sports", "at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization {id: split($service, '/')[0]})
MATCH (service:Service {id: $service})
WITH
  household, household.id + '/' AS prefix, service,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
WITH *, COLLECT {
  // Products that count: active, valid, and on no account that is not active.
  MATCH (product:Product)
  WHERE product.id STARTS WITH prefix AND product.status = 'active'
    AND coalesce(product.valid_from <= at, true) AND coalesce(at < product.valid_to, true)
    AND NOT EXISTS {
      MATCH (product)<-[:HAS_PRODUCT]-(account:CustomerAccount)
      WHERE account.id STARTS WITH prefix AND coalesce(account.state, '') <> 'active'
    }
  RETURN product
} AS live
MATCH (service)-[available:AVAILABLE_ON]->(device:Resource)
WHERE device.id STARTS WITH prefix
  AND coalesce(available.valid_from <= at, true) AND coalesce(at < available.valid_to, true)
WITH
  prefix, service, device, at, live,
  CASE WHEN count(*) = count(available.valid_to) THEN max(available.valid_to) END AS until
RETURN
  device.id AS device,
  device.name AS device_name,
  device.resource_type AS resource_type,
  coalesce(
    device.administrative_state = 'unlocked' AND device.operational_state = 'enable'
      AND service.state = 'active',
    false
  ) AND (
    NOT EXISTS {
      MATCH (carrier:Product)-[:REALIZED_BY]->(service) WHERE carrier.id STARTS WITH prefix
    }
    OR EXISTS { MATCH (carrier:Product)-[:REALIZED_BY]->(service) WHERE carrier IN live }
  ) AS usable,
  until,
  COLLECT {
    MATCH (holder)-[:PLAYS]->(role)-[:PLAYS]->(use:Consumer)-[:INVOLVED_IN]->(device)
    WHERE role.id STARTS WITH prefix AND use.id STARTS WITH prefix
      AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
      AND coalesce(use.valid_from <= at, true) AND coalesce(at < use.valid_to, true)
      AND NOT EXISTS {
        MATCH (role)-[:ON_ACCOUNT]->(account:CustomerAccount)
        WHERE account.id STARTS WITH prefix AND coalesce(account.state, '') <> 'active'
      }
      AND holder.id + '/' STARTS WITH prefix
      AND (
        holder.status = 'active'
        OR holder.administrative_state = 'unlocked' AND holder.operational_state = 'enable'
      )
    WITH DISTINCT holder.id AS id
    ORDER BY id
    RETURN id
  } AS consumers
ORDER BY device
