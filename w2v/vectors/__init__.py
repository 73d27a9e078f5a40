"""Word vectors in memory and the questions they answer."""
