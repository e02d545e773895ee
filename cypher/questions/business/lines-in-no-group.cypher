// Which lines ring in no group, policies aside?
//
// For the business, to see which calls nobody else can take: lines that ring in no hunting group
// and in no pick-up group now. A line that is locked or lost rings in none, nor does one whose
// group or role is not active.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns line STRING  the id of a line
// @returns line_name STRING  its name
// @returns number STRING  its number
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
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
WITH *, COLLECT {
  MATCH (group:Service)
  WHERE group.id STARTS WITH prefix AND group.category IN ['hunt-group', 'call-pick-up']
    AND group.state = 'active'
  UNWIND COLLECT {
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
  } AS line
  RETURN DISTINCT line
} AS ringing
MATCH (line:Resource {resource_type: 'line'})
WHERE line.id STARTS WITH prefix AND NOT line IN ringing
RETURN
  household.id AS household,
  line.id AS line,
  line.name AS line_name,
  line.value AS number
ORDER BY household, line
