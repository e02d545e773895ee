// Sources that are being imported
//
// Those of which an import, or the undo of one, is at work: its transaction names the source in its
// metadata. Those of other users are left out where the user may not see their transactions.
//
// @mode read
// @returns source STRING  the name of the source
SHOW TRANSACTIONS YIELD metaData
WHERE metaData.import IS NOT NULL
RETURN DISTINCT metaData.import AS source
