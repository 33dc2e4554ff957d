"""The steps of the project, one module a step, and the rooms that they share."""
