// Which roles has a party played, and when, in any state?
//
// For care, as the file of one person: every functional role with the account it is on, and every
// involvement role with what it is on, those that are over or yet to come as well.
//
// @mode read
// @param party STRING  the id of an individual or an organization
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns kind STRING  Customer, BillPayer, User, Chooser, Admin or Consumer
// @returns target STRING  the id of the account, or of what the role is on
// @returns valid BOOLEAN  whether it is valid at the instant, and what it is played by as well
// @returns since ZONED DATETIME  since when it is valid; null if it always did
// @returns until ZONED DATETIME  until when; null if it goes on
// @example {"party": "bakers/au-pair", "at": "2026-11-22T20:00+00:00"}
MATCH (party:Party {id: $party})-[:PLAYS]->(functional:PartyRole)
WITH
  functional,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
CALL (functional, at) {
  MATCH (functional)-[:ON_ACCOUNT]->(target)
  RETURN functional AS role, target, true AS played
  UNION ALL
  MATCH (functional)-[:PLAYS]->(role:InvolvementRole)-[:INVOLVED_IN]->(target)
  RETURN
    role, target,
    coalesce(functional.valid_from <= at, true) AND coalesce(at < functional.valid_to, true) AS played
}
RETURN
  [label IN labels(role) WHERE NOT label IN ['Entity', 'PartyRole', 'InvolvementRole']][0] AS kind,
  target.id AS target,
  played AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true) AS valid,
  role.valid_from AS since,
  role.valid_to AS until
ORDER BY kind, target, since, until
