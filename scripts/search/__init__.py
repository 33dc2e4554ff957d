"""A search for better values of a config: what is searched, the study, and what came of it."""
