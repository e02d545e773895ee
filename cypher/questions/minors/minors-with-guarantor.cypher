// Which minors hold an account or pay a bill, and who guarantees?
//
// For billing and audits: active minors who are Customer or Bill Payer now, on an account in any
// state, with the guarantor, and whether that adult is still responsible for them. No guarantor is
// against the laws.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns household STRING  the id of the household or business
// @returns minor STRING  the id of an individual
// @returns kind STRING  Customer or BillPayer
// @returns account STRING  the id of the customer account
// @returns guarantor STRING  the id of the adult who is the guarantor; null if there is none
// @returns still_responsible BOOLEAN  whether the guarantor, active and of age, is responsible now
// @example {"at": "2026-11-22T20:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household, household.id + '/' AS prefix,
  datetime({datetime: coalesce($at, datetime()), timezone: 'Z'}) AS at
MATCH (minor:Individual)
WHERE minor.id STARTS WITH prefix AND minor.status = 'active'
  AND CASE
    WHEN minor.birth_date IS NULL THEN coalesce(minor.minor, false)
    // Who was born on 29 February comes of age on 1 March where there is no such day.
    ELSE at.epochMillis < datetime({
      date: date.truncate('month', minor.birth_date)
        + duration({years: household.age_of_majority, days: minor.birth_date.day - 1}),
      timezone: household.time_zone
    }).epochMillis
  END
MATCH (minor)-[:PLAYS]->(role:Customer|BillPayer)
WHERE role.id STARTS WITH prefix
  AND coalesce(role.valid_from <= at, true) AND coalesce(at < role.valid_to, true)
OPTIONAL MATCH (role)-[:ON_ACCOUNT]->(account:CustomerAccount)
WHERE account.id STARTS WITH prefix
OPTIONAL MATCH (role)-[:GUARANTEED_BY]->(guarantor:Individual)
WHERE guarantor.id STARTS WITH prefix
RETURN
  household.id AS household,
  minor.id AS minor,
  CASE WHEN role:Customer THEN 'Customer' ELSE 'BillPayer' END AS kind,
  account.id AS account,
  guarantor.id AS guarantor,
  EXISTS {
    MATCH (adult)-[link:RESPONSIBLE_FOR]->(minor)
    WHERE adult = guarantor AND adult.status = 'active'
      AND coalesce(link.valid_from <= at, true) AND coalesce(at < link.valid_to, true)
      AND NOT CASE
        WHEN adult.birth_date IS NULL THEN coalesce(adult.minor, false)
        ELSE at.epochMillis < datetime({
          date: date.truncate('month', adult.birth_date)
            + duration({years: household.age_of_majority, days: adult.birth_date.day - 1}),
          timezone: household.time_zone
        }).epochMillis
      END
  } AS still_responsible
ORDER BY household, minor, kind, account, guarantor
