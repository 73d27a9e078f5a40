"""Maps of words in two dimensions."""
