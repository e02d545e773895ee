// Does anything of one household lead into another, in any state?
//
// For audits: no right crosses from one household to another, so no relationship should either; the
// laws pass over one that does. Only edits past this project leave such things behind. None is the
// good news.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @returns household STRING  the id of the household or business
// @returns start STRING  the id of what the relationship starts at, in this household
// @returns relationship STRING  its type
// @returns end STRING  the id of what it ends at, in another household
// @example {}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH household, household.id + '/' AS prefix
MATCH (start:Entity)-[link]->(end:Entity)
WHERE (start.id = household.id OR start.id STARTS WITH prefix)
  AND NOT (end = household OR end.id STARTS WITH prefix)
RETURN household.id AS household, start.id AS start, type(link) AS relationship, end.id AS end
ORDER BY household, start, relationship, end
