"""Compiled code of the training loop; nothing else in w2v trains."""
