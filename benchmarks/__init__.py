"""The commands behind the figures in docs/measured.md: ours and a rival, on the same corpus."""
