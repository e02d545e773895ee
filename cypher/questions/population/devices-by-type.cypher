// Which kinds of devices are there, and how many?
//
// For planning and stock: devices, lines and gateways by what they are, in how many households, and
// how many are neither locked, lost nor disabled.
//
// @mode read
// @returns resource_type STRING  what it is; null where it is not recorded
// @returns devices INTEGER  how many
// @returns usable INTEGER  how many of them are unlocked and enabled
// @returns households INTEGER  in how many households
// @example {}
MATCH (household:Organization)
WHERE household.id STARTS WITH '' AND NOT household.id CONTAINS '/'
WITH household, household.id + '/' AS prefix
MATCH (device:Resource)
WHERE device.id STARTS WITH prefix
WITH
  device.resource_type AS resource_type,
  count(device) AS devices,
  sum(CASE
    WHEN device.administrative_state = 'unlocked' AND device.operational_state = 'enable' THEN 1
    ELSE 0
  END) AS usable,
  count(DISTINCT household) AS households
RETURN resource_type, devices, usable, households
ORDER BY devices DESC, resource_type
