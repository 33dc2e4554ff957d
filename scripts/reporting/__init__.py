"""The report of a run: one page for people, and a short text for pull requests."""
