// How are roles distributed, in any state?
//
// For analysts who want to know how much of the model is lived: the functional and involvement
// roles of each kind that are valid now, in how many households, and by how many parties and
// devices they are played.
//
// @mode read
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns kind STRING  Customer, BillPayer, User, Chooser, Admin or Consumer
// @returns roles INTEGER  how many roles
// @returns players INTEGER  how many parties and devices play them
// @returns households INTEGER  in how many households
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH '' AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
CALL (household, prefix, at) {
  MATCH (role:PartyRole)
  WHERE role.id STARTS WITH prefix
    AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
  MATCH (player)-[:PLAYS]->(role)
  RETURN role, player
  UNION ALL
  MATCH (role:InvolvementRole)
  WHERE role.id STARTS WITH prefix
    AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
  MATCH (player)-[:PLAYS]->(functional)-[:PLAYS]->(role)
  WHERE coalesce(functional.valid_from <= at, true) AND coalesce(at < functional.valid_to, true)
  RETURN role, player
}
WITH
  [label IN labels(role) WHERE NOT label IN ['Entity', 'PartyRole', 'InvolvementRole']][0] AS kind,
  count(DISTINCT role) AS roles,
  count(DISTINCT player) AS players,
  count(DISTINCT household) AS households
RETURN kind, roles, players, households
ORDER BY kind
