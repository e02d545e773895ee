// Facts of whole households, live from the graph
//
// For households without an access cache (see `facts/access-cache`). Unknown households are left
// out. Nodes of another household are ignored, however they are linked.
//
// Returns a map for each household: `household` (its id), `time_zone` (IANA), `age_of_majority`
// (years), `written_by` (a version), the `revision` before the read and `revision_after`, and lists of rows. If the two
// revisions differ, the household changed during the read, and the facts may mix two states. Only
// what decisions need is read. Instants are epoch milliseconds. The lists are
//   individuals    id, birth date, minor, status
//   organizations  id, status
//   memberships    member, organization, valid from, valid to
//   grants         kind, item, involvement, valid from, valid to, role, valid from, valid to,
//                  account, its state, holder
//   products       id, status, valid from, valid to, account, its state
//   carriers       service or product, the product that it realizes or that bundles it
//   services       id, category, minimum age, state
//   availability   service, resource, valid from, valid to
//   resources      id, administrative state, operational state
//   policies       id, kind, audience, parties, governs, categories, enforced by, a map of the
//                  relationships of its kind, a map of its properties, valid from, valid to,
//                  the policy of which it is a version, devices it is narrowed to
//   exemptions     party, policy, valid from, valid to, targets it is narrowed to
//   pauses         policy, valid from, valid to
//
// Returns one record, since a record costs the driver more than its content (measured).
//
// @mode read
// @param households LIST<STRING>  ids of the households
// @param beginning INTEGER  the value of an absent valid_from, in epoch milliseconds
// @param forever INTEGER  the value of an absent valid_to, in epoch milliseconds
// @returns facts LIST<MAP>  a map for each household
// @returns now INTEGER  the server's time after the read, in epoch milliseconds
// @example {"households": ["bakers"], "beginning": -1152921504606846976,
//   "forever": 1152921504606846976}
UNWIND $households AS household
MATCH (organization:Organization {id: household})
WITH household, household + '/' AS prefix, organization, organization.revision AS revision
WITH household, revision, {
  household: household,
  time_zone: organization.time_zone,
  age_of_majority: organization.age_of_majority,
  written_by: organization.written_by,
  individuals: COLLECT {
    MATCH (i:Individual) WHERE i.id STARTS WITH prefix
    RETURN [i.id, toString(i.birth_date), i.minor, i.status]
  },
  organizations: [[organization.id, organization.status]] + COLLECT {
    MATCH (o:Organization) WHERE o.id STARTS WITH prefix
    RETURN [o.id, o.status]
  },
  memberships: COLLECT {
    MATCH (p:Party) WHERE p.id STARTS WITH prefix
    MATCH (p)-[m:MEMBER_OF]->(o:Organization)
    WHERE o = organization OR o.id STARTS WITH prefix
    RETURN [p.id, o.id, coalesce(m.valid_from.epochMillis, $beginning), coalesce(m.valid_to.epochMillis, $forever)]
  },
  grants: COLLECT {
    MATCH (r:PartyRole|ResourceRole) WHERE r.id STARTS WITH prefix
    MATCH (holder)-[:PLAYS]->(r) WHERE holder = organization OR holder.id STARTS WITH prefix
    OPTIONAL MATCH (r)-[:ON_ACCOUNT]->(a:CustomerAccount) WHERE a.id STARTS WITH prefix
    WITH r, [
      r.id, coalesce(r.valid_from.epochMillis, $beginning), coalesce(r.valid_to.epochMillis, $forever),
      a.id, a.state,
      holder.id
    ] AS role
    MATCH (r)-[:PLAYS]->(i)-[:INVOLVED_IN]->(item)
    WHERE i.id STARTS WITH prefix AND item.id STARTS WITH prefix
    RETURN [
      CASE WHEN i:Consumer THEN 'Consumer' WHEN i:Admin THEN 'Admin' ELSE 'Chooser' END,
      item.id,
      i.id, coalesce(i.valid_from.epochMillis, $beginning), coalesce(i.valid_to.epochMillis, $forever)
    ] + role
  },
  products: COLLECT {
    MATCH (p:Product) WHERE p.id STARTS WITH prefix
    OPTIONAL MATCH (a:CustomerAccount)-[:HAS_PRODUCT]->(p) WHERE a.id STARTS WITH prefix
    RETURN [p.id, p.status, coalesce(p.valid_from.epochMillis, $beginning), coalesce(p.valid_to.epochMillis, $forever), a.id, a.state]
  },
  carriers: COLLECT {
    MATCH (p:Product) WHERE p.id STARTS WITH prefix
    MATCH (p)-[:REALIZED_BY|BUNDLES]->(part) WHERE part.id STARTS WITH prefix
    RETURN [part.id, p.id]
  },
  services: COLLECT {
    MATCH (s:Service) WHERE s.id STARTS WITH prefix
    RETURN [s.id, s.category, s.minimum_age, s.state]
  },
  availability: COLLECT {
    MATCH (s:Service) WHERE s.id STARTS WITH prefix
    // Not `STARTS WITH` here and below: the plan may visit every pair of a service and a device.
    MATCH (s)-[on:AVAILABLE_ON]->(r:Resource) WHERE left(r.id, size(prefix)) = prefix
    RETURN [s.id, r.id, coalesce(on.valid_from.epochMillis, $beginning), coalesce(on.valid_to.epochMillis, $forever)]
  },
  resources: COLLECT {
    MATCH (r:Resource) WHERE r.id STARTS WITH prefix
    RETURN [r.id, r.administrative_state, r.operational_state]
  },
  policies: COLLECT {
    MATCH (p:Policy) WHERE p.id STARTS WITH prefix
    RETURN [
      p.id, p.kind, p.audience,
      COLLECT {
        MATCH (p)-[:APPLIES_TO]->(party:Party)
        WHERE party = organization OR party.id STARTS WITH prefix
        RETURN party.id
      },
      COLLECT {
        MATCH (p)-[:GOVERNS]->(governed)
        WHERE governed = organization OR governed.id STARTS WITH prefix
        RETURN governed.id
      },
      coalesce(p.categories, []),
      COLLECT {
        MATCH (p)-[:ENFORCED_BY]->(enforcing:Service) WHERE enforcing.id STARTS WITH prefix
        RETURN enforcing.id
      },
      {
        allows: COLLECT {
          MATCH (p)-[:ALLOWS]->(allowed) WHERE left(allowed.id, size(prefix)) = prefix
          RETURN allowed.id
        }
      },
      p {.weekdays, .start_time, .end_time, .maximum_age, .blocked_categories, .allowed_categories},
      coalesce(p.valid_from.epochMillis, $beginning), coalesce(p.valid_to.epochMillis, $forever),
      coalesce(p.policy, p.id),
      COLLECT {
        MATCH (p)-[:ONLY_ON]->(device) WHERE left(device.id, size(prefix)) = prefix
        RETURN device.id
      }
    ]
  },
  pauses: COLLECT {
    MATCH (p:Policy) WHERE p.id STARTS WITH prefix
    MATCH (p)-[pause:PAUSED]->(organization)
    RETURN [
      coalesce(p.policy, p.id),
      coalesce(pause.valid_from.epochMillis, $beginning),
      coalesce(pause.valid_to.epochMillis, $forever)
    ]
  },
  exemptions: COLLECT {
    MATCH (p:Policy) WHERE p.id STARTS WITH prefix
    MATCH (i:Individual)-[e:EXEMPT_FROM]->(p) WHERE left(i.id, size(prefix)) = prefix
    RETURN [
      i.id, coalesce(p.policy, p.id),
      coalesce(e.valid_from.epochMillis, $beginning),
      coalesce(e.valid_to.epochMillis, $forever), coalesce(e.only_for, [])
    ]
  }
} AS found
MATCH (again:Organization {id: household})
WITH collect(found {.*, revision: revision, revision_after: again.revision}) AS facts
RETURN facts, datetime.realtime().epochMillis AS now
