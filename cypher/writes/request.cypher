// Write a request
//
// Creates a request for a change, or records the next step of one. Correct only while the household
// is locked: the id of a new request, and what the step rests on, were read under the lock.
//
// @mode write
// @param household STRING  the id of the household
// @param id STRING  the id of the request
// @param properties MAP  all its properties; null removes one
// @returns id STRING  the id of the request
MATCH (organization:Entity {id: $household})
MERGE (request:Request {id: $id})
SET request += $properties
MERGE (request)-[:RECORDED_FOR]->(organization)
RETURN request.id AS id
