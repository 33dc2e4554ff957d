"""The table of all runs: what each was made from and what it reached, without a server."""
