"""doccano's JSONL."""
