"""The corpus on disk, read back: Docs, what they mark, the tokenizer that made them."""
