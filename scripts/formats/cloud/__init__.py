"""Formats of the cloud services: Amazon, Azure and Google."""
