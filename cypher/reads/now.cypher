// The time that a change would have now
//
// The server's time, and never earlier than the last change of any of the households; see
// `writes/lock`, which returns it for a real change.
//
// @mode read
// @param households LIST<STRING>  ids of households; unknown ones are ignored
// @returns at ZONED DATETIME  the time
// @example {"households": ["bakers"]}
CALL () {
  UNWIND $households AS household
  MATCH (organization:Entity {id: household})<-[:RECORDED_FOR]-(change:Change)
  RETURN max(change.at) AS last
}
WITH last, datetime.realtime() AS now
RETURN CASE WHEN last > now THEN last ELSE now END AS at
