// Who wears several hats, in any state?
//
// For analysts who want to know how much hangs on one person: the kinds of roles that people play
// themselves now, functional ones and involvement roles, most kinds first. What reaches them by
// membership does not count.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param least INTEGER = 3  how many kinds of roles at the least
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns person STRING  the id of an individual
// @returns person_name STRING  the name, or without one the description
// @returns hats INTEGER  how many kinds of roles
// @returns roles LIST<STRING>  the kinds
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
MATCH (person:Individual)
WHERE person.id STARTS WITH prefix
WITH household, person, COLLECT {
  MATCH (person)-[:PLAYS]->(functional:PartyRole)
  WHERE coalesce(functional.valid_from <= at, true) AND coalesce(at < functional.valid_to, true)
  OPTIONAL MATCH (functional)-[:PLAYS]->(involvement:InvolvementRole)
  WHERE coalesce(involvement.valid_from <= at, true) AND coalesce(at < involvement.valid_to, true)
  UNWIND labels(functional) + coalesce(labels(involvement), []) AS kind
  WITH DISTINCT kind
  WHERE NOT kind IN ['Entity', 'PartyRole', 'InvolvementRole']
  RETURN kind
  ORDER BY kind
} AS roles
WHERE size(roles) >= $least
RETURN
  household.id AS household,
  person.id AS person,
  coalesce(person.given_name, person.family_name, person.description) AS person_name,
  size(roles) AS hats,
  roles
ORDER BY hats DESC, person
