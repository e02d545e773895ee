// Which services may a party use, on this device or at all?
//
// For care and for the household itself: what does Katie get on the set-top box right now? Every
// service that the laws allow, with what the grant is on. Without a device it is what the party
// may use anywhere. The answers are those of `household-graph services`.
//
// @mode read
// @param party STRING  the id of an individual, an organization or a resource
// @param device STRING = null  the id of the device to use it on; any, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns service STRING  the id of a service
// @returns service_name STRING  its name
// @returns category STRING  its category
// @returns minimum_age INTEGER  its rating in years; null where it is not rated
// @returns granted_on LIST<STRING>  the ids of the products or services a Consumer role is on
// @example {"party": "bakers/katie", "device": "bakers/tablet-katie",
//   "at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization {id: split($party, '/')[0]})
MATCH (asker:Entity {id: $party})
WHERE asker.status = 'active'
  OR asker.administrative_state = 'unlocked' AND asker.operational_state = 'enable'
OPTIONAL MATCH (device:Resource {id: $device})
WITH
  household, household.id + '/' AS prefix, asker, device,
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
  } AS circle,
  CASE
    WHEN asker.birth_date IS NULL THEN coalesce(asker.minor, false)
    // Born on 29 February, one comes of age on 1 March of another year.
    ELSE at.epochMillis < datetime({
      date: date.truncate('month', asker.birth_date)
        + duration({years: household.age_of_majority, days: asker.birth_date.day - 1}),
      timezone: household.time_zone
    }).epochMillis
  END AS is_minor
WITH *,
  COLLECT {
    // What a Consumer role that counts is on.
    UNWIND [reach IN circle WHERE reach.active | reach.holder] AS holder
    MATCH (holder)-[:PLAYS]->(role)-[:PLAYS]->(involvement:Consumer)-[:INVOLVED_IN]->(item)
    WHERE role.id STARTS WITH prefix AND involvement.id STARTS WITH prefix
      AND item.id STARTS WITH prefix
      AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
      AND coalesce(involvement.valid_from <= at, true) AND coalesce(at < involvement.valid_to, true)
      AND NOT EXISTS {
        MATCH (role)-[:ON_ACCOUNT]->(account:CustomerAccount)
        WHERE account.id STARTS WITH prefix AND coalesce(account.state, '') <> 'active'
      }
    RETURN DISTINCT item
  } AS granted,
  COLLECT {
    // Policies that speak to the asker now; a curfew only within one of its windows.
    MATCH (policy:Policy)
    WHERE policy.id STARTS WITH prefix
      AND coalesce(policy.valid_from <= at, true) AND coalesce(at < policy.valid_to, true)
      AND NOT EXISTS {
        MATCH (asker)-[exemption:EXEMPT_FROM]->(lifted:Policy)
        WHERE lifted.id STARTS WITH prefix
          AND coalesce(lifted.policy, lifted.id) = coalesce(policy.policy, policy.id)
          AND exemption.only_for IS NULL
          AND coalesce(exemption.valid_from <= at, true) AND coalesce(at < exemption.valid_to, true)
      }
      AND NOT EXISTS {
        MATCH (household)<-[pause:PAUSED]-(lifted:Policy)
        WHERE lifted.id STARTS WITH prefix
          AND coalesce(lifted.policy, lifted.id) = coalesce(policy.policy, policy.id)
          AND coalesce(pause.valid_from <= at, true) AND coalesce(at < pause.valid_to, true)
      }
      AND (
        NOT EXISTS { MATCH (policy)-[:ONLY_ON]->(narrow) WHERE narrow.id STARTS WITH prefix }
        OR device IN COLLECT { MATCH (policy)-[:ONLY_ON]->(narrow) RETURN narrow }
      )
      AND (
        policy.audience = 'everyone'
        OR policy.audience = 'minors' AND is_minor
        OR policy.audience = 'parties' AND EXISTS {
          MATCH (policy)-[:APPLIES_TO]->(party)
          WHERE party IN [reach IN circle | reach.holder]
        }
      )
    WITH policy, CASE WHEN policy.kind = 'curfew' THEN COLLECT {
      UNWIND range(0, 2) AS back
      WITH
        date(datetime({datetime: at, timezone: household.time_zone}))
          - duration({days: back}) AS day
      WHERE [
        'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'
      ][day.dayOfWeek - 1] IN policy.weekdays
      WITH
        day,
        CASE
          WHEN policy.start_time < policy.end_time THEN day
          ELSE day + duration({days: 1})
        END AS last_day
      // Read from text, a time that occurs twice when the clocks go back is the first one.
      WITH
        datetime(toString(day) + 'T' + policy.start_time + '[' + household.time_zone + ']')
          AS opening,
        datetime(toString(last_day) + 'T' + policy.end_time + '[' + household.time_zone + ']')
          AS closing
      WHERE opening.epochMillis <= at.epochMillis AND at.epochMillis < closing.epochMillis
      RETURN closing
      ORDER BY closing DESC
    } END AS windows
    WHERE windows IS NULL OR size(windows) > 0
    RETURN {policy: policy, ends: windows[0]}
  } AS in_force
MATCH (service:Service)
WHERE service.id STARTS WITH prefix AND service.state = 'active'
  AND (
    $device IS NULL
    OR device IN granted
      AND device.administrative_state = 'unlocked' AND device.operational_state = 'enable'
      AND EXISTS {
        MATCH (service)-[available:AVAILABLE_ON]->(device)
        WHERE coalesce(available.valid_from <= at, true) AND coalesce(at < available.valid_to, true)
      }
  )
WITH *,
  COLLECT {
    // The grants that cover the service: on itself, or on a product that carries it.
    MATCH chain = (item)-[:BUNDLES*0..32]->()-[:REALIZED_BY*0..1]->(service)
    WHERE item IN granted
      AND all(product IN nodes(chain)[..-1] WHERE product IN live)
      AND (
        item <> service
        OR NOT EXISTS {
          MATCH (carrier:Product)-[:REALIZED_BY]->(service) WHERE carrier.id STARTS WITH prefix
        }
        OR EXISTS { MATCH (carrier:Product)-[:REALIZED_BY]->(service) WHERE carrier IN live }
      )
    WITH DISTINCT item.id AS id
    ORDER BY id
    RETURN id
  } AS granted_on,
  COLLECT {
    // What a policy on the service can be about, beside its category.
    MATCH chain = (item)-[:BUNDLES*0..32]->()-[:REALIZED_BY*0..1]->(service)
    WHERE all(part IN nodes(chain) WHERE part.id STARTS WITH prefix)
    RETURN DISTINCT item
  } + [household, device] AS touched
WHERE size(granted_on) > 0
  AND NOT EXISTS {
    UNWIND [held IN in_force | held.policy] AS policy
    WITH policy
    WHERE
      // What it is about takes in the service; a classification has to find it unfit as well,
      // and a list of what is allowed must not name it.
      (
        service.category IN coalesce(policy.categories, [])
        OR EXISTS { MATCH (policy)-[:GOVERNS]->(governed) WHERE governed IN touched }
      )
      AND NOT EXISTS {
        // An exemption may be for some targets alone.
        MATCH (asker)-[exemption:EXEMPT_FROM]->(lifted:Policy)
        WHERE lifted.id STARTS WITH prefix
          AND coalesce(lifted.policy, lifted.id) = coalesce(policy.policy, policy.id)
          AND any(part IN touched
            WHERE (device IS NULL OR part <> device) AND part.id IN exemption.only_for
          )
          AND coalesce(exemption.valid_from <= at, true) AND coalesce(at < exemption.valid_to, true)
      }
      AND (
        policy.kind <> 'allow-only'
        OR NOT coalesce(service.category IN policy.allowed_categories, false)
          AND NOT EXISTS { MATCH (policy)-[:ALLOWS]->(allowed) WHERE allowed IN touched }
      )
      AND (
        policy.kind <> 'classification'
        OR service.category IN coalesce(policy.blocked_categories, [])
        OR CASE
          WHEN policy.maximum_age IS NULL OR coalesce(service.minimum_age, 0) = 0 THEN false
          WHEN policy.maximum_age <> 'own-age'
            THEN coalesce(service.minimum_age, 0) > toInteger(policy.maximum_age)
          WHEN asker.birth_date IS NULL THEN
            CASE WHEN coalesce(asker.minor, false) THEN 0 ELSE household.age_of_majority END
              < coalesce(service.minimum_age, 0)
          ELSE at.epochMillis < datetime({
            date: date.truncate('month', asker.birth_date)
              + duration({years: coalesce(service.minimum_age, 0), days: asker.birth_date.day - 1}),
            timezone: household.time_zone
          }).epochMillis
        END
      )
    RETURN policy
  }
RETURN
  service.id AS service,
  service.name AS service_name,
  service.category AS category,
  service.minimum_age AS minimum_age,
  granted_on
ORDER BY service
