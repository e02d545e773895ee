// Transactions that are changing households
//
// The oldest transaction of this tool that is changing one of them; it names the household in its
// metadata. Empty if the user may not see the transactions of others.
//
// @mode read
// @param households LIST<STRING>  ids of households
// @returns household STRING  the id of the household being changed
// @returns since STRING  when the transaction began, as ISO 8601 in UTC
// @example {"households": ["bakers"]}
SHOW TRANSACTIONS YIELD metaData, startTime, status
WHERE NOT status STARTS WITH 'Blocked'
  AND any(one IN $households WHERE one IN coalesce(metaData.households, []))
RETURN
  head([one IN $households WHERE one IN metaData.households]) AS household,
  toString(startTime) AS since
ORDER BY since
LIMIT 1
