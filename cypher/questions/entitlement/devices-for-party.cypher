// Which devices may a party use?
//
// For care, before asking what is on a device: those on which the party is a Consumer, by name or
// by membership, that are neither locked nor lost, and that no policy keeps from it now.
//
// @mode read
// @param party STRING  the id of an individual, an organization or a resource
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns device STRING  the id of a device
// @returns device_name STRING  its name
// @returns resource_type STRING  what it is
// @example {"party": "bakers/granny", "at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization {id: split($party, '/')[0]})
MATCH (asker:Entity {id: $party})
WHERE asker.status = 'active'
  OR asker.administrative_state = 'unlocked' AND asker.operational_state = 'enable'
WITH
  household, household.id + '/' AS prefix, asker, null AS device,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
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
WITH household, prefix, at, asker, granted, in_force
UNWIND granted AS device
WITH *
WHERE device:Resource AND device.id STARTS WITH prefix
  AND device.administrative_state = 'unlocked' AND device.operational_state = 'enable'
  AND NOT EXISTS {
    UNWIND [held IN in_force | held.policy] AS policy
    MATCH (policy)-[:GOVERNS]->(governed)
    WHERE policy.kind <> 'classification' AND governed IN [household, device]
      AND NOT EXISTS {
        // Nor is the asker exempt for the device alone.
        MATCH (asker)-[exemption:EXEMPT_FROM]->(lifted:Policy)
        WHERE lifted.id STARTS WITH prefix
          AND coalesce(lifted.policy, lifted.id) = coalesce(policy.policy, policy.id)
          AND device.id IN exemption.only_for
          AND coalesce(exemption.valid_from <= at, true) AND coalesce(at < exemption.valid_to, true)
      }
    RETURN policy
  }
RETURN device.id AS device, device.name AS device_name, device.resource_type AS resource_type
ORDER BY device
