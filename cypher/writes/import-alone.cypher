// Lock a source for one import
//
// Never committed. While the transaction is open, a second import of the source gets no further
// than this, since ids are unique. It ends with the client's connection, even if the client is
// killed.
//
// @mode write
// @param source STRING  the name of the source
// @example {"source": "telco"}
MERGE (:ImportRun {id: 'import-' + $source})
