// Which minors does no classification protect?
//
// For care, to offer one to the parents: minors to whom no policy of the kind classification speaks
// now, whatever it is about. One that is paused speaks to nobody.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns minor STRING  the id of an individual
// @returns minor_name STRING  the name, or without one the description
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
MATCH (minor:Individual)
WHERE minor.id STARTS WITH prefix AND minor.status = 'active'
  AND CASE
    WHEN minor.birth_date IS NULL THEN coalesce(minor.minor, false)
    // Who was born on 29 February comes of age on 1 March where there is no such day.
    ELSE at.epochMillis < datetime({
      date: date.truncate('month', minor.birth_date)
        + duration({years: household.age_of_majority, days: minor.birth_date.day - 1}),
      timezone: household.time_zone
    }).epochMillis
  END
WITH household, prefix, at, minor
WHERE NOT EXISTS {
  MATCH (policy:Policy {kind: 'classification'})
  WHERE policy.id STARTS WITH prefix
    AND coalesce(policy.valid_from <= at, true) AND coalesce(at < policy.valid_to, true)
    AND (
      policy.audience IN ['minors', 'everyone']
      OR EXISTS {
        MATCH (policy)-[:APPLIES_TO]->(party:Party)
        MATCH way = (minor)-[:MEMBER_OF*0..32]->(party)
        WHERE all(one IN nodes(way) WHERE one.id + '/' STARTS WITH prefix)
          AND all(step IN relationships(way)
          WHERE coalesce(step.valid_from <= at, true) AND coalesce(at < step.valid_to, true)
        )
      }
    )
    AND NOT EXISTS {
      MATCH (minor)-[exemption:EXEMPT_FROM]->(lifted:Policy)
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
}
RETURN
  household.id AS household,
  minor.id AS minor,
  coalesce(minor.given_name, minor.family_name, minor.description) AS minor_name
ORDER BY household, minor
