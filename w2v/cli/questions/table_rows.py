"""The vector task: rows of the table, and composed vectors of words that it lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from w2v.cli.output import echo, note_composed, printable
from w2v.errors import UsageError, W2VError

if TYPE_CHECKING:
    from w2v.vectors.word_vectors import WordVectors


@dataclass(frozen=True)
class Row:
    """A word's vector. A composed one is not a row of the table, so it has no index."""

    is_table = False

    index: int | None
    word: str
    values: str  # separated by spaces; as few digits as read back as the same float32

    def show(self, *, alone: bool) -> None:
        """The word and the values, as a line of word2vec's text format."""
        echo(f"{printable(self.word)} {self.values}")

    def as_json(self) -> Any:
        """The row, with null for values that are not finite, which JSON lacks."""
        numbers = [float(value) for value in self.values.split()]
        vector = [number if number - number == 0 else None for number in numbers]
        composed = {"composed": [self.word]} if self.index is None else {}
        return {"index": self.index, "word": self.word, **composed, "vector": vector}


class Vector:
    """The vectors of words, or of row numbers."""

    def __init__(self, table: WordVectors, by_index: bool) -> None:
        self.table, self.by_index = table, by_index

    def takes(self, words: int) -> bool:
        """Any number of words; each is a query."""
        return words >= 1

    def from_words(self, words: Sequence[str]) -> list[int | str]:
        """Each word is a query."""
        return [self.from_line(word) for word in words]

    def from_line(self, line: str) -> int | str:
        """The number of the row, from 0; the word itself if its vector is composed."""
        if not self.by_index:
            row = int(self.table.look_up([line])[0][0])
            return line if row < 0 else row
        try:
            index = int(line)
        except ValueError:
            raise UsageError(f"{line!r} is not a row number; --index takes whole numbers") from None
        if not 0 <= index < len(self.table):
            raise W2VError(
                f"index {index} is out of range: the table has rows 0 to {len(self.table) - 1}"
            )
        return index

    def answer(self, queries: Sequence[int | str]) -> list[Row]:
        """The vectors."""
        import numpy as np

        from w2v.formats.shared.decimal_writing import rows_to_text

        words = self.table.words
        note_composed([query for query in queries if isinstance(query, str)])
        texts = rows_to_text(np.array([self.table[query] for query in queries]), None, " ")
        return [
            Row(None, query, text.decode())
            if isinstance(query, str)
            else Row(query, words[query], text.decode())
            for query, text in zip(queries, texts, strict=True)
        ]
