"""Sources: the files of exports, opened and read record by record; one module a format."""
