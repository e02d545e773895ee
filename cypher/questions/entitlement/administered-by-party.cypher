// What may a party administer?
//
// For care, before changing something on behalf of a party: all products, services and devices on
// which an Admin role of the party counts now, what a product consists of included. A minor's does
// not count on a service that enforces a policy. Put `choose` as the action for what the party may
// choose and change.
//
// @mode read
// @param party STRING  the id of an individual, an organization or a resource
// @param action STRING = "administer"  `administer` or `choose`
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns target STRING  the id of a product, a service or a device
// @returns kind STRING  Product, Service or Resource
// @returns target_name STRING  its name
// @returns granted_on LIST<STRING>  the ids of what the roles are on
// @example {"party": "bakers/mum", "at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization {id: split($party, '/')[0]})
MATCH (asker:Entity {id: $party})
WHERE asker.status = 'active'
  OR asker.administrative_state = 'unlocked' AND asker.operational_state = 'enable'
WITH
  household, household.id + '/' AS prefix, asker,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
WITH *,
  COLLECT {
    // Products that count: active, valid, and on no account that is not active.
    MATCH (product:Product)
    WHERE product.id STARTS WITH prefix AND product.status = 'active'
      AND coalesce(product.valid_from <= at, true) AND coalesce(at < product.valid_to, true)
      AND NOT EXISTS {
        MATCH (product)<-[:HAS_PRODUCT]-(account:CustomerAccount)
        WHERE account.id STARTS WITH prefix AND coalesce(account.state, '') <> 'active'
      }
    RETURN product
  } AS live,
  COLLECT {
    // The asker, and the organizations it is in; `active` says whether all of these are.
    MATCH way = (asker)-[:MEMBER_OF*0..32]->(holder)
    WHERE all(step IN relationships(way)
      WHERE coalesce(step.valid_from <= at, true) AND coalesce(at < step.valid_to, true)
    )
      AND all(party IN nodes(way) WHERE party = household OR party.id STARTS WITH prefix)
    RETURN {
      holder: holder,
      active: coalesce(all(party IN nodes(way)[1..] WHERE party.status = 'active'), false)
    }
  } AS circle
WITH *,
  COLLECT {
    // What a role of that kind, if it counts, is on.
    UNWIND [reach IN circle WHERE reach.active | reach.holder] AS holder
    MATCH (holder)-[:PLAYS]->(role)-[:PLAYS]->(involvement:InvolvementRole)-[:INVOLVED_IN]->(item)
    WHERE role.id STARTS WITH prefix AND involvement.id STARTS WITH prefix
      AND item.id STARTS WITH prefix
      AND $action = CASE
        WHEN involvement:Admin THEN 'administer'
        WHEN involvement:Chooser THEN 'choose'
      END
      AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
      AND coalesce(involvement.valid_from <= at, true) AND coalesce(at < involvement.valid_to, true)
      AND NOT EXISTS {
        MATCH (role)-[:ON_ACCOUNT]->(account:CustomerAccount)
        WHERE account.id STARTS WITH prefix AND coalesce(account.state, '') <> 'active'
      }
    RETURN DISTINCT item
  } AS granted,
  CASE
    WHEN NOT asker:Individual THEN false
    WHEN asker.birth_date IS NULL THEN coalesce(asker.minor, false)
    // Born on 29 February, one comes of age on 1 March of another year.
    ELSE at.epochMillis < datetime({
      date: date.truncate('month', asker.birth_date)
        + duration({years: household.age_of_majority, days: asker.birth_date.day - 1}),
      timezone: household.time_zone
    }).epochMillis
  END AS is_minor
MATCH (target:Entity)
WHERE target.id STARTS WITH prefix
  AND (
    target IN live
    OR target:Service AND target.state = 'active'
    OR target:Resource
      AND target.administrative_state = 'unlocked' AND target.operational_state = 'enable'
  )
  AND NOT (
    is_minor AND $action = 'administer' AND EXISTS {
      // A minor administers no service that enforces a policy.
      MATCH (target)<-[:ENFORCED_BY]-(policy:Policy)
      WHERE policy.id STARTS WITH prefix
        AND coalesce(policy.valid_from <= at, true) AND coalesce(at < policy.valid_to, true)
    }
  )
WITH target, COLLECT {
  // The grants that cover the target: on itself, or on a product that carries it.
  MATCH chain = (item)-[:BUNDLES*0..32]->()-[:REALIZED_BY*0..1]->(target)
  WHERE item IN granted
    AND all(product IN nodes(chain)[..-1] WHERE product IN live)
    AND (
      item <> target
      OR NOT EXISTS {
        MATCH (carrier:Product)-[:REALIZED_BY]->(target) WHERE carrier.id STARTS WITH prefix
      }
      OR EXISTS { MATCH (carrier:Product)-[:REALIZED_BY]->(target) WHERE carrier IN live }
    )
  WITH DISTINCT item.id AS id
  ORDER BY id
  RETURN id
} AS granted_on
WHERE size(granted_on) > 0
RETURN
  target.id AS target,
  CASE
    WHEN target:Product THEN 'Product'
    WHEN target:Service THEN 'Service'
    ELSE 'Resource'
  END AS kind,
  target.name AS target_name,
  granted_on
ORDER BY kind, target
