// Who chooses what they do not use themselves?
//
// For sales, to talk to those who use it too: people with a Chooser role on an active product that
// counts now, whom no Consumer role lets use it, in whole or in part, policies aside. Such as a
// parent who chooses for a child.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns product STRING  the id of a product
// @returns product_name STRING  its name
// @returns chooser STRING  the id of the individual who chooses it
// @returns consumers LIST<STRING>  the ids of those whose own Consumer role lets them use it or a
//   part of it
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
MATCH (role:Chooser)-[:INVOLVED_IN]->(target:Product)
WHERE role.id STARTS WITH prefix
CALL (household, prefix, at, live, role, target) {
  // Who plays a role that counts: it, they, the account and the target are valid and active.
  MATCH (holder)-[:PLAYS]->(functional)-[:PLAYS]->(role)
  WHERE (holder = household OR holder.id STARTS WITH prefix)
    AND functional.id STARTS WITH prefix AND role.id STARTS WITH prefix
    AND target.id STARTS WITH prefix
    AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
    AND coalesce(functional.valid_from <= at, true) AND coalesce(at < functional.valid_to, true)
    AND NOT EXISTS {
      MATCH (functional)-[:ON_ACCOUNT]->(account:CustomerAccount)
      WHERE account.id STARTS WITH prefix AND coalesce(account.state, '') <> 'active'
    }
    AND (
      holder.status = 'active'
      OR holder.administrative_state = 'unlocked' AND holder.operational_state = 'enable'
    )
    AND (
      target IN live
      OR target:Service AND target.state = 'active' AND (
        NOT EXISTS {
          MATCH (carrier:Product)-[:REALIZED_BY]->(target) WHERE carrier.id STARTS WITH prefix
        }
        OR EXISTS { MATCH (carrier:Product)-[:REALIZED_BY]->(target) WHERE carrier IN live }
      )
      OR target:Resource
        AND target.administrative_state = 'unlocked' AND target.operational_state = 'enable'
    )
    // Nor is it that of a minor on a service that enforces a policy.
    AND NOT (
      role:Admin AND holder:Individual
      AND EXISTS {
        MATCH (target)<-[:ENFORCED_BY]-(policy:Policy)
        WHERE policy.id STARTS WITH prefix
          AND coalesce(policy.valid_from <= at, true) AND coalesce(at < policy.valid_to, true)
      }
      AND CASE
        WHEN holder.birth_date IS NULL THEN coalesce(holder.minor, false)
        ELSE at.epochMillis < datetime({
          date: date.truncate('month', holder.birth_date)
            + duration({years: household.age_of_majority, days: holder.birth_date.day - 1}),
          timezone: household.time_zone
        }).epochMillis
      END
    )
  RETURN DISTINCT holder
}
WITH DISTINCT household, prefix, at, live, holder AS chooser, target AS product
WHERE chooser:Individual
WITH *, COLLECT {
  // What a grant is on that allows a party to use the product, or a part of it.
  MATCH chain = (product)-[:BUNDLES*0..32]->()-[:REALIZED_BY*0..1]->(part)
  WHERE all(one IN nodes(chain) WHERE one.id STARTS WITH prefix)
    AND (
      part IN live
      OR part.state = 'active'
        AND EXISTS { MATCH (carrier:Product)-[:REALIZED_BY]->(part) WHERE carrier IN live }
    )
  RETURN DISTINCT part
} + COLLECT {
  // The bundles that carry the product.
  MATCH chain = (bundle:Product)-[:BUNDLES*1..32]->(product)
  WHERE all(one IN nodes(chain) WHERE one IN live)
  RETURN DISTINCT bundle
} AS items
WITH *, COLLECT {
  // Those with a Consumer role of their own that counts.
  UNWIND items AS item
  MATCH (holder)-[:PLAYS]->(role)-[:PLAYS]->(use:Consumer)-[:INVOLVED_IN]->(item)
  WHERE holder.id + '/' STARTS WITH prefix AND role.id STARTS WITH prefix
    AND use.id STARTS WITH prefix
    AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
    AND coalesce(use.valid_from <= at, true) AND coalesce(at < use.valid_to, true)
    AND NOT EXISTS {
      MATCH (role)-[:ON_ACCOUNT]->(account:CustomerAccount)
      WHERE account.id STARTS WITH prefix AND coalesce(account.state, '') <> 'active'
    }
    AND (
      holder.status = 'active'
      OR holder.administrative_state = 'unlocked' AND holder.operational_state = 'enable'
    )
  RETURN DISTINCT holder
} AS holders
WHERE NOT EXISTS {
  MATCH way = (chooser)-[:MEMBER_OF*0..32]->(holder)
  WHERE holder IN holders
    AND all(party IN nodes(way)
      WHERE party.status = 'active' AND party.id + '/' STARTS WITH prefix
    )
    AND all(step IN relationships(way)
      WHERE coalesce(step.valid_from <= at, true) AND coalesce(at < step.valid_to, true)
    )
}
RETURN
  household.id AS household,
  product.id AS product,
  product.name AS product_name,
  chooser.id AS chooser,
  COLLECT { UNWIND holders AS holder WITH holder.id AS id ORDER BY id RETURN id } AS consumers
ORDER BY household, product, chooser
