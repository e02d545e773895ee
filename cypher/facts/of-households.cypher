// The facts that decisions about households rest on
//
// One row a household, with lists of rows in the order that household_graph.decision.facts gives
// them; everything else about a household is left where it is. Instants are epoch milliseconds.
//
// @mode read
// @param households LIST<STRING>  ids of the households
// @param beginning INTEGER  what an absent valid_from means, in epoch milliseconds
// @param forever INTEGER  what an absent valid_to means, in epoch milliseconds
// @returns household STRING  the id of the household
// @returns time_zone STRING  its IANA time zone
// @returns age_of_majority INTEGER  in years
// @returns individuals LIST<LIST<ANY>>  id, birth date, minor, status
// @returns organizations LIST<LIST<ANY>>  id, status
// @returns memberships LIST<LIST<ANY>>  member, organization, valid from, valid to
// @returns grants LIST<LIST<ANY>>  kind, item, involvement and its validity, role and its validity, account, its state, holder
// @returns products LIST<LIST<ANY>>  id, status, validity, account, its state
// @returns bundles LIST<LIST<STRING>>  product, part
// @returns realizations LIST<LIST<STRING>>  product, service
// @returns services LIST<LIST<ANY>>  id, category, minimum age, state
// @returns availability LIST<LIST<ANY>>  service, resource, valid from, valid to
// @returns resources LIST<LIST<ANY>>  id, administrative state, operational state
// @returns policies LIST<LIST<ANY>>  id, kind, audience, parties, governs, categories, weekdays, start time, end time, maximum age, blocked categories, validity
// @returns exemptions LIST<LIST<ANY>>  party, policy, valid from, valid to
// @example {"households": ["bakers"]}
UNWIND $households AS household
MATCH (organization:Organization {id: household})
WITH household, household + '/' AS prefix, organization
RETURN
  household,
  organization.time_zone AS time_zone,
  organization.age_of_majority AS age_of_majority,
  COLLECT {
    MATCH (i:Individual) WHERE i.id STARTS WITH prefix
    RETURN [i.id, toString(i.birth_date), i.minor, i.status]
  } AS individuals,
  [[organization.id, organization.status]] + COLLECT {
    MATCH (o:Organization) WHERE o.id STARTS WITH prefix
    RETURN [o.id, o.status]
  } AS organizations,
  COLLECT {
    MATCH (p:Party) WHERE p.id STARTS WITH prefix
    MATCH (p)-[m:MEMBER_OF]->(o:Organization)
    RETURN [p.id, o.id, coalesce(m.valid_from.epochMillis, $beginning), coalesce(m.valid_to.epochMillis, $forever)]
  } AS memberships,
  COLLECT {
    MATCH (i:InvolvementRole) WHERE i.id STARTS WITH prefix
    MATCH (i)-[:INVOLVED_IN]->(item)
    MATCH (holder)-[:PLAYS]->(r)-[:PLAYS]->(i)
    OPTIONAL MATCH (r)-[:ON_ACCOUNT]->(a:CustomerAccount)
    RETURN [
      CASE WHEN i:Consumer THEN 'Consumer' WHEN i:Admin THEN 'Admin' ELSE 'Chooser' END,
      item.id,
      i.id, coalesce(i.valid_from.epochMillis, $beginning), coalesce(i.valid_to.epochMillis, $forever),
      r.id, coalesce(r.valid_from.epochMillis, $beginning), coalesce(r.valid_to.epochMillis, $forever),
      a.id, a.state,
      holder.id
    ]
  } AS grants,
  COLLECT {
    MATCH (p:Product) WHERE p.id STARTS WITH prefix
    OPTIONAL MATCH (a:CustomerAccount)-[:HAS_PRODUCT]->(p)
    RETURN [p.id, p.status, coalesce(p.valid_from.epochMillis, $beginning), coalesce(p.valid_to.epochMillis, $forever), a.id, a.state]
  } AS products,
  COLLECT {
    MATCH (p:Product) WHERE p.id STARTS WITH prefix
    MATCH (p)-[:BUNDLES]->(part:Product)
    RETURN [p.id, part.id]
  } AS bundles,
  COLLECT {
    MATCH (p:Product) WHERE p.id STARTS WITH prefix
    MATCH (p)-[:REALIZED_BY]->(s:Service)
    RETURN [p.id, s.id]
  } AS realizations,
  COLLECT {
    MATCH (s:Service) WHERE s.id STARTS WITH prefix
    RETURN [s.id, s.category, s.minimum_age, s.state]
  } AS services,
  COLLECT {
    MATCH (s:Service) WHERE s.id STARTS WITH prefix
    MATCH (s)-[on:AVAILABLE_ON]->(r:Resource)
    RETURN [s.id, r.id, coalesce(on.valid_from.epochMillis, $beginning), coalesce(on.valid_to.epochMillis, $forever)]
  } AS availability,
  COLLECT {
    MATCH (r:Resource) WHERE r.id STARTS WITH prefix
    RETURN [r.id, r.administrative_state, r.operational_state]
  } AS resources,
  COLLECT {
    MATCH (p:Policy) WHERE p.id STARTS WITH prefix
    RETURN [
      p.id, p.kind, p.audience,
      COLLECT { MATCH (p)-[:APPLIES_TO]->(party:Party) RETURN party.id },
      COLLECT { MATCH (p)-[:GOVERNS]->(governed) RETURN governed.id },
      coalesce(p.categories, []), coalesce(p.weekdays, []),
      p.start_time, p.end_time, p.maximum_age, coalesce(p.blocked_categories, []),
      coalesce(p.valid_from.epochMillis, $beginning), coalesce(p.valid_to.epochMillis, $forever)
    ]
  } AS policies,
  COLLECT {
    MATCH (p:Policy) WHERE p.id STARTS WITH prefix
    MATCH (i:Individual)-[e:EXEMPT_FROM]->(p)
    RETURN [i.id, p.id, coalesce(e.valid_from.epochMillis, $beginning), coalesce(e.valid_to.epochMillis, $forever)]
  } AS exemptions
