// Drop an index
//
// Drops the index that a constraint leaves behind if the server is killed while it is created: a
// constraint of that name cannot be created while the index exists.
//
// @mode schema
// @param name STRING  the name of the index
// @example {"name": "constraint_unique_Product_id"}
DROP INDEX $name IF EXISTS
