// The ids of a batch of questions, looked up and nothing else
//
// What the server can give at most for random questions; the batch is measured against it.
//
// @mode read
// @param questions LIST<MAP>  party, target, device
// @returns party STRING  the id of the party
// @returns target STRING  the id of the target
// @returns device STRING  the id of the device
UNWIND $questions AS question
MATCH (party:Entity {id: question.party})
MATCH (target:Entity {id: question.target})
MATCH (device:Entity {id: question.device})
RETURN party.id AS party, target.id AS target, device.id AS device
