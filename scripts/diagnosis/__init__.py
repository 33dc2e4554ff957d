"""Why it doesn't work: what `doctor` looks at, from the packages to the network."""
