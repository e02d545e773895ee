// Which products are realized by no service, in any state?
//
// After an import, and before a sale counts as delivered: products with no service, neither of
// their own nor of a product they bundle. None is the good news.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @returns household STRING  the id of the household or business
// @returns product STRING  the id of a product
// @returns product_name STRING  its name
// @returns status STRING  its status
// @example {}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH household, household.id + '/' AS prefix
MATCH (product:Product)
WHERE product.id STARTS WITH prefix
  AND NOT EXISTS { MATCH (product)-[:BUNDLES*0..32]->(:Product)-[:REALIZED_BY]->(:Service) }
RETURN
  household.id AS household,
  product.id AS product,
  product.name AS product_name,
  product.status AS status
ORDER BY household, product
