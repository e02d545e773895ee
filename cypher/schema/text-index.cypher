// Create the full-text index
//
// It covers what people are found by: names, usernames, numbers and addresses. No word is left out
// of it: Will is a name. It is refreshed in the background, so that no change waits for it.
//
// @mode schema
// @example {}
CREATE FULLTEXT INDEX entity_text IF NOT EXISTS
FOR (entity:Entity)
ON EACH [
  entity.given_name, entity.family_name, entity.description, entity.name, entity.value,
  entity.username, entity.street, entity.postal_code, entity.city
]
OPTIONS {
  indexConfig: {
    `fulltext.analyzer`: 'standard-no-stop-words', `fulltext.eventually_consistent`: true
  }
}
