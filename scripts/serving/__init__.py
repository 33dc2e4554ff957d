"""The service of `serve`: a page and JSON endpoints for one pipeline; needs requirements-serve.txt."""
