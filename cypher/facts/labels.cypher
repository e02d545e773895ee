// What things are
//
// For saying of an id that it is there, and what it is; one that is not there is left out.
//
// @mode read
// @param ids LIST<STRING>  any number of ids
// @returns id STRING  an id that is there
// @returns labels LIST<STRING>  its labels
// @example {"ids": ["bakers/account"]}
UNWIND $ids AS id
MATCH (n:Entity {id: id})
RETURN id, labels(n) AS labels
