// Who rings in this hunting group at this hour?
//
// For service assurance and for the business: the lines of a group in the order in which they ring,
// those alone that are usable now and that no policy stops, and the people who may answer. Nothing
// rings while the group itself is not active.
//
// @mode read
// @param group STRING  the id of the service that is the hunting group
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns position INTEGER  the place in the order; null where none is recorded
// @returns line STRING  the id of a line
// @returns line_name STRING  its name
// @returns number STRING  its number
// @returns people LIST<STRING>  the ids of the people with a grant on the line, policies aside
// @example {"group": "bike-shop/hunt-group-sales", "at": "2026-11-23T10:00+00:00"}
MATCH (household:Organization {id: split($group, '/')[0]})
MATCH (service:Service {id: $group, state: 'active'})
WITH
  household, household.id + '/' AS prefix, service,
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
  } AS live
MATCH (service)<-[:REALIZED_BY*0..1]-()<-[:BUNDLES*0..32]-(item)
MATCH (item)<-[:INVOLVED_IN]-(:Consumer)<-[:PLAYS]-(:ResourceRole)<-[:PLAYS]-(asker:Resource)
WHERE asker.id STARTS WITH prefix
  AND asker.administrative_state = 'unlocked' AND asker.operational_state = 'enable'
WITH DISTINCT household, prefix, service, at, live, asker
WITH *, null AS device, [{holder: asker, active: true}] AS circle, false AS is_minor
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
WITH asker AS device, prefix, at, COLLECT {
  MATCH (asker)-[:PLAYS]->(role:ResourceRole)-[:PLAYS]->(part:Consumer)-[:INVOLVED_IN]->(item)
  WHERE item IN touched AND role.id STARTS WITH prefix AND part.id STARTS WITH prefix
    AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
    AND coalesce(part.valid_from <= at, true) AND coalesce(at < part.valid_to, true)
  RETURN role.position
  ORDER BY role.position
  LIMIT 1
}[0] AS position
RETURN
  position,
  device.id AS line,
  device.name AS line_name,
  device.value AS number,
  COLLECT {
    // People with a grant on the device that counts, by name or by membership.
    MATCH (holder)-[:PLAYS]->(role)-[:PLAYS]->(use:Consumer)-[:INVOLVED_IN]->(device)
    WHERE role.id STARTS WITH prefix AND use.id STARTS WITH prefix
      AND device.administrative_state = 'unlocked' AND device.operational_state = 'enable'
      AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
      AND coalesce(use.valid_from <= at, true) AND coalesce(at < use.valid_to, true)
      AND NOT EXISTS {
        MATCH (role)-[:ON_ACCOUNT]->(account:CustomerAccount)
        WHERE account.id STARTS WITH prefix AND coalesce(account.state, '') <> 'active'
      }
    MATCH way = (person:Individual)-[:MEMBER_OF*0..32]->(holder)
    WHERE all(party IN nodes(way)
      WHERE party.status = 'active' AND party.id + '/' STARTS WITH prefix
    )
      AND all(step IN relationships(way)
        WHERE coalesce(step.valid_from <= at, true) AND coalesce(at < step.valid_to, true)
      )
    WITH DISTINCT person.id AS id
    ORDER BY id
    RETURN id
  } AS people
ORDER BY position, line
