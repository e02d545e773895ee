// Lock households
//
// The first statement of every change. One write to the household's own node makes every other
// change of it wait until this one is over; what is read after that stays true until then.
// The node of a new household is made here, so that two who make it at once do not both succeed.
// One that was taken back has a node without labels, and is new again.
//
// @mode write
// @param households LIST<STRING>  ids of households, sorted, so that two changes never wait for
//   each other in turn
// @returns household STRING  the id of the household
// @returns created BOOLEAN  whether it is new, and its node was made by this statement
// @example {"households": ["bakers"]}
UNWIND $households AS household
MERGE (organization:Entity {id: household})
SET organization.lock = true
WITH household, organization, NOT organization:Organization AS created
REMOVE organization.lock
SET organization:Party:Organization
RETURN household, created
