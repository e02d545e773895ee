// Drop an index
//
// For one that a constraint left behind as the server was killed while it was made: another
// constraint of that name cannot be made while it is there.
//
// @mode schema
// @param name STRING  its name
// @example {"name": "constraint_unique_Product_id"}
DROP INDEX $name IF EXISTS
