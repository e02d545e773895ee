"""What the graph is made of: ids, words, instants, rows. Pure: no driver, no files, no clock."""
