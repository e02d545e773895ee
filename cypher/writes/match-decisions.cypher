// Store decisions of a review
//
// Whether two persons, or records, of a source are the same. The last decision counts.
//
// @mode write
// @param rows LIST<MAP>  for each decision: id, first and second (keys), kind
//   (person, household, or empty: both), accepted
// @param source STRING  the name of the source
// @param actor STRING  who decided
// @param actor_kind STRING  party or operator
// @param reason STRING  why; null if no reason was given
// @example {"rows": [{"id": "telco:customers/1|customers/2", "first": "customers/1",
//   "second": "customers/2", "kind": "", "accepted": true}], "source": "telco", "actor": "tests",
//   "actor_kind": "operator", "reason": null}
UNWIND $rows AS row
MERGE (decision:MatchDecision {id: row.id})
SET
  decision.source = $source,
  decision.first = row.first,
  decision.second = row.second,
  decision.kind = row.kind,
  decision.accepted = row.accepted,
  decision.actor = $actor,
  decision.actor_kind = $actor_kind,
  decision.reason = $reason,
  decision.at = datetime.realtime()
