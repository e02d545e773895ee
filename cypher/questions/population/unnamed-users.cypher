// How many users are un-named?
//
// For marketing, which cannot address them, and for data quality: active people who play a User
// role now, and how many of them have neither a given nor a family name, by type of organization.
//
// @mode read
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns organization_type STRING  household or business
// @returns users INTEGER  how many active people play a User role
// @returns unnamed INTEGER  how many of them have no name
// @returns percentage FLOAT  that in per cent
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH '' AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
MATCH (person:Individual)
WHERE person.id STARTS WITH prefix AND person.status = 'active'
  AND EXISTS {
    MATCH (person)-[:PLAYS]->(role:User)
    WHERE role.id STARTS WITH prefix
      AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
  }
WITH household.organization_type AS organization_type, count(person) AS users, sum(
  CASE
    WHEN trim(coalesce(person.given_name, '') + ' ' + coalesce(person.family_name, '')) = '' THEN 1
    ELSE 0
  END
) AS unnamed
RETURN organization_type, users, unnamed, round(100.0 * unnamed / users, 1) AS percentage
ORDER BY organization_type
