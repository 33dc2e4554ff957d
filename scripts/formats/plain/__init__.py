"""JSON and tables of no particular tool."""
