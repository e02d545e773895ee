// The server's time
//
// For whoever reads nothing else of the server at that moment.
//
// @mode read
// @returns now INTEGER  in epoch milliseconds
// @example {}
RETURN datetime.realtime().epochMillis AS now
