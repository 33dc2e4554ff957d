"""UIMA's XMI and JSON."""
