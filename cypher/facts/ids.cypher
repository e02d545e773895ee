// Ids by prefix
//
// Completes ids on the command line, and finds the nearest ids for messages; at most 200.
//
// @mode read
// @param prefix STRING  what the ids begin with
// @returns id STRING  the id of a party, account, product, service, resource or policy
// @example {"prefix": "bakers/k"}
MATCH (n:Entity)
WHERE n.id STARTS WITH $prefix
  AND (
    n:Party OR n:CustomerAccount OR n:BillingAccount OR n:Product OR n:Service OR n:Resource
    OR n:Policy
  )
RETURN n.id AS id
ORDER BY id
LIMIT 200
