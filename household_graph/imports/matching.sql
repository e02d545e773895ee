-- Prepare matching in a staging database that has the tables `features` and `block`.

CREATE TABLE merges (first TEXT, second TEXT, kind TEXT, confidence REAL, grounds TEXT);
CREATE TABLE possible_duplicates (
  first TEXT, second TEXT, kind TEXT, confidence REAL, grounds TEXT
);
CREATE TABLE edge (first TEXT, second TEXT);
CREATE TABLE component (node TEXT PRIMARY KEY, least TEXT) WITHOUT ROWID;
CREATE INDEX block_value ON block (value);
CREATE INDEX features_account ON features (account);
CREATE INDEX features_person ON features (person);

-- An earlier import counts first, then the key of the household, then that of the account; else the
-- record is a household by itself. The digit is the index in LABEL_KINDS; the least label wins.
CREATE TABLE label (record TEXT PRIMARY KEY, label TEXT) WITHOUT ROWID;
INSERT INTO label SELECT record, coalesce(
  '0 ' || known_household, '1 ' || household_key, '2 ' || account, '3 ' || record
) FROM features;

-- An earlier import counts first for people too.
CREATE TABLE persons (person TEXT PRIMARY KEY, same_as TEXT) WITHOUT ROWID;
INSERT INTO persons SELECT person, min(coalesce(known_person, person)) FROM features
WHERE person IS NOT NULL GROUP BY person;

-- The pairs to compare. A phone number or house that more than 60 records share is no evidence.
CREATE TABLE pair AS
SELECT DISTINCT one.record AS first, other.record AS second
FROM block AS one JOIN block AS other ON one.value = other.value AND one.record < other.record
WHERE one.value IN (
  SELECT value FROM block GROUP BY value HAVING count(*) BETWEEN 2 AND 60
)
ORDER BY 1, 2;

-- Pairs of two households at an address, without keys of their own; and of two people, with whether
-- they are in one household.
CREATE VIEW household_pair AS
SELECT one.*, other.*, 0 AS is_joined
FROM pair
  JOIN features AS one ON one.record = pair.first
  JOIN features AS other ON other.record = pair.second
  JOIN label AS one_label ON one_label.record = pair.first
  JOIN label AS other_label ON other_label.record = pair.second
WHERE one_label.label <> other_label.label AND one.address IS NOT NULL AND other.address IS NOT NULL
  AND one.household_key IS NULL AND other.household_key IS NULL;
CREATE VIEW person_pair AS
SELECT one.*, other.*, one_label.label = other_label.label AS is_joined
FROM pair
  JOIN features AS one ON one.record = pair.first
  JOIN features AS other ON other.record = pair.second
  JOIN label AS one_label ON one_label.record = pair.first
  JOIN label AS other_label ON other_label.record = pair.second
WHERE one.person <> other.person;

-- What to join, both ways.
CREATE VIEW link (node, next) AS
SELECT first, second FROM edge UNION SELECT second, first FROM edge;
