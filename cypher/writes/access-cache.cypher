// Write the access cache of households
//
// The facts and entitlements of a household as one value, which questions read instead of the
// graph. Part of every change, after its revision is known; correct only while the households are
// locked. Without content nothing is cached, and questions are answered live. Removes the node of
// an earlier version.
//
// @mode write
// @param rows LIST<MAP>  for each household: household (id), revision (the new one), and content
//   (text, or null)
// @param format INTEGER  the format of the content
// @param tzdata STRING  the version of the time-zone data that was used
// @example {"rows": [{"household": "bakers", "revision": 1, "content": null}], "format": 8,
//   "tzdata": "2026f"}
UNWIND $rows AS row
CALL (row) {
  MATCH (cache:KeptFacts {id: row.household})
  WHERE row.content IS NULL OR NOT cache:AccessCache
  DELETE cache
}
CALL (row) {
  WITH row
  WHERE row.content IS NOT NULL
  MATCH (organization:Organization {id: row.household})
  SET organization.revision = row.revision
  MERGE (cache:AccessCache {id: row.household})
  SET cache = {
    id: row.household,
    revision: row.revision,
    format: $format,
    tzdata: $tzdata,
    content: row.content
  }
  SET cache:KeptFacts
}
