// Scheduled requests that are due
//
// The requests of all households, or of one, that are scheduled for the server's time or earlier,
// in the order of that time.
//
// @mode read
// @param household STRING  the id of the household; null for all
// @returns household STRING  the id of the household of a request
// @returns id STRING  the id of the request
// @example {"household": null}
MATCH (request:Request {state: 'scheduled'})-[:RECORDED_FOR]->(organization:Entity)
WHERE request.id STARTS WITH organization.id + '/' // of several, the one that it is asked of
  AND request.due_at <= datetime.realtime()
  AND ($household IS NULL OR organization.id = $household)
RETURN organization.id AS household, request.id AS id
ORDER BY request.due_at, id
