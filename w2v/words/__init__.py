"""What a vocabulary is: its words, their counts, spellings and subwords."""
