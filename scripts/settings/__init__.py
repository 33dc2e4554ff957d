"""What a user may set in configs/*.cfg: one model a file, and how the files are read."""
