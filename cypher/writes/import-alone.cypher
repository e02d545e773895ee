// Keep others from importing a source
//
// Never committed: while the transaction that runs it is open, nobody else gets further than this,
// as no two nodes may have one id. It ends with the client, whatever ends that.
//
// @mode write
// @param source STRING  the name of the source
// @example {"source": "telco"}
MERGE (:ImportRun {id: 'import-' + $source})
