"""From text to numbers: the words counted, and the text as word ids on disk."""
