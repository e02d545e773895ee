// Which people have no name, in any state?
//
// For care, to complete a file when they call, and for data quality: individuals with neither a
// given nor a family name, and what is known of them.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @returns household STRING  the id of the household or business
// @returns person STRING  the id of an individual
// @returns description STRING  who it is, in words; null if not recorded
// @returns birth_date DATE  the date of birth; null where it is not known
// @example {}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH household, household.id + '/' AS prefix
MATCH (person:Individual)
WHERE person.id STARTS WITH prefix
  AND trim(coalesce(person.given_name, '') + ' ' + coalesce(person.family_name, '')) = ''
RETURN
  household.id AS household,
  person.id AS person,
  person.description AS description,
  person.birth_date AS birth_date
ORDER BY household, person
