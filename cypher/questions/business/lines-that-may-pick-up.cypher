// Which lines may take a call that rings on this one?
//
// For the business: the other lines of the pick-up groups that a line is in, now, with the people
// who may use them.
//
// @mode read
// @param line STRING  the id of a line
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns group STRING  the id of the service that is the pick-up group
// @returns other STRING  the id of another line of the group
// @returns other_name STRING  its name
// @returns number STRING  its number
// @returns people LIST<STRING>  the ids of the people who are Consumers of that line
// @example {"line": "bike-shop/line-4", "at": "2026-11-23T10:00+00:00"}
MATCH (line:Resource {id: $line})
WITH
  line,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
MATCH (line)-[:PLAYS]->(own:ResourceRole)-[:PLAYS]->(entry:Consumer)
MATCH (entry)-[:INVOLVED_IN]->(group:Service)
WHERE group.category = 'call-pick-up' AND group.state = 'active'
  AND coalesce(own.valid_from <= at, true) AND coalesce(at < own.valid_to, true)
  AND coalesce(entry.valid_from <= at, true) AND coalesce(at < entry.valid_to, true)
WITH DISTINCT line, at, group
MATCH (group)<-[:INVOLVED_IN]-(consumer:Consumer)<-[:PLAYS]-(part:ResourceRole)
MATCH (part)<-[:PLAYS]-(device:Resource)
WHERE device <> line
  AND device.administrative_state = 'unlocked' AND device.operational_state = 'enable'
  AND coalesce(part.valid_from <= at, true) AND coalesce(at < part.valid_to, true)
  AND coalesce(consumer.valid_from <= at, true) AND coalesce(at < consumer.valid_to, true)
WITH DISTINCT group, device, at
RETURN
  group.id AS group,
  device.id AS other,
  device.name AS other_name,
  device.value AS number,
  COLLECT {
    // People whom a Consumer role of the device reaches, by name or by membership.
    MATCH (holder)-[:PLAYS]->(role)-[:PLAYS]->(use:Consumer)-[:INVOLVED_IN]->(device)
    WHERE coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
      AND coalesce(use.valid_from <= at, true) AND coalesce(at < use.valid_to, true)
    MATCH way = (person:Individual)-[:MEMBER_OF*0..32]->(holder)
    WHERE all(step IN relationships(way)
      WHERE coalesce(step.valid_from <= at, true) AND coalesce(at < step.valid_to, true)
    )
    WITH DISTINCT person.id AS id
    ORDER BY id
    RETURN id
  } AS people
ORDER BY group, other
