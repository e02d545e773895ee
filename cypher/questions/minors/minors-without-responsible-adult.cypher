// Which minors have no responsible adult?
//
// For audits: active minors for whom nobody who is active and of age is recorded as responsible
// now. None is the good news.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns minor STRING  the id of an individual
// @returns minor_name STRING  the name, or without one the description
// @returns birth_date DATE  the date of birth; null where it is not known
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
  AND NOT EXISTS {
    MATCH (adult:Individual)-[link:RESPONSIBLE_FOR]->(minor)
    WHERE adult.id STARTS WITH prefix AND adult.status = 'active'
      AND coalesce(link.valid_from <= at, true) AND coalesce(at < link.valid_to, true)
      AND NOT CASE
        WHEN adult.birth_date IS NULL THEN coalesce(adult.minor, false)
        ELSE at.epochMillis < datetime({
          date: date.truncate('month', adult.birth_date)
            + duration({years: household.age_of_majority, days: adult.birth_date.day - 1}),
          timezone: household.time_zone
        }).epochMillis
      END
  }
RETURN
  household.id AS household,
  minor.id AS minor,
  coalesce(minor.given_name, minor.family_name, minor.description) AS minor_name,
  minor.birth_date AS birth_date
ORDER BY household, minor
