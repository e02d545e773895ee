-- The statements of person scores in DuckDB; each begins with its name.

-- name: rare
-- A value that more than 60 records share is no evidence, and no reason to compare them.
CREATE MACRO rare(value, how_many) AS CASE WHEN how_many <= 60 THEN value END;

-- name: placeholders
-- Days that stand for an unknown one: 1 January of a year, where it is on far more than its share
-- of the records; those of old computers always.
CREATE TABLE placeholder AS
SELECT birth FROM (
  SELECT birth, count(*) AS how_many, sum(count(*)) OVER (PARTITION BY left(birth, 4)) AS of_year
  FROM raw WHERE birth IS NOT NULL GROUP BY birth
)
WHERE birth IN ('1900-01-01', '1970-01-01', '1899-12-30', '1899-12-31')
  OR (right(birth, 6) = '-01-01' AND how_many > 3 + 5 * of_year / 365);

-- name: people
CREATE TABLE people AS
WITH told AS (
  SELECT * EXCLUDE (birth),
    CASE WHEN birth NOT IN (SELECT birth FROM placeholder) THEN birth END AS birth
  FROM raw
), keyed AS (
  SELECT *,
    strftime(try_strptime(birth, '%Y-%m-%d'), '%Y-%d-%m') AS turned,
    least(given, family) || ' ' || greatest(given, family) AS names_key,
    least(left(given, 1), left(family, 1)) || greatest(left(given, 1), left(family, 1)) AS initials
  FROM told
), blocked AS (
  SELECT *,
    names_key AS names,
    birth || left(given, 2) AS birth_given,
    birth || left(family, 2) AS birth_family,
    birth || initials AS birth_initials,
    birth || postal AS birth_postal,
    birth || street AS birth_street,
    birth || city AS birth_city,
    birth || ' ' || number AS birth_number,
    number || ' ' || postal AS number_postal,
    given || ' ' || number AS given_number,
    family || ' ' || postal AS family_postal,
    given || ' ' || postal AS given_postal,
    initials || postal AS initials_postal,
    number || ' ' || street AS house,
    street || ' ' || postal AS street_postal,
    street || ' ' || city AS street_city,
    given || ' ' || city AS given_city,
    family || ' ' || city AS family_city,
    initials || ' ' || city AS initials_city,
    number || ' ' || city AS number_city,
    family || ' ' || street AS family_street,
    given || ' ' || street AS given_street,
    account || ' ' || family AS account_family,
    names_key || birth AS sure_by_names,
    family || birth || street || number AS sure_by_house
  FROM keyed
)
SELECT * EXCLUDE ({derived}),
  list_filter([{keys}], lambda key: key IS NOT NULL) AS keys
FROM (SELECT * EXCLUDE ({blocks}, names_key, initials), {rare} FROM blocked)
ORDER BY record;

-- name: tf
-- How often a name occurs; the usual frequency counts as much as so many records.
CREATE OR REPLACE TABLE tf_{column} AS
SELECT {column}, (count(*) + {usual} * {u}) / ({usual} + (SELECT count({column}) FROM people))
  AS tf_{column}
FROM people WHERE {column} IS NOT NULL GROUP BY {column} ORDER BY {column};

-- name: sure
-- How many pairs are of one person beyond doubt, for all practical purposes.
SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM (
  SELECT count(*) AS n FROM people WHERE sure_by_names IS NOT NULL GROUP BY sure_by_names
);

-- name: scored
SELECT least(record_l, record_r), greatest(record_l, record_r), round(match_probability, 6)
FROM {scored} ORDER BY 1, 2;
