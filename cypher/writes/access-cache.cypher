// Write the access cache of households
//
// What decisions rest on, as one value for each household, which is read instead of the graph. Part
// of every change, after its revision is known, and only right while the households are locked.
// Where there is no content nothing is cached, and questions are answered live. A node that an
// earlier version left goes.
//
// @mode write
// @param rows LIST<MAP>  for each household: household (id), revision (which it has from now on), and
//   content (text, or null)
// @param format INTEGER  what the content is to be read as
// @param tzdata STRING  the version of the time-zone data it was laid out with
// @example {"rows": [{"household": "bakers", "revision": 1, "content": null}], "format": 5,
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
