// Who belongs to which unit, in any state?
//
// For the business, as an organization chart: the organization and its units now, each with what it
// is a part of and the people who are members of it directly.
//
// @mode read
// @param household STRING  the id of a household or business
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns unit STRING  the id of the organization or of a unit
// @returns unit_name STRING  its name
// @returns part_of STRING  the id of what it is a part of; null for the organization itself
// @returns people INTEGER  how many people are members of it directly
// @returns members LIST<STRING>  their ids
// @example {"household": "bike-shop", "at": "2026-11-22T20:00+00:00"}
MATCH (unit:Organization)
WHERE unit.id = $household OR unit.id STARTS WITH $household + '/'
WITH
  unit,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
OPTIONAL MATCH (unit)-[link:MEMBER_OF]->(above:Organization)
WHERE coalesce(link.valid_from <= at, true) AND coalesce(at < link.valid_to, true)
WITH unit, above, COLLECT {
  MATCH (person:Individual)-[member:MEMBER_OF]->(unit)
  WHERE coalesce(member.valid_from <= at, true) AND coalesce(at < member.valid_to, true)
  WITH DISTINCT person.id AS id
  ORDER BY id
  RETURN id
} AS members
RETURN
  unit.id AS unit,
  unit.name AS unit_name,
  above.id AS part_of,
  size(members) AS people,
  members
ORDER BY unit, part_of
