// Which lines may take a call that rings on this one, policies aside?
//
// For the business: the other active lines of the pick-up groups that a line is in now, with the
// people who may use them. A line that is locked or lost is in no group.
//
// @mode read
// @param line STRING  the id of a line
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns group STRING  the id of the service that is the pick-up group
// @returns other STRING  the id of another line of the group
// @returns other_name STRING  its name
// @returns number STRING  its number
// @returns people LIST<STRING>  the ids of the people with a grant on that line, policies aside
// @example {"line": "bike-shop/line-4", "at": "2026-11-23T10:00+00:00"}
MATCH (household:Organization {id: split($line, '/')[0]})
MATCH (ringing:Resource {id: $line})
WITH
  household, household.id + '/' AS prefix, ringing,
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
MATCH (group:Service)
WHERE group.id STARTS WITH prefix AND group.category = 'call-pick-up' AND group.state = 'active'
WITH *, COLLECT {
  // The lines in the group: active, with a Consumer role that counts on it or on its carrier.
  MATCH chain = (item)-[:BUNDLES*0..32]->()-[:REALIZED_BY*0..1]->(group)
  WHERE all(product IN nodes(chain)[..-1] WHERE product IN live)
    AND (
      item <> group
      OR NOT EXISTS {
        MATCH (carrier:Product)-[:REALIZED_BY]->(group) WHERE carrier.id STARTS WITH prefix
      }
      OR EXISTS { MATCH (carrier:Product)-[:REALIZED_BY]->(group) WHERE carrier IN live }
    )
  MATCH (line:Resource)-[:PLAYS]->(role)-[:PLAYS]->(use:Consumer)-[:INVOLVED_IN]->(item)
  WHERE line.id STARTS WITH prefix AND role.id STARTS WITH prefix
    AND use.id STARTS WITH prefix AND item.id STARTS WITH prefix
    AND line.administrative_state = 'unlocked' AND line.operational_state = 'enable'
    AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
    AND coalesce(use.valid_from <= at, true) AND coalesce(at < use.valid_to, true)
  RETURN DISTINCT line
} AS lines
WHERE ringing IN lines
UNWIND lines AS device
WITH group, prefix, device, at
WHERE device.id <> $line
RETURN
  group.id AS group,
  device.id AS other,
  device.name AS other_name,
  device.value AS number,
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
  } AS people
ORDER BY group, other
