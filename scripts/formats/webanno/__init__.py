"""WebAnno's and INCEpTION's TSV."""
