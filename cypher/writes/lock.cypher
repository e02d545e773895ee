// Lock households
//
// The first statement of every change. One write to the household's own node makes every other
// change of it wait until this one is over; what is read after that stays true until then.
// The node of a new household is made here, so that two who make it at once do not both succeed.
// One that was taken back has a node without labels, and is new again.
//
// It gives the time of the change as well: that of the server once the lock is had, and no earlier
// than the last change, whatever its clock was set to since. Where somebody counted the revision up
// with Cypher of their own, that change is looked for among all.
//
// @mode write
// @param households LIST<STRING>  ids of households, sorted, so that two changes never wait for
//   each other in turn
// @returns household STRING  the id of the household
// @returns created BOOLEAN  whether it is new, and its node was made by this statement
// @returns revision INTEGER  the one it has; 0 for a new one
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
