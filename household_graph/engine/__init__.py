"""Facts in, decision out: the laws of domain and their reasons. Pure: no driver, no clock."""
