"""GATE's XML and JSON."""
