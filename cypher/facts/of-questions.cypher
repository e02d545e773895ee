// The facts that decisions of single questions rest on
//
// One row a question, in the form of `facts/of-households`, cut down to what is between the party,
// the target and the device. An id that is not there leaves its lists empty.
//
// @mode read
// @param questions LIST<MAP>  for each question: household (of the target), party, target, device
//   (or null)
// @param beginning INTEGER  what an absent valid_from means, in epoch milliseconds
// @param forever INTEGER  what an absent valid_to means, in epoch milliseconds
// @returns place INTEGER  which question it is, counted from 0
// @returns household STRING  the id of the household
// @returns time_zone STRING  its IANA time zone
// @returns age_of_majority INTEGER  in years
// @returns individuals LIST<LIST<ANY>>  the party: id, birth date, minor, status
// @returns organizations LIST<LIST<ANY>>  the party and what it is a member of: id, status
// @returns memberships LIST<LIST<ANY>>  member, organization, valid from, valid to
// @returns grants LIST<LIST<ANY>>  kind, item, involvement and its validity, role and its
//   validity, account, its state, holder
// @returns products LIST<LIST<ANY>>  id, status, validity, account, its state
// @returns bundles LIST<LIST<STRING>>  product, part
// @returns realizations LIST<LIST<STRING>>  product, service
// @returns services LIST<LIST<ANY>>  the target: id, category, minimum age, state
// @returns availability LIST<LIST<ANY>>  service, resource, valid from, valid to
// @returns resources LIST<LIST<ANY>>  id, administrative state, operational state
// @returns policies LIST<LIST<ANY>>  id, kind, audience, parties, governs, categories, weekdays,
//   start time, end time, maximum age, blocked categories, validity
// @returns exemptions LIST<LIST<ANY>>  party, policy, valid from, valid to
// @example {"questions": [{"household": "bakers", "party": "bakers/katie",
//   "target": "bakers/live-tv", "device": "bakers/stb-living-room"}],
//   "beginning": -1152921504606846976, "forever": 1152921504606846976}
UNWIND range(0, size($questions) - 1) AS place
WITH place, $questions[place] AS question
MATCH (household:Organization {id: question.household})
OPTIONAL MATCH (party:Entity {id: question.party})
OPTIONAL MATCH (target:Entity {id: question.target})
OPTIONAL MATCH (device:Entity {id: question.device})
WITH
  place, household, party, target, device,
  COLLECT { MATCH (party)-[:MEMBER_OF*0..32]->(holder) RETURN DISTINCT holder } AS holders,
  COLLECT { MATCH (target)<-[:REALIZED_BY|BUNDLES*0..32]-(item) RETURN DISTINCT item } AS items
RETURN
  place,
  household.id AS household,
  household.time_zone AS time_zone,
  household.age_of_majority AS age_of_majority,
  CASE WHEN party:Individual
    THEN [[party.id, toString(party.birth_date), party.minor, party.status]]
    ELSE []
  END AS individuals,
  [holder IN holders WHERE holder:Organization | [holder.id, holder.status]] AS organizations,
  COLLECT {
    UNWIND holders AS member
    MATCH (member)-[m:MEMBER_OF]->(o:Organization)
    RETURN [
      member.id, o.id,
      coalesce(m.valid_from.epochMillis, $beginning), coalesce(m.valid_to.epochMillis, $forever)
    ]
  } AS memberships,
  COLLECT {
    UNWIND holders AS holder
    MATCH (holder)-[:PLAYS]->(r)-[:PLAYS]->(i:InvolvementRole)-[:INVOLVED_IN]->(item)
    WHERE item = device OR item IN items
    OPTIONAL MATCH (r)-[:ON_ACCOUNT]->(a:CustomerAccount)
    RETURN [
      CASE WHEN i:Consumer THEN 'Consumer' WHEN i:Admin THEN 'Admin' ELSE 'Chooser' END,
      item.id,
      i.id,
      coalesce(i.valid_from.epochMillis, $beginning), coalesce(i.valid_to.epochMillis, $forever),
      r.id,
      coalesce(r.valid_from.epochMillis, $beginning), coalesce(r.valid_to.epochMillis, $forever),
      a.id, a.state,
      holder.id
    ]
  } AS grants,
  COLLECT {
    UNWIND items AS p
    WITH p WHERE p:Product
    OPTIONAL MATCH (a:CustomerAccount)-[:HAS_PRODUCT]->(p)
    RETURN [
      p.id, p.status,
      coalesce(p.valid_from.epochMillis, $beginning), coalesce(p.valid_to.epochMillis, $forever),
      a.id, a.state
    ]
  } AS products,
  COLLECT {
    UNWIND items AS part
    MATCH (part)<-[:BUNDLES]-(p:Product)
    RETURN [p.id, part.id]
  } AS bundles,
  COLLECT { MATCH (target)<-[:REALIZED_BY]-(p:Product) RETURN [p.id, target.id] } AS realizations,
  CASE WHEN target:Service
    THEN [[target.id, target.category, target.minimum_age, target.state]]
    ELSE []
  END AS services,
  COLLECT {
    MATCH (target)-[on:AVAILABLE_ON]->(device)
    RETURN [
      target.id, device.id,
      coalesce(on.valid_from.epochMillis, $beginning), coalesce(on.valid_to.epochMillis, $forever)
    ]
  } AS availability,
  [r IN [party, target, device] WHERE r:Resource |
    [r.id, r.administrative_state, r.operational_state]] AS resources,
  COLLECT {
    MATCH (p:Policy) WHERE p.id STARTS WITH household.id + '/'
    RETURN [
      p.id, p.kind, p.audience,
      COLLECT { MATCH (p)-[:APPLIES_TO]->(listed:Party) RETURN listed.id },
      COLLECT { MATCH (p)-[:GOVERNS]->(governed) RETURN governed.id },
      coalesce(p.categories, []), coalesce(p.weekdays, []),
      p.start_time, p.end_time, p.maximum_age, coalesce(p.blocked_categories, []),
      coalesce(p.valid_from.epochMillis, $beginning), coalesce(p.valid_to.epochMillis, $forever)
    ]
  } AS policies,
  COLLECT {
    MATCH (party)-[e:EXEMPT_FROM]->(p:Policy)
    RETURN [
      party.id, p.id,
      coalesce(e.valid_from.epochMillis, $beginning), coalesce(e.valid_to.epochMillis, $forever)
    ]
  } AS exemptions
