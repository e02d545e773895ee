// How many households have how many people?
//
// For planning and for price plans: households and businesses by the number of people who are
// members now, directly or by way of a unit.
//
// @mode read
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns organization_type STRING  household or business
// @returns people INTEGER  how many active people are members
// @returns households INTEGER  how many households, or businesses, of that size
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH '' AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
WITH household.organization_type AS organization_type,
  COUNT {
    MATCH (person:Individual)
    WHERE person.id STARTS WITH prefix AND person.status = 'active'
      AND EXISTS {
        MATCH way = (person)-[:MEMBER_OF*1..32]->(household)
        WHERE all(party IN nodes(way) WHERE party.id + '/' STARTS WITH prefix)
          AND all(step IN relationships(way)
            WHERE coalesce(step.valid_from <= at, true) AND coalesce(at < step.valid_to, true)
          )
      }
  } AS people
RETURN organization_type, people, count(*) AS households
ORDER BY organization_type, people
