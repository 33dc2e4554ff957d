"""Data sets of Hugging Face: Parquet, Arrow and JSON."""
