"""Scores on analogy and word-pair sets."""
