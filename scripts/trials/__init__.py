"""Train many pipelines: each trial once, several at a time, here or on a cluster."""
