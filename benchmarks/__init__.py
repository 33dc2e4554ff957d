"""Commands behind the figures in README: ours and a rival on the same corpus, in the same run."""
