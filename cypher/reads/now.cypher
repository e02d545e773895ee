// The time that a change would have
//
// That of the server, and no earlier than the last change of any of the households; see
// `writes/lock`, which says it of a change that is made.
//
// @mode read
// @param households LIST<STRING>  ids of households; those that are not there say nothing
// @returns at ZONED DATETIME  the time
// @example {"households": ["bakers"]}
CALL () {
  UNWIND $households AS household
  MATCH (organization:Entity {id: household})<-[:RECORDED_FOR]-(change:Change)
  RETURN max(change.at) AS last
}
WITH last, datetime.realtime() AS now
RETURN CASE WHEN last > now THEN last ELSE now END AS at
