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
