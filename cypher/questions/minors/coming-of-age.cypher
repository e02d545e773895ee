// Who comes of age in the next days?
//
// For sales and care: from that day policies for minors no longer hold for them, and they may hold
// an account without a guarantor.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param days INTEGER = 100  how many days to look ahead
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns person STRING  the id of an individual
// @returns person_name STRING  the name, or without one the description
// @returns comes_of_age ZONED DATETIME  the first instant, in the time zone of the household
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
MATCH (person:Individual)
WHERE person.id STARTS WITH prefix AND person.status = 'active' AND person.birth_date IS NOT NULL
// Who was born on 29 February does so on 1 March where there is no such day.
WITH household, person, at, datetime({
  date: date.truncate('month', person.birth_date)
    + duration({years: household.age_of_majority, days: person.birth_date.day - 1}),
  timezone: household.time_zone
}) AS comes_of_age
WHERE at.epochMillis < comes_of_age.epochMillis
  AND comes_of_age.epochMillis <= (at + duration({days: $days})).epochMillis
RETURN
  household.id AS household,
  person.id AS person,
  coalesce(person.given_name, person.family_name, person.description) AS person_name,
  comes_of_age
ORDER BY comes_of_age, person
