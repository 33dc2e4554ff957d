"""BioC and PubTator, the formats of biomedical corpora."""
