// The access cache of households
//
// A household without one, or with one of another format or other time-zone data, is left out: see
// `facts/of-households`. One of another revision is not sent.
//
// A query of its own: planned together with a live read, the first question to a server that was
// just started waits some seconds longer (measured).
//
// @mode read
// @param households LIST<STRING>  ids of households
// @param format INTEGER  of what is cached; another one is not read
// @param tzdata STRING  the version of the time-zone data it must have been laid out with
// @returns facts LIST<LIST<ANY>>  for each household: its id, its revision, and what is cached, which
//   begins with the revision it is of; null if that is another
// @returns now INTEGER  the server's time after that, in epoch milliseconds
// @example {"households": ["bakers"], "format": 5, "tzdata": "2026f"}
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
