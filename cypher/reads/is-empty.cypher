// Whether the database is empty
//
// @mode read
// @returns empty BOOLEAN  whether there is no node of any kind
// @example {}
MATCH (node)
RETURN count(node) = 0 AS empty
