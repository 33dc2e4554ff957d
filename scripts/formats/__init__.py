"""Annotation formats: a package a family, with its readers and its writer."""
