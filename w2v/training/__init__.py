"""The tables of vectors, and the loop that trains them."""
