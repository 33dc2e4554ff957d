"""Annotating many texts: records read as a stream, annotated chunk by chunk, and written in order."""
