"""A whole training run, from text to model folder, in a way that survives a crash."""
