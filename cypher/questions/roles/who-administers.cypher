// Who administers what?
//
// For care, to know whom to ask: each product, service and device with an Admin role that holds
// now, and who plays it. A role on a product reaches what it consists of, which is not listed
// again here; one of a minor on a service that enforces a policy does not count.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns target STRING  the id of a product, service or device
// @returns target_name STRING  its name
// @returns admin STRING  the id of the party, or device, that plays the role
// @returns admin_name STRING  the name; for somebody un-named the description
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
MATCH (role:Admin)-[:INVOLVED_IN]->(target)
WHERE role.id STARTS WITH prefix
  AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
MATCH (admin)-[:PLAYS]->(by_way_of)-[:PLAYS]->(role)
WHERE coalesce(by_way_of.valid_from <= at, true) AND coalesce(at < by_way_of.valid_to, true)
WITH *,
  CASE
    WHEN NOT admin:Individual THEN false
    WHEN admin.birth_date IS NULL THEN coalesce(admin.minor, false)
    // Who was born on 29 February comes of age on 1 March where there is no such day.
    ELSE at.epochMillis < datetime({
      date: date.truncate('month', admin.birth_date)
        + duration({years: household.age_of_majority, days: admin.birth_date.day - 1}),
      timezone: household.time_zone
    }).epochMillis
  END AS is_minor
WHERE NOT EXISTS {
    // A minor administers no service that enforces a policy.
    MATCH (target)<-[:ENFORCED_BY]-(policy:Policy)
    WHERE is_minor
      AND coalesce(policy.valid_from <= at, true) AND coalesce(at < policy.valid_to, true)
  }
RETURN DISTINCT
  household.id AS household,
  target.id AS target,
  target.name AS target_name,
  admin.id AS admin,
  coalesce(admin.given_name, admin.family_name, admin.name, admin.description) AS admin_name
ORDER BY household, target, admin
