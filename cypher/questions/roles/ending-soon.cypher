// Which roles and memberships end soon, in any state?
//
// For care, to call before people lose access: functional roles, involvement roles, roles of
// devices, and memberships that end within some days from now.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param days INTEGER = 30  how many days to look ahead
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns party STRING  the id of the party, or device, whose it is
// @returns kind STRING  the kind of role, or `member`
// @returns target STRING  the id of the account, of what it is a role on, or of the organization;
//   null for a role of a device
// @returns ends ZONED DATETIME  when it ends
// @example {"at": "2026-08-15T12:00+00:00", "days": 30}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
WITH household, prefix, at AS low, at + duration({days: $days}) AS high
CALL (household, prefix, low, high) {
  MATCH (party:Party)-[:PLAYS]->(role:PartyRole)-[:ON_ACCOUNT]->(target)
  WHERE role.id STARTS WITH prefix AND low < role.valid_to AND role.valid_to <= high
  RETURN party, role, target, role.valid_to AS end, role.valid_from AS start
  UNION ALL
  MATCH (party)-[:PLAYS]->()-[:PLAYS]->(role:InvolvementRole)-[:INVOLVED_IN]->(target)
  WHERE role.id STARTS WITH prefix AND low < role.valid_to AND role.valid_to <= high
  RETURN party, role, target, role.valid_to AS end, role.valid_from AS start
  UNION ALL
  MATCH (party:Resource)-[:PLAYS]->(role:ResourceRole)
  WHERE role.id STARTS WITH prefix AND low < role.valid_to AND role.valid_to <= high
  RETURN party, role, null AS target, role.valid_to AS end, role.valid_from AS start
  UNION ALL
  MATCH (party:Party)
  WHERE party.id STARTS WITH prefix
  MATCH (party)-[member:MEMBER_OF]->(target:Organization)
  WHERE low < member.valid_to AND member.valid_to <= high
  RETURN party, null AS role, target, member.valid_to AS end, member.valid_from AS start
}
WITH household, party, target, role, start, end
// What never held cannot end.
WHERE coalesce(start < end, true)
RETURN
  household.id AS household,
  party.id AS party,
  coalesce(
    [label IN labels(role) WHERE NOT label IN ['Entity', 'PartyRole', 'InvolvementRole']][0],
    'member'
  ) AS kind,
  target.id AS target,
  end AS ends
ORDER BY ends, household, party, kind, target
