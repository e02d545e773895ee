"""All that talks to Neo4j: connection, local server, schema, queries, reads and writes."""
