// Facts for single questions, live from the graph
//
// For households without an access cache (see `facts/access-cache`). The form is that of
// `facts/of-households`, reduced to what lies between the party, the target and the device of each
// question. The lists of an unknown id, or of an id of another household, are empty.
//
// Reads only within the household, up to 32 levels of MEMBER_OF and of BUNDLES, and REALIZED_BY on
// top: no grant comes through more. Returns one record, since a record costs the driver more than
// its content (measured).
//
// @mode read
// @param households LIST<MAP>  for each household (that of the target): its id and its questions.
//   Each question has a place (any unique number), party, target, device (or null), and kind, the
//   label of the involvement role it needs
// @param beginning INTEGER  the value of an absent valid_from, in epoch milliseconds
// @param forever INTEGER  the value of an absent valid_to, in epoch milliseconds
// @returns facts LIST<MAP>  for each household: household, time_zone, age_of_majority, written_by, revision,
//   revision_after, policies, pauses, and questions; each question has its place and the other lists
// @returns now INTEGER  the server's time after the read, in epoch milliseconds
// @example {"households": [{"id": "bakers", "questions": [{"place": 0, "party": "bakers/katie",
//   "target": "bakers/live-tv", "device": "bakers/stb-living-room", "kind": "Consumer"}]}],
//   "beginning": -1152921504606846976, "forever": 1152921504606846976}
UNWIND $households AS asked
MATCH (household:Organization {id: asked.id})
WITH asked, household, household.id + '/' AS prefix, household.revision AS revision
WITH asked, revision, {
  household: household.id,
  time_zone: household.time_zone,
  age_of_majority: household.age_of_majority,
  written_by: household.written_by,
  policies: COLLECT {
    MATCH (p:Policy) WHERE p.id STARTS WITH prefix
    RETURN [
      p.id, p.kind, p.audience,
      COLLECT {
        MATCH (p)-[:APPLIES_TO]->(listed:Party)
        WHERE listed = household OR listed.id STARTS WITH prefix
        RETURN listed.id
      },
      COLLECT {
        MATCH (p)-[:GOVERNS]->(governed)
        WHERE governed = household OR governed.id STARTS WITH prefix
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
    MATCH (p)-[pause:PAUSED]->(household)
    RETURN [
      coalesce(p.policy, p.id),
      coalesce(pause.valid_from.epochMillis, $beginning),
      coalesce(pause.valid_to.epochMillis, $forever)
    ]
  },
  questions: COLLECT {
    UNWIND asked.questions AS question
    OPTIONAL MATCH (party:Entity {id: question.party})
    WHERE party = household OR party.id STARTS WITH prefix
    OPTIONAL MATCH (target:Entity {id: question.target})
    WHERE target.id STARTS WITH prefix
    OPTIONAL MATCH (device:Entity {id: question.device})
    WHERE device.id STARTS WITH prefix
    WITH
      question.place AS place, question.kind AS kind, party, target, device,
      COLLECT {
        MATCH (party)-[:MEMBER_OF*0..32]->(holder)
        WHERE holder = household OR holder.id STARTS WITH prefix
        RETURN DISTINCT holder
      } AS holders,
      COLLECT {
        MATCH (target)<-[:REALIZED_BY|BUNDLES*0..33]-(item)
        WHERE item.id STARTS WITH prefix
        RETURN DISTINCT item
      } AS items
    RETURN {
      place: place,
      individuals: CASE WHEN party:Individual
        THEN [[party.id, toString(party.birth_date), party.minor, party.status]]
        ELSE []
      END,
      organizations: [holder IN holders WHERE holder:Organization | [holder.id, holder.status]],
      memberships: COLLECT {
        UNWIND holders AS member
        MATCH (member)-[m:MEMBER_OF]->(o:Organization) WHERE o IN holders
        RETURN [
          member.id, o.id,
          coalesce(m.valid_from.epochMillis, $beginning), coalesce(m.valid_to.epochMillis, $forever)
        ]
      },
      grants: COLLECT {
        UNWIND holders AS holder
        MATCH (holder)-[:PLAYS]->(r)-[:PLAYS]->(i:InvolvementRole)-[:INVOLVED_IN]->(item)
        WHERE (item = device OR item IN items) AND kind IN labels(i)
          AND r.id STARTS WITH prefix AND i.id STARTS WITH prefix
        OPTIONAL MATCH (r)-[:ON_ACCOUNT]->(a:CustomerAccount) WHERE a.id STARTS WITH prefix
        RETURN [
          kind,
          item.id,
          i.id,
          coalesce(i.valid_from.epochMillis, $beginning), coalesce(i.valid_to.epochMillis, $forever),
          r.id,
          coalesce(r.valid_from.epochMillis, $beginning), coalesce(r.valid_to.epochMillis, $forever),
          a.id, a.state,
          holder.id
        ]
      },
      products: COLLECT {
        UNWIND items AS p
        WITH p WHERE p:Product
        OPTIONAL MATCH (a:CustomerAccount)-[:HAS_PRODUCT]->(p) WHERE a.id STARTS WITH prefix
        RETURN [
          p.id, p.status,
          coalesce(p.valid_from.epochMillis, $beginning), coalesce(p.valid_to.epochMillis, $forever),
          a.id, a.state
        ]
      },
      carriers: COLLECT {
        UNWIND items AS part
        MATCH (part)<-[:REALIZED_BY|BUNDLES]-(p:Product) WHERE p IN items
        RETURN [part.id, p.id]
      },
      services: CASE WHEN target:Service
        THEN [[target.id, target.category, target.minimum_age, target.state]]
        ELSE []
      END,
      availability: COLLECT {
        MATCH (target)-[on:AVAILABLE_ON]->(device)
        RETURN [
          target.id, device.id,
          coalesce(on.valid_from.epochMillis, $beginning), coalesce(on.valid_to.epochMillis, $forever)
        ]
      },
      resources: [r IN [party, target, device] WHERE r:Resource |
        [r.id, r.administrative_state, r.operational_state]],
      exemptions: COLLECT {
        MATCH (party)-[e:EXEMPT_FROM]->(p:Policy) WHERE p.id STARTS WITH prefix
        RETURN [
          party.id, coalesce(p.policy, p.id),
          coalesce(e.valid_from.epochMillis, $beginning),
          coalesce(e.valid_to.epochMillis, $forever), coalesce(e.only_for, [])
        ]
      }
    }
  }
} AS found
MATCH (again:Organization {id: asked.id})
WITH collect(found {.*, revision: revision, revision_after: again.revision}) AS facts
RETURN facts, datetime.realtime().epochMillis AS now
