// Requests of a household
//
// All requests for changes that a household has a say in, in the order in which they were made; also
// those of a household whose creation was undone.
//
// @mode read
// @param household STRING  the id of the household
// @returns request MAP  all properties of the request
// @example {"household": "bakers"}
MATCH (:Entity {id: $household})<-[:RECORDED_FOR]-(request:Request)
RETURN request {.*} AS request
ORDER BY request.at, size(request.id), request.id
