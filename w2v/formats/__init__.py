"""Vector files of every kind: one module per format."""
