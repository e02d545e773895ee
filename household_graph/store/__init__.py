"""All that talks to Neo4j; nothing else imports the driver.

Whatever asks the database raises DatabaseUnavailableError if it does not answer or refuses the
login, and DeadlineExceededError if the time is up. Docstrings name the other errors.
"""
