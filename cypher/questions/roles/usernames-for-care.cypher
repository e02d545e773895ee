// By which usernames can care drill through to a product?
//
// For service assurance, before a remote login: involvement roles that hold now and are exercised
// with a username, with the product, service or device, and where the username is known.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns target STRING  the id of what the role is on
// @returns kind STRING  Admin, Chooser or Consumer
// @returns party STRING  the id of the party who plays it
// @returns username STRING  what to log in with
// @returns realm STRING  where: the provider of identity
// @returns status STRING  the status of the username
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
MATCH (identity:DigitalIdentity)
WHERE identity.id STARTS WITH prefix
MATCH (identity)<-[:IDENTIFIED_BY]-(role:InvolvementRole)-[:INVOLVED_IN]->(target)
WHERE coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
MATCH (party)-[:PLAYS]->(by_way_of)-[:PLAYS]->(role)
WHERE coalesce(by_way_of.valid_from <= at, true) AND coalesce(at < by_way_of.valid_to, true)
RETURN
  household.id AS household,
  target.id AS target,
  [label IN labels(role) WHERE NOT label IN ['Entity', 'InvolvementRole']][0] AS kind,
  party.id AS party,
  identity.username AS username,
  identity.realm AS realm,
  identity.status AS status
ORDER BY household, target, kind, party, username
