// Who is in one household twice by name, in any state?
//
// After an import: individuals of one household with the same name as people read it, and dates of
// birth that do not tell them apart. Capitals, blanks, ß for ss, and whether an accent is a
// character of its own do not matter; an accent itself does: Zoë is not Zoe. None is the good news.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @returns household STRING  the id of the household or business
// @returns name STRING  the name, in small letters
// @returns persons LIST<STRING>  the ids of those who bear it
// @example {}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH household, household.id + '/' AS prefix
MATCH (person:Individual)
WHERE person.id STARTS WITH prefix
WITH household, person,
  normalize(coalesce(person.given_name, '') + ' ' + coalesce(person.family_name, ''), NFKC) AS full
WITH household, person,
  // In capitals first, where ß is SS. A capital I with a dot is two signs in small letters.
  trim(reduce(name = '', word IN split(replace(toLower(toUpper(full)), 'i\u0307', 'i'), ' ') |
    name + CASE word WHEN '' THEN '' ELSE ' ' + word END
  )) AS name
WHERE name <> ''
ORDER BY person.id
WITH household, name, collect(person.id) AS persons, collect(DISTINCT person.birth_date) AS births
// An unknown date of birth is in no list, so it may be that of the other.
WHERE size(persons) > 1 AND size(births) < size(persons)
RETURN household.id AS household, name, persons
ORDER BY household, name
