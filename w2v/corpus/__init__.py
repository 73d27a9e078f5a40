"""From text to numbers: words counted, and the text as word ids on disk."""
