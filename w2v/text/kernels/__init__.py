"""Compiled code that finds the words in a piece of text."""
