"""Prodigy's JSONL."""
