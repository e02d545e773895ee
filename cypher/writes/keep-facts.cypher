// Keep the facts of households
//
// The facts that decisions rest on, and what they entitle people to, each as one text for each
// household, which is read instead of walking the graph. Part of every change, and only right while
// the households are locked. Where there are no facts, nothing is kept, and the graph is walked.
//
// @mode write
// @param rows LIST<MAP>  for each household: household (id), facts and entitlements (texts, or null)
// @param format INTEGER  what the texts are to be read as
// @example {"rows": [{"household": "bakers", "facts": null, "entitlements": null}], "format": 4}
UNWIND $rows AS row
CALL (row) {
  WITH row
  WHERE row.facts IS NOT NULL
  MERGE (kept:KeptFacts {id: row.household})
  SET kept.facts = row.facts, kept.entitlements = row.entitlements, kept.format = $format
}
CALL (row) {
  WITH row
  WHERE row.facts IS NULL
  MATCH (kept:KeptFacts {id: row.household})
  DELETE kept
}
