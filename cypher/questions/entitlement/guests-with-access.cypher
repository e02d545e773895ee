// Who has access without being a member?
//
// For a household that wonders who is still on its broadband, and for audits: people who belong to
// no organization of the household now, and what a Consumer role of their own that holds now is on.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns person STRING  the id of an individual
// @returns person_name STRING  the name; for somebody un-named the description
// @returns target STRING  the id of what the person may use
// @returns since ZONED DATETIME  since when the role holds; null if it always did
// @returns until ZONED DATETIME  until when; null if it goes on
// @returns granted_by STRING  the id of the party who granted it; null if nobody is recorded
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
MATCH (person:Individual)
WHERE person.id STARTS WITH prefix
  AND NOT EXISTS {
    MATCH (person)-[member:MEMBER_OF]->(:Organization)
    WHERE coalesce(member.valid_from <= at, true) AND coalesce(at < member.valid_to, true)
  }
MATCH (person)-[:PLAYS]->(role)-[:PLAYS]->(consumer:Consumer)-[:INVOLVED_IN]->(target)
WHERE coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
  AND coalesce(consumer.valid_from <= at, true) AND coalesce(at < consumer.valid_to, true)
RETURN
  household.id AS household,
  person.id AS person,
  coalesce(person.given_name, person.family_name, person.description) AS person_name,
  target.id AS target,
  consumer.valid_from AS since,
  consumer.valid_to AS until,
  consumer.granted_by AS granted_by
ORDER BY household, person, target
