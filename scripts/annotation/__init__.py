"""What an annotated text is, and the faults one can have. Imports nothing else of this project."""
