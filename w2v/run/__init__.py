"""A whole training run, from text to model folder, and what makes it survive a crash."""
