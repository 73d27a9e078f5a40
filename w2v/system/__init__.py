"""Files, compression, threads and what the machine has; knows nothing of words."""
