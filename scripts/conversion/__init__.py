"""From annotated texts to Docs: reading, merging, offsets, alignment, splitting, shards, rejects."""
