-- The statements of matching in a staging database; each begins with its name.

-- name: make_features
-- A column for each field of MatchFeatures.
CREATE TABLE IF NOT EXISTS features (
  record TEXT PRIMARY KEY, person TEXT, household_key TEXT, account TEXT, given TEXT, family TEXT,
  birth_date TEXT, email TEXT, phone TEXT, address TEXT, postal_code TEXT, city TEXT,
  known_household TEXT, known_person TEXT
) WITHOUT ROWID;

-- name: make_blocks
CREATE TABLE IF NOT EXISTS block (value TEXT, record TEXT);

-- name: make_spouses
-- People, by their keys, whom the source calls a couple.
CREATE TABLE IF NOT EXISTS spouse (first TEXT, second TEXT);

-- name: insert_features
INSERT INTO features VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: insert_block
INSERT INTO block VALUES (?, ?);

-- name: prepare
-- `report` is that of the match: merges or possible_duplicates.
CREATE TABLE match (
  report TEXT, first TEXT, second TEXT, kind TEXT, confidence REAL, grounds TEXT, cluster TEXT
);
-- Pairs that may be one person, with their probability; `decided` in a review.
CREATE TABLE scored (
  first TEXT, second TEXT, probability REAL, decided INTEGER, PRIMARY KEY (first, second)
) WITHOUT ROWID;
CREATE TABLE edge (first TEXT, second TEXT);
CREATE TABLE component (node TEXT PRIMARY KEY, least TEXT) WITHOUT ROWID;
CREATE INDEX match_pair ON match (first, second);
CREATE INDEX block_value ON block (value);
CREATE INDEX features_account ON features (account);
CREATE INDEX features_person ON features (person);
CREATE INDEX features_address ON features (address);
CREATE INDEX features_street ON features (street_of(address)) WHERE address IS NOT NULL;

-- An earlier import counts first, then the key of the household, then that of the account; else the
-- record is a household by itself. The digit is the index in LABEL_KINDS; the least label wins.
CREATE TABLE label (record TEXT PRIMARY KEY, label TEXT) WITHOUT ROWID;
INSERT INTO label SELECT record, coalesce(
  '0 ' || known_household, '1 ' || household_key, '2 ' || account, '3 ' || record
) FROM features;
-- Who is somewhere by a key of another record is there with the records that have none of their
-- own: the contact of a membership, the relationship of a contact.
UPDATE label SET label = found.label FROM (
  SELECT record, label FROM (
    SELECT own.record, other_label.label, row_number() OVER (
      PARTITION BY own.record
      ORDER BY coalesce(other.household_key, other.account) IS NULL, other_label.label >= '3',
        other.record <> other.person, other_label.label
    ) AS place
    FROM features AS own JOIN features AS other USING (person)
      JOIN label AS other_label ON other_label.record = other.record
    WHERE own.household_key IS NULL AND own.account IS NULL
  ) WHERE place = 1
) AS found WHERE label.record = found.record;

-- A couple is one household, unless the source or an earlier import says in which each of them is.
INSERT INTO edge SELECT one_label.label, other_label.label
FROM spouse
  JOIN features AS one ON one.person = spouse.first
  JOIN features AS other ON other.person = spouse.second
  JOIN label AS one_label ON one_label.record = one.record
  JOIN label AS other_label ON other_label.record = other.record
WHERE one_label.label >= '2' AND other_label.label >= '2';

-- An earlier import counts first for people too.
CREATE TABLE persons (person TEXT PRIMARY KEY, same_as TEXT) WITHOUT ROWID;
INSERT INTO persons SELECT person, min(coalesce(known_person, person)) FROM features
WHERE person IS NOT NULL GROUP BY person;

-- The addresses to compare. A house that more than 60 records share is no evidence.
CREATE TABLE pair AS
SELECT DISTINCT one.record AS first, other.record AS second
FROM block AS one JOIN block AS other ON one.value = other.value AND one.record < other.record
WHERE one.value IN (
  SELECT value FROM block GROUP BY value HAVING count(*) BETWEEN 2 AND 60
)
ORDER BY 1, 2;

-- What to join, both ways.
CREATE VIEW link (node, next) AS
SELECT first, second FROM edge UNION ALL SELECT second, first FROM edge;

-- name: household_pairs
-- Two households at an address, without keys of their own. Two that earlier imports left separate
-- are not merged.
SELECT one.*, other.*, one.known_household IS NULL OR other.known_household IS NULL
FROM pair
  JOIN features AS one ON one.record = pair.first
  JOIN features AS other ON other.record = pair.second
  JOIN label AS one_label ON one_label.record = pair.first
  JOIN label AS other_label ON other_label.record = pair.second
WHERE one_label.label <> other_label.label AND one.address IS NOT NULL AND other.address IS NOT NULL
  AND one.household_key IS NULL AND other.household_key IS NULL;

-- name: records_of_street
SELECT count(*) FROM features WHERE address IS NOT NULL AND street_of(address) = ?;

-- name: flats_of_house
SELECT EXISTS (SELECT 1 FROM features WHERE address > ?1 || '|' AND address < ?1 || '}');

-- name: features_of_people
SELECT * FROM features WHERE person IS NOT NULL ORDER BY record;

-- name: insert_scored
INSERT INTO scored VALUES (?, ?, ?, FALSE);

-- name: insert_decided
INSERT INTO scored VALUES (?, ?, 1, TRUE)
ON CONFLICT DO UPDATE SET probability = 1, decided = TRUE;

-- name: scored_pairs
-- Those that were decided first, then the surest. People of one household may be merged, and those of two that have no keys and
-- that earlier imports did not leave separate.
SELECT one.*, other.*, scored.probability,
  one_label.label = other_label.label
    OR (one.household_key IS NULL AND other.household_key IS NULL
      AND (one.known_household IS NULL OR other.known_household IS NULL)),
  one_person.same_as, other_person.same_as
FROM scored
  JOIN features AS one ON one.record = scored.first
  JOIN features AS other ON other.record = scored.second
  JOIN label AS one_label ON one_label.record = scored.first
  JOIN label AS other_label ON other_label.record = scored.second
  JOIN persons AS one_person ON one_person.person = one.person
  JOIN persons AS other_person ON other_person.person = other.person
WHERE one.person <> other.person
ORDER BY scored.decided DESC, scored.probability DESC, scored.first, scored.second;

-- name: leave_apart
-- Two whom a third would join, and who are in two households all the same.
UPDATE match SET
  report = 'possible_duplicates', grounds = grounds || '; in two households'
WHERE report = 'merges' AND kind = 'person'
  AND (SELECT label FROM label WHERE record = match.first)
    <> (SELECT label FROM label WHERE record = match.second);

-- name: join_people
INSERT INTO edge SELECT one_person.same_as, other_person.same_as
FROM match
  JOIN features AS one ON one.record = match.first
  JOIN persons AS one_person ON one_person.person = one.person
  JOIN features AS other ON other.record = match.second
  JOIN persons AS other_person ON other_person.person = other.person
WHERE match.report = 'merges' AND match.kind = 'person';

-- name: once
-- A pair stands once: as a person, where it is both; and not where it has become one otherwise.
DELETE FROM match WHERE report = 'possible_duplicates' AND (
  (kind = 'household' AND (
    (SELECT label FROM label WHERE record = first)
      = (SELECT label FROM label WHERE record = second)
    OR EXISTS (
      SELECT 1 FROM match AS same WHERE same.first = match.first AND same.second = match.second
        AND same.report = 'possible_duplicates' AND same.kind = 'person'
    )))
  OR (kind = 'person' AND (
    SELECT persons.same_as FROM features JOIN persons USING (person) WHERE record = first
  ) = (
    SELECT persons.same_as FROM features JOIN persons USING (person) WHERE record = second
  ))
);

-- name: join_possible
INSERT INTO edge SELECT first, second FROM match WHERE report = 'possible_duplicates';

-- name: apply_possible
UPDATE match SET cluster = component.least FROM component
WHERE component.node = match.first AND match.report = 'possible_duplicates';

-- name: insert_match
INSERT INTO match VALUES (?, ?, ?, ?, ?, ?, NULL);

-- name: join_household
INSERT INTO edge SELECT one.label, other.label FROM label AS one, label AS other
WHERE one.record = ? AND other.record = ?;

-- name: components
INSERT INTO component SELECT DISTINCT node, node FROM link;

-- name: spread
UPDATE component SET least = found.least FROM (
  SELECT link.node, min(component.least) AS least
  FROM link JOIN component ON component.node = link.next GROUP BY link.node
) AS found WHERE component.node = found.node AND found.least < component.least;

-- name: apply_household
-- Two households that earlier imports left separate are not merged through a third.
UPDATE label SET label = component.least FROM component
WHERE component.node = label.label AND (label.label >= '1' OR :decided);

-- name: apply_person
UPDATE persons SET same_as = component.least FROM component WHERE component.node = persons.same_as;
