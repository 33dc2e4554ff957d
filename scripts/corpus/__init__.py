"""What an annotated text is, how it becomes a Doc, to which split it belongs, how Docs are kept."""
