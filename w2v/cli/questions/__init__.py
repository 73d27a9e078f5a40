"""What the query commands and the prompt share."""
