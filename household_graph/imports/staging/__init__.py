"""Where an import works: a file on disk, so that a million records need no more memory."""
