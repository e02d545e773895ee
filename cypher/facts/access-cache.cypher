// The access cache of households
//
// Leaves out households without an access cache, or whose cache has another format or was computed
// with other time-zone data: see `facts/of-households`. The content of a stale cache is not sent.
//
// A separate query: planned together with a live read, the first question to a server that was
// just started takes some seconds longer (measured).
//
// @mode read
// @param households LIST<STRING>  ids of households
// @param format INTEGER  the format of the cache that this version reads
// @param tzdata STRING  the version of the time-zone data that the cache must be computed with
// @returns facts LIST<LIST<ANY>>  for each household: its id, its revision, and the content of the
//   cache, which begins with the revision it was computed at; null if that is another revision
// @returns now INTEGER  the server's time after the read, in epoch milliseconds
// @example {"households": ["bakers"], "format": 8, "tzdata": "2026f"}
UNWIND $households AS household
MATCH (organization:Organization {id: household})
MATCH (cache:AccessCache {id: organization.id})
WHERE cache.format = $format AND cache.tzdata = $tzdata
WITH collect([
  household,
  organization.revision,
  CASE WHEN cache.revision = organization.revision THEN cache.content END
]) AS facts
RETURN facts, datetime.realtime().epochMillis AS now
