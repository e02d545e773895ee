// Write a request
//
// Creates a request for a change, or records the next step of one. Correct only while the household
// is locked: the id of a new request, and what the step rests on, were read under the lock.
//
// @mode write
// @param households LIST<STRING>  the ids of the household that it is asked of, and of others concerned
// @param id STRING  the id of the request
// @param properties MAP  all its properties; null removes one
// @returns id STRING  the id of the request
MERGE (request:Request {id: $id})
SET request += $properties
WITH request
MATCH (organization:Entity)
WHERE organization.id IN $households
MERGE (request)-[:RECORDED_FOR]->(organization)
RETURN DISTINCT request.id AS id
