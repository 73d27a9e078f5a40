"""What the query commands and the prompt share: reading questions, and showing answers."""
