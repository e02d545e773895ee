// Who is in one household twice by name?
//
// After an import: individuals of one household with the same name, in whatever letters, and dates
// of birth that do not tell them apart. None is the good news.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @returns household STRING  the id of the household or business
// @returns name STRING  the name, in lower case
// @returns persons LIST<STRING>  the ids of those who bear it
// @example {}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH household, household.id + '/' AS prefix
MATCH (person:Individual)
WHERE person.id STARTS WITH prefix
WITH household, person,
  toLower(trim(coalesce(person.given_name, '') + ' ' + coalesce(person.family_name, ''))) AS name
WHERE name <> ''
ORDER BY person.id
WITH household, name, collect(person.id) AS persons, collect(DISTINCT person.birth_date) AS births
// An unknown date of birth is in no list, so it may be that of the other.
WHERE size(persons) > 1 AND size(births) < size(persons)
RETURN household.id AS household, name, persons
ORDER BY household, name
