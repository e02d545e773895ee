// Who pays for what they do not use?
//
// For sales and care: people who pay a bill now with an active product on it that no Consumer role
// lets them use, in whole or in part, policies aside. Such as a parent who pays for a child's
// mobile; a price plan for families may suit them.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns payer STRING  the id of the individual who pays
// @returns bill STRING  the id of a billing account
// @returns share FLOAT  the payer's part of that bill, in per cent
// @returns product STRING  the id of a product charged to it
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
MATCH (payer:Individual)-[:PLAYS]->(functional:BillPayer)-[pays:PAYS]->(bill:BillingAccount)
WHERE functional.id STARTS WITH prefix AND payer.id STARTS WITH prefix
  AND bill.id STARTS WITH prefix AND payer.status = 'active' AND bill.state = 'active'
  AND coalesce(functional.valid_from <= at, true) AND coalesce(at < functional.valid_to, true)
MATCH (product:Product)-[:CHARGED_TO]->(bill)
WHERE product IN live
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
  MATCH way = (payer)-[:MEMBER_OF*0..32]->(holder)
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
  payer.id AS payer,
  bill.id AS bill,
  coalesce(pays.share, 100.0) AS share,
  product.id AS product,
  COLLECT { UNWIND holders AS holder WITH holder.id AS id ORDER BY id RETURN id } AS consumers
ORDER BY household, payer, bill, product
