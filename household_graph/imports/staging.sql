-- The statements of the staging database; each begins with its name.

-- name: tables
-- The export. `state` is new, changed, moved (to another household), same or rejected.
CREATE TABLE record (
  key TEXT PRIMARY KEY, node TEXT UNIQUE, file TEXT, line INTEGER, text TEXT, columns TEXT,
  content TEXT, person TEXT, household TEXT, state TEXT
) WITHOUT ROWID;
-- Earlier exports of the source, as they are in the graph; `content` is a checksum.
CREATE TABLE previous (
  key TEXT PRIMARY KEY, household TEXT, person TEXT, content BLOB, run TEXT, name TEXT,
  belongs_to TEXT, new_person TEXT
) WITHOUT ROWID;
-- Records that had ended before, which are known for who has their keys next.
CREATE TABLE former (key TEXT PRIMARY KEY, household TEXT) WITHOUT ROWID;
-- Who had the key of a record of this export before, where that is not its person or several are.
CREATE TABLE holder (source TEXT, key TEXT, text TEXT, is_live INTEGER);
-- Keys of `people`, or of accounts and households that are theirs, which are of later holders.
CREATE TABLE held (kind TEXT, source TEXT, key TEXT);
-- Keys that the export speaks of, though it has no record of theirs that can be used.
CREATE TABLE mention (key TEXT PRIMARY KEY, is_deleted INTEGER) WITHOUT ROWID;
CREATE TABLE unreadable (bare TEXT);
-- Cells that could not be read, and were left out.
CREATE TABLE warning (file TEXT, line INTEGER, column_name TEXT, text TEXT, reason TEXT);
-- Records of earlier exports that have ended.
CREATE TABLE gone (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE reject (
  columns TEXT, file TEXT, line INTEGER, field TEXT, reason TEXT, hint TEXT, text TEXT
);
-- The households to be written.
CREATE TABLE household (id TEXT PRIMARY KEY, is_new INTEGER) WITHOUT ROWID;

-- name: insert_record
INSERT INTO record VALUES (
  :key, :node, :file, :line, :text, :columns, :content, NULL, NULL, NULL
) ON CONFLICT DO NOTHING;

-- name: same_key
SELECT file, line, content FROM record WHERE key = :key OR node = :node;

-- name: complete_people
-- Where people are in several places, each says who they are, as the table about them says it.
WITH said AS MATERIALIZED (
  SELECT
    key, json_extract(content, '$.person') AS person,
    json_extract(content, '$.person.key') AS own,
    coalesce(json_extract(content, '$.household'), json_extract(content, '$.account')) AS place,
    coalesce(
      json_extract(content, '$.person.given_name'), json_extract(content, '$.person.family_name')
    ) AS name
  FROM record WHERE json_extract(content, '$.person.key') IS NOT NULL
), divided AS MATERIALIZED (
  SELECT own FROM said GROUP BY own HAVING count(DISTINCT place) > 1
)
UPDATE record SET content = json_set(record.content, '$.person', json(named.person))
FROM said AS bare JOIN (
  SELECT own, min(key), person FROM said WHERE name IS NOT NULL GROUP BY own
) AS named USING (own)
WHERE record.key = bare.key AND bare.name IS NULL AND bare.own IN (SELECT own FROM divided);

-- name: insert_reject
INSERT INTO reject VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: insert_previous
INSERT INTO previous SELECT
  :key, :household, :person, :checksum, :run,
  coalesce(json_extract(:text, '$.person.given_name'), '') || ' '
    || coalesce(json_extract(:text, '$.person.family_name'), ''),
  coalesce(json_extract(:text, '$.household'), json_extract(:text, '$.account')), NULL;

-- name: insert_former
INSERT INTO former VALUES (:key, :household);

-- name: insert_holder
INSERT INTO holder VALUES (:source, :key, :text, :is_live);

-- name: held_sources
-- One whose key it still is was no case for this table.
SELECT DISTINCT source FROM holder
WHERE source NOT IN (SELECT key FROM previous)
  OR source IN (SELECT key FROM holder WHERE is_live)
ORDER BY source;

-- name: holders
SELECT key, text, is_live FROM holder WHERE source = :source;

-- name: insert_held
INSERT INTO held VALUES (?, ?, ?);

-- name: held
SELECT * FROM held;

-- name: records_of_held
SELECT key, content FROM record
WHERE key IN (SELECT source FROM held WHERE kind = 'people')
  OR json_extract(content, '$.person.key') IN (SELECT source FROM held WHERE kind = 'people')
  OR json_extract(content, '$.relationship.other') IN (
    SELECT source FROM held WHERE kind = 'people'
  )
  OR json_extract(content, '$.account') IN (SELECT source FROM held WHERE kind = 'owned')
  OR json_extract(content, '$.household') IN (SELECT source FROM held WHERE kind = 'owned');

-- name: hand_over
UPDATE record SET key = :new, node = :node, content = :content WHERE key = :key;

-- name: ask
INSERT INTO match (report, first, second, kind, confidence, grounds)
VALUES ('possible_duplicates', :first, :second, :kind, 0.5, :grounds);

-- name: insert_mention
INSERT INTO mention VALUES (:key, :is_deleted)
ON CONFLICT DO UPDATE SET is_deleted = min(is_deleted, excluded.is_deleted);

-- name: insert_unreadable
INSERT INTO unreadable VALUES (:bare);

-- name: mentioned
SELECT coalesce(
  (SELECT CASE WHEN is_deleted THEN 'deleted' ELSE 'mentioned' END FROM mention WHERE key = :key),
  (SELECT 'mentioned' FROM unreadable WHERE instr(bare, :bare) LIMIT 1)
);

-- name: content_of
SELECT content FROM record WHERE key = :key;

-- name: fill
UPDATE record SET content = :content WHERE key = :key;

-- name: insert_warning
INSERT INTO warning VALUES (:file, :line, :column, :text, :reason);

-- name: warnings
SELECT * FROM warning ORDER BY file, line, column_name;

-- name: insert_gone
INSERT INTO gone VALUES (:key);

-- name: contents
-- Where the source says itself that a record belongs elsewhere, that counts more than where an
-- earlier import put it.
SELECT
  record.content,
  CASE WHEN previous.belongs_to
      IS coalesce(json_extract(record.content, '$.household'), json_extract(record.content, '$.account'))
    THEN previous.household END,
  previous.person
FROM record LEFT JOIN previous USING (key) ORDER BY key;

-- name: find_spouses
INSERT INTO spouse
SELECT json_extract(content, '$.person.key'), json_extract(content, '$.relationship.other')
FROM record
WHERE json_extract(content, '$.relationship.kind') = 'spouse-of'
  AND json_extract(content, '$.relationship.valid_to') IS NULL;

-- name: index_homes
CREATE INDEX features_home ON features (known_household);

-- name: moved_away
-- Who is in a household that is named after others and has no key of it, once all their addresses
-- are other ones than those of the others there; not who is there as the person of other records.
WITH joined AS (
  SELECT *, coalesce(account, record) AS own,
    CASE WHEN account IS NULL THEN '3 ' || record ELSE '2 ' || account END AS label
  FROM features WHERE known_household IS NOT NULL AND household_key IS NULL
)
SELECT joined.own, joined.known_household, min(joined.record), min(other.record)
FROM joined JOIN features AS other ON other.known_household = joined.known_household
  AND coalesce(other.account, other.record) <> joined.own
WHERE household_id(joined.label) <> joined.known_household
GROUP BY joined.own, joined.known_household
HAVING max(is_same_address(joined.address, other.address)) = 0
  AND NOT max(coalesce(joined.person = other.person, FALSE))
  AND NOT max(joined.person IN (SELECT first FROM spouse UNION SELECT second FROM spouse));

-- name: leave_household
UPDATE features SET known_household = NULL
WHERE known_household = :home AND coalesce(account, record) = :own AND household_key IS NULL;

-- name: assign
UPDATE record SET
  household = (SELECT household_id(label) FROM label WHERE label.record = record.key),
  person = (
    SELECT coalesce(persons.same_as, features.person)
    FROM features LEFT JOIN persons USING (person) WHERE features.record = record.key
  );
UPDATE previous SET new_person = (
  SELECT coalesce(persons.same_as, features.person)
  FROM features LEFT JOIN persons USING (person) WHERE features.record = previous.key
) WHERE key NOT IN (SELECT key FROM record);
UPDATE record SET state = coalesce((
  SELECT CASE
    WHEN previous.household <> record.household THEN 'moved'
    WHEN previous.content = checksum(record.content) AND previous.person IS record.person
    THEN 'same'
    ELSE 'changed'
  END
  FROM previous WHERE previous.key = record.key
), 'new');
CREATE INDEX record_of_household ON record (household, state);
-- Records of earlier exports that are in another household now; also those that had ended.
CREATE VIEW departing AS
SELECT key, known.household FROM (
  SELECT key, household FROM previous UNION ALL SELECT key, household FROM former
) AS known JOIN record USING (key) WHERE record.household <> known.household;
-- Records with what earlier exports said of them: `departed` is the household they were in.
CREATE VIEW compared AS SELECT
  key, record.household, state, file, line, previous.household AS departed,
  trim(previous.name) AS name_before,
  trim(coalesce(json_extract(content, '$.person.given_name'), '') || ' '
    || coalesce(json_extract(content, '$.person.family_name'), '')) AS name
FROM (SELECT key, household, state, file, line, content FROM record) AS record
  LEFT JOIN (SELECT key, household, name FROM previous) AS previous USING (key);
CREATE INDEX previous_of_household ON previous (household);

-- name: relationships_of_nobody
-- Those of whose person the source has no other record.
SELECT key FROM record AS own
WHERE json_extract(content, '$.relationship') IS NOT NULL
  AND json_extract(content, '$.person.given_name') IS NULL
  AND json_extract(content, '$.person.family_name') IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM features AS mine JOIN features AS other USING (person)
    WHERE mine.record = own.key AND other.record <> own.key
  );

-- name: take_from_household
UPDATE record SET household = NULL WHERE key = :key;

-- name: assign_households
INSERT INTO household
SELECT id, id NOT IN (SELECT household FROM previous UNION SELECT household FROM former) FROM (
  SELECT household AS id FROM record WHERE state <> 'same' AND household IS NOT NULL
  UNION
  SELECT household FROM departing
  UNION
  SELECT household FROM previous JOIN gone USING (key)
  UNION
  SELECT previous.household FROM previous LEFT JOIN record USING (key)
  WHERE record.key IS NULL AND previous.new_person IS NOT previous.person
);

-- name: count_households
SELECT count(*) FROM household;

-- name: households
SELECT id FROM household ORDER BY id;

-- name: departed_households
SELECT DISTINCT household FROM departing ORDER BY household;

-- name: records
SELECT content, person, file, line, :run FROM record WHERE household = :household ORDER BY key;

-- name: gone
SELECT key FROM departing WHERE household = :household;

-- name: ended
SELECT key FROM previous JOIN gone USING (key) WHERE household = :household;

-- name: merged
SELECT previous.key, previous.new_person FROM previous LEFT JOIN record USING (key)
WHERE previous.household = :household AND record.key IS NULL
  AND key NOT IN (SELECT key FROM gone) AND previous.new_person IS NOT previous.person;

-- name: reject
INSERT INTO reject SELECT columns, file, line, '', :reason, :hint, text FROM record
WHERE key = :key AND state <> 'same';

-- name: mark_rejected
UPDATE record SET state = 'rejected' WHERE key = :key AND state <> 'same';

-- name: counts
-- What an earlier attempt of the same run wrote, it wrote.
SELECT
  :read,
  count(*) FILTER (WHERE is_written AND NOT is_merged),
  count(*) FILTER (WHERE NOT is_written),
  count(*) FILTER (WHERE is_written AND is_merged) + :repeated,
  (SELECT count(*) FROM reject),
  :skipped,
  (SELECT count(*) FROM household),
  (SELECT count(*) FROM household WHERE is_new)
FROM (
  SELECT
    record.state <> 'same' OR previous.run IS :run AS is_written,
    coalesce(record.person <> features.person, FALSE) AS is_merged
  FROM record
    LEFT JOIN previous USING (key)
    LEFT JOIN features ON features.record = record.key
  WHERE record.state <> 'rejected'
);

-- name: changes
-- What changes of the records, and how many of earlier exports there are.
SELECT
  count(*) FILTER (WHERE state = 'new'),
  count(*) FILTER (WHERE state = 'changed'),
  count(*) FILTER (WHERE state = 'moved'),
  count(*) FILTER (WHERE state <> 'same' AND name_before <> '' AND name_before <> name),
  (SELECT count(*) FROM gone),
  (SELECT count(*) FROM previous)
FROM compared;

-- name: record_changes
-- What changes of the records of a household; also those that have ended.
SELECT key, state, file, line, departed, name_before, name FROM compared
WHERE household = :household AND state NOT IN ('same', 'rejected')
UNION ALL
SELECT key, 'ended', NULL, NULL, NULL, trim(name), NULL FROM previous JOIN gone USING (key)
WHERE household = :household
ORDER BY key;

-- name: nearly_known
-- How many records have a key that is known but for zeros, blanks or signs; none, if any is known.
SELECT count(*) FROM record
WHERE NOT EXISTS (SELECT 1 FROM record JOIN previous USING (key))
  AND near_key(record.key) IN (SELECT near_key(key) FROM previous);

-- name: index_matches
CREATE INDEX IF NOT EXISTS match_pair ON match (first, second);

-- name: restore_merge
INSERT INTO match (report, first, second, kind, confidence, grounds)
SELECT 'merges', :first, :second, :kind, :confidence, :grounds
WHERE NOT EXISTS (
  SELECT 1 FROM match WHERE report = 'merges'
    AND first = :first AND second = :second AND kind = :kind
);

-- name: rejects
SELECT * FROM reject ORDER BY file, line;

-- name: raw_records
-- As they were read, with where they are now; in the order of keys.
SELECT columns, key, household, file, line FROM record ORDER BY key;

-- name: matches
-- Those of a report: `merges` or `possible_duplicates`; of these, groups stay together.
SELECT match.first, match.second, match.kind, round(match.confidence, 4), match.grounds,
  one.text, other.text,
  CASE WHEN match.cluster IS NOT NULL
    THEN dense_rank() OVER (ORDER BY surest.confidence DESC, match.cluster) END AS number
FROM match
  LEFT JOIN record AS one ON one.key = match.first
  LEFT JOIN record AS other ON other.key = match.second
  LEFT JOIN (
    SELECT cluster, max(confidence) AS confidence FROM match WHERE report = :report GROUP BY cluster
  ) AS surest ON surest.cluster = match.cluster
WHERE match.report = :report AND (one.key IS NOT NULL OR other.key IS NOT NULL)
ORDER BY number, match.confidence DESC, match.first, match.second;
