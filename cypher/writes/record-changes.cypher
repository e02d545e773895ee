// Record changes
//
// Part of every change, after its edits: increments the revision of the household, and records who
// did what, when and why. The records of one change of several households name each other.
//
// @mode write
// @param rows LIST<MAP>  for each household: household (id), summary, difference (as text),
//   effective (when it takes effect)
// @param key STRING  finds the change if its answer is lost
// @param actor STRING  who made the change
// @param actor_kind STRING  party or operator
// @param joint_actors LIST<STRING>  the ids of all parties who made it together; null for one actor
// @param action STRING  the kind of change
// @param reason STRING  why; null if no reason was given
// @param at ZONED DATETIME  when
// @param joint BOOLEAN  whether the rows belong to one change
// @param import_run STRING  the id of the import run; null for none
// @param version STRING  the version of household-graph
// @param consents LIST<STRING>  the ids of parties whose consent is recorded; null for none
// @returns household STRING  the id of the household
// @returns revision INTEGER  its new revision
// @returns change STRING  the id of the record
UNWIND $rows AS row
MATCH (organization:Entity {id: row.household})
SET organization.revision = coalesce(organization.revision, 0) + 1,
    organization.written_by = $version
CREATE (change:Change {
  id: row.household + '/change-' + toString(organization.revision),
  revision: organization.revision,
  idempotency_key: $key,
  actor: $actor,
  actor_kind: $actor_kind,
  joint_actors: $joint_actors,
  action: $action,
  reason: $reason,
  at: $at,
  effective_at: row.effective,
  summary: row.summary,
  difference: row.difference,
  consents: $consents
})-[:RECORDED_FOR]->(organization)
WITH change
CALL (change) {
  MATCH (run:ImportRun {id: $import_run})
  CREATE (change)-[:PART_OF]->(run)
}
WITH collect(change) AS changes
UNWIND changes AS change
SET change.together = CASE
  WHEN $joint AND size(changes) > 1 THEN [other IN changes WHERE other <> change | other.id]
END
RETURN split(change.id, '/')[0] AS household, change.revision AS revision, change.id AS change
