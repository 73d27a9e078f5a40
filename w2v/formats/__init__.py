"""The format registry."""
