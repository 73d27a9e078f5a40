"""Compiled code that counts pairs of words and joins phrases."""
