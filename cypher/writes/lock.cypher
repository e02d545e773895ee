// Lock households
//
// The first statement of every change. A write to the household's own node makes every other
// change of the household wait until this transaction ends, so what is read after it stays true
// until then. The statement also creates the node of a new household, so that of two concurrent
// creators only one succeeds. A household whose creation was undone has a node without labels, and
// counts as new.
//
// Returns the time of the change: the server's time after the lock is acquired, and never earlier
// than the last change, even if the clock was set back. If other Cypher has incremented the
// revision, the last change is searched for among all changes.
//
// @mode write
// @param households LIST<STRING>  ids of households, sorted, so that two changes never
//   deadlock
// @returns household STRING  the id of the household
// @returns created BOOLEAN  whether this statement created its node
// @returns revision INTEGER  its revision; 0 for a new one
// @returns at ZONED DATETIME  the time of the change
// @example {"households": ["bakers"]}
UNWIND $households AS household
MERGE (organization:Entity {id: household})
SET organization.lock = true
WITH household, organization, NOT organization:Organization AS created
REMOVE organization.lock
SET organization:Party:Organization
WITH household, organization, created, coalesce(organization.revision, 0) AS revision
OPTIONAL MATCH (last:Change {id: household + '/change-' + toString(revision)})
CALL (organization, last) {
  WITH organization, last
  WHERE last IS NULL
  MATCH (organization)<-[:RECORDED_FOR]-(change:Change)
  RETURN max(change.at) AS earlier
}
WITH household, created, revision, datetime.realtime() AS now, coalesce(last.at, earlier) AS last
RETURN household, created, revision, CASE WHEN last > now THEN last ELSE now END AS at
