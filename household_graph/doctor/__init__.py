"""The doctor: what the laws forbid, or a provider would want to know, of a household as it is."""
