"""From a name on the command line to pieces of UTF-8 text."""
