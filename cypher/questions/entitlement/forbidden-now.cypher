// What is forbidden to which people now, and until when?
//
// For the call "it does not work any more": of what people have a grant on, what a policy keeps
// from them at this instant. Who has no grant at all is not here; the answer on one device is that
// of `household-graph explain`.
//
// @mode read
// @param household STRING  the id of a household or business
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns person STRING  the id of an individual
// @returns service STRING  the id of a service
// @returns policy STRING  the id of a policy that forbids it
// @returns kind STRING  curfew, classification, block or allow-only
// @returns until ZONED DATETIME  when that ends, by the hours or the end of the policy, an exemption
//   or a birthday, in the time zone of the household; null if never
// @example {"household": "bakers", "at": "2026-11-22T22:00+00:00"}
MATCH (household:Organization {id: $household})
WITH
  household, household.id + '/' AS prefix, null AS device,
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
MATCH (asker:Individual)
WHERE asker.id STARTS WITH prefix AND asker.status = 'active'
WITH *,
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
    // Policies that speak to the asker now, with the end of the window of a curfew.
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
      UNWIND range(-2, 9) AS ahead
      WITH
        date(datetime({datetime: at, timezone: household.time_zone}))
          + duration({days: ahead}) AS day
      WHERE [
        'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'
      ][day.dayOfWeek - 1] IN policy.weekdays
      WITH
        day,
        CASE
          WHEN policy.start_time < policy.end_time THEN day
          ELSE day + duration({days: 1})
        END AS last_day
      // A time that occurs twice, as the clocks go back, is read from text as the first one.
      WITH
        datetime(toString(day) + 'T' + policy.start_time + '[' + household.time_zone + ']')
          .epochMillis AS opening,
        datetime(toString(last_day) + 'T' + policy.end_time + '[' + household.time_zone + ']')
          .epochMillis AS closing
      RETURN [opening, closing]
      ORDER BY opening
    } END AS windows
    // Windows that follow each other without a gap are one; a week of them never ends.
    WITH policy, windows, reduce(
      reached = at.epochMillis,
      window IN coalesce(windows, []) |
        CASE WHEN window[0] <= reached AND reached < window[1] THEN window[1] ELSE reached END
    ) AS closed_until
    WHERE windows IS NULL OR closed_until > at.epochMillis
    RETURN {
      policy: policy,
      ends: CASE
        WHEN windows IS NOT NULL AND closed_until < (at + duration({days: 8})).epochMillis
          THEN datetime({epochMillis: closed_until})
      END
    }
  } AS in_force
WHERE size(in_force) > 0
MATCH (service:Service)
WHERE service.id STARTS WITH prefix AND service.state = 'active'
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
UNWIND in_force AS held
WITH *, held.policy AS policy
WHERE
  // Its scope covers the service, and its kind has something against it: a classification finds
  // it unfit, a list of what is allowed does not name it.
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
WITH household, asker, service, policy, COLLECT {
  // Whatever ends it first: the windows, the policy, a lift of it to come, or a birthday.
  UNWIND [held.ends, policy.valid_to] + COLLECT {
    MATCH (lifted:Policy)
    WHERE lifted.id STARTS WITH prefix
      AND coalesce(lifted.policy, lifted.id) = coalesce(policy.policy, policy.id)
    MATCH (lifted)-[coming:EXEMPT_FROM|PAUSED]-(whom)
    WHERE whom IN [asker, household] AND coming.valid_from > at
      AND coalesce(coming.valid_from < coming.valid_to, true)
      AND (
        coming.only_for IS NULL OR any(part IN touched WHERE part.id IN coming.only_for)
      )
    RETURN coming.valid_from
  } + [
    age IN [
      CASE WHEN policy.audience = 'minors' THEN household.age_of_majority END,
      CASE
        WHEN policy.kind = 'classification' AND policy.maximum_age = 'own-age'
          AND NOT coalesce(service.category IN policy.blocked_categories, false)
          THEN service.minimum_age
      END
    ]
    WHERE age IS NOT NULL AND asker.birth_date IS NOT NULL |
    datetime({
      date: date.truncate('month', asker.birth_date)
        + duration({years: age, days: asker.birth_date.day - 1}),
      timezone: household.time_zone
    })
  ] AS end
  WITH end
  WHERE end IS NOT NULL
  RETURN end
  ORDER BY end
  LIMIT 1
}[0] AS end
RETURN
  asker.id AS person,
  service.id AS service,
  coalesce(policy.policy, policy.id) AS policy,
  policy.kind AS kind,
  CASE
    WHEN end IS NOT NULL THEN datetime({datetime: end, timezone: household.time_zone})
  END AS until
ORDER BY person, service, policy
