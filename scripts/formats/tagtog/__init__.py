"""tagtog's exports."""
