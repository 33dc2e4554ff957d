"""brat's stand-off files."""
