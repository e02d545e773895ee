// Labels of ids
//
// Messages use it to say what an existing id is. Unknown ids are left out.
//
// @mode read
// @param ids LIST<STRING>  any number of ids
// @returns id STRING  an id that exists
// @returns labels LIST<STRING>  its labels
// @example {"ids": ["bakers/account"]}
UNWIND $ids AS id
MATCH (n:Entity {id: id})
RETURN id, labels(n) AS labels
