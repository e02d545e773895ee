// How many roles began and ended in this period, in any state?
//
// For analysts, as the churn of roles: functional and involvement roles of each kind that began, or
// ended, by their own validity. What never held does not count.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param beginning ZONED DATETIME  the first instant of the period
// @param end ZONED DATETIME = null  the first instant after it; now, if none is given
// @returns kind STRING  Customer, BillPayer, User, Chooser, Admin or Consumer
// @returns began INTEGER  how many roles began in the period
// @returns ended INTEGER  how many ended in it
// @returns households INTEGER  in how many households
// @example {"beginning": "2026-06-01T00:00+01:00", "end": "2026-12-01T00:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: $beginning, timezone: 'Z'}) AS low,
  datetime({datetime: coalesce($end, datetime()), timezone: 'Z'}) AS high
MATCH (role:PartyRole|InvolvementRole)
WHERE role.id STARTS WITH prefix AND coalesce(role.valid_from < role.valid_to, true)
WITH household, role,
  coalesce(low <= role.valid_from AND role.valid_from < high, false) AS has_begun,
  coalesce(low <= role.valid_to AND role.valid_to < high, false) AS has_ended
WHERE has_begun OR has_ended
WITH
  [label IN labels(role) WHERE NOT label IN ['Entity', 'PartyRole', 'InvolvementRole']][0] AS kind,
  sum(CASE WHEN has_begun THEN 1 ELSE 0 END) AS began,
  sum(CASE WHEN has_ended THEN 1 ELSE 0 END) AS ended,
  count(DISTINCT household) AS households
RETURN kind, began, ended, households
ORDER BY kind
