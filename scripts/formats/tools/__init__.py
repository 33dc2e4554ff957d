"""Tools whose format is one module."""
