// Which lines are at which site, in any state?
//
// For a move or a repair on the spot: lines by the address at which they stand, and those without
// an address last.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param resource_type STRING = "line"  what kind of resource
// @returns household STRING  the id of the household or business
// @returns place STRING  the id of a place; null where none is recorded
// @returns street STRING  street and number
// @returns city STRING  the city
// @returns lines INTEGER  how many lines
// @returns numbers LIST<STRING>  their numbers
// @example {"household": "bike-shop"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH household, household.id + '/' AS prefix
MATCH (line:Resource {resource_type: $resource_type})
WHERE line.id STARTS WITH prefix
OPTIONAL MATCH (line)-[:LOCATED_AT]->(place:Place)
WITH household, place, line
ORDER BY line.value, line.id
WITH household, place, count(line) AS lines, collect(line.value) AS numbers
RETURN
  household.id AS household,
  place.id AS place,
  place.street AS street,
  place.city AS city,
  lines,
  numbers
ORDER BY household, place
