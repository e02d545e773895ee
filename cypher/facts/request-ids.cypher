// Ids of requests by prefix
//
// Completes a request on the command line, the latest first; at most 200.
//
// @mode read
// @param prefix STRING  what the ids begin with
// @returns id STRING  the id of a request
// @example {"prefix": "bakers/r"}
MATCH (request:Request) WHERE request.id STARTS WITH $prefix
RETURN request.id AS id
ORDER BY request.at DESC
LIMIT 200
