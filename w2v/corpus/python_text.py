"""Text from Python: any iterable of token lists or of strings, read once without storing it all.

    [["the", "king"], ...]    tokens, taken as they are: each list is a sentence
    ["The king sat.", ...]    text, split into words by the tokenizer: each line is a sentence

A pandas Series, a column of a Hugging Face dataset and a generator are such iterables.
"""

from __future__ import annotations

import glob
import itertools
import os
import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, cast

import numpy as np

from w2v.config import TrainConfig
from w2v.corpus.first_pass import Reading, read_text
from w2v.corpus.spool import Spooled
from w2v.corpus.word_table import Merged, WordTable
from w2v.errors import W2VError
from w2v.messages import kind_of, shown
from w2v.text.paragraphs import one_per_line
from w2v.text.pieces import PIECE_BYTES, Piece, SourceSize
from w2v.words.word_list import WordList

Progress = Callable[[int, int | None], None]

_END_OF_LINE = -1
_BLOCK = 1 << 20  # tokens written at a time
_NAME = re.compile(r"[/\\]|\.\w{1,7}$")  # matches most file names and few texts
_HOW = "pass a path, a list of paths, or an iterable of strings or of lists of words"


class PythonText:
    """An iterable of token lists or of strings.

    Raises TypeError for anything else, judging by its first element; `read` checks the others.
    """

    def __init__(self, texts: Iterable[Any]) -> None:
        rest = _iterator(texts)
        head = list(itertools.islice(rest, 1))
        self._texts = itertools.chain(head, rest)
        self._is_strings = bool(head) and isinstance(head[0], str)
        if head and not self._is_strings:
            _check_tokens(head[0], 0)

    def read(
        self, config: TrainConfig, threads: int, spool: BinaryIO, progress: Progress | None
    ) -> Reading:
        """Read everything once; see `w2v.corpus.first_pass.read_text`.

        Raises TypeError for an element or a token of another type, W2VError for a token that no
        model can hold, and when there are no words.
        """
        if self._is_strings:
            return read_text(StringReader(self._texts, config), threads, spool, progress)
        return _read_tokens(self._texts, spool, progress)


class StringReader:
    """Strings as pieces of text; stands in for `w2v.text.pieces.TextReader`."""

    def __init__(self, strings: Iterable[Any], config: TrainConfig) -> None:
        self.tokenizer, self.keep_case = config.tokenizer, config.keep_case
        self._paragraphs = config.sentence == "paragraph"
        self.sizes = [SourceSize("the strings")]
        self._strings = strings

    @property
    def bytes_done(self) -> int:
        """Bytes of text so far, as UTF-8."""
        return self.sizes[0].bytes

    def bytes_total(self) -> None:
        """Unknown."""
        return

    def pieces(self) -> Iterator[Piece]:
        """The text, piece by piece; each string ends a line."""
        place, parts, filled = 0, list[bytes](), 0
        for number, text in enumerate(self._strings):
            if not isinstance(text, str):
                raise TypeError(
                    f"element {number:,} of the strings is {kind_of(text)}, not a string"
                )
            line = text.encode("utf-8", "replace")
            parts.append(one_per_line(line) if self._paragraphs else line)
            filled += len(parts[-1]) + 1
            if filled >= PIECE_BYTES:
                yield self._piece(parts, place)
                place, parts, filled = place + filled, [], 0
        yield self._piece(parts, place)

    def _piece(self, parts: list[bytes], place: int) -> Piece:
        text = np.frombuffer(bytearray(b"\n".join([*parts, b""])), np.uint8)
        self.sizes[0].bytes += len(text)
        self.sizes[0].text_bytes += len(text)
        return Piece(text, place, range(1), [0])


class _Ids(dict[str, int]):
    """Numbers words in order of first appearance."""

    def __missing__(self, word: Any) -> int:
        if not isinstance(word, str):
            raise TypeError(f"a token is {kind_of(word)}, not a string")
        if not word or "\n" in word:
            what = "is empty" if not word else f"{shown(word)} holds a line break"
            raise W2VError(f"a token {what}; no model can hold it")
        self[word] = number = len(self)
        return number


def _read_tokens(sentences: Iterable[Any], spool: BinaryIO, progress: Progress | None) -> Reading:
    """Number the tokens of sentences, count them and write their ids."""
    ids = _Ids()
    counts: np.ndarray[tuple[int], np.dtype[np.int64]] = np.zeros(0, np.int64)
    spooled: list[Spooled] = []
    size = SourceSize("the lists of words")
    block, n_ends, n_lines = array("i"), 0, 0

    def write() -> None:
        nonlocal counts, block, n_ends
        numbers = np.frombuffer(block, np.int32)
        found = np.bincount(numbers + 1, minlength=len(ids) + 1)[1:]
        found[: len(counts)] += counts
        counts = found
        spool.write(numbers.data)
        spooled.append(Spooled(0, len(numbers), n_ends))
        size.bytes += numbers.nbytes
        block, n_ends = array("i"), 0
        if progress is not None:
            progress(size.bytes, None)

    for number, sentence in enumerate(sentences):
        before, words = len(block), _check_tokens(sentence, number)
        try:
            block.extend(map(ids.__getitem__, words))
        except (TypeError, W2VError) as error:
            what = str(error).replace("unhashable type: ", "a token is not a string but of type ")
            raise type(error)(f"sentence {number:,} (from 0): {what}") from None
        n_lines += len(block) > before
        block.append(_END_OF_LINE)
        n_ends += 1
        if len(block) >= _BLOCK:
            write()
    write()
    if not ids:
        raise W2VError("there are no words in the lists of words")
    table = WordTable("whitespace")
    table.find_or_add(WordList.from_strings(ids))
    everything = np.arange(len(ids), dtype=np.int64)
    return Reading(Merged(table, counts, everything, [everything]), spooled, [size], n_lines)


def _iterator(texts: Any) -> Iterator[Any]:
    """The elements of an iterable of texts. Raises TypeError for anything else."""
    if hasattr(texts, "columns"):  # a data frame, which iterates over the names of its columns
        raise TypeError(f"cannot train on {kind_of(texts)}; pass one of its columns: data['text']")
    try:
        if not isinstance(texts, dict | bytes | bytearray):
            return iter(texts)
    except TypeError:
        pass
    raise TypeError(f"cannot train on {kind_of(texts)}; {_HOW}")


def _check_tokens(sentence: Any, number: int) -> Iterable[Any]:
    """The sentence. Raises TypeError unless it is an iterable of tokens."""
    if isinstance(sentence, str | bytes | dict) or not isinstance(sentence, Iterable):
        how = "pass one field of all records: data['text']" if isinstance(sentence, dict) else _HOW
        raise TypeError(
            f"element {number:,} (from 0) is {kind_of(sentence)}, not a list of words; {how}"
        )
    if number == 0 and isinstance(sentence, list | tuple):
        for word in sentence[:1]:
            if not isinstance(word, str):
                raise TypeError(f"the first word is {kind_of(word)}, not a string; {_HOW}")
    return cast(Iterable[Any], sentence)


def find_text(corpus: Any) -> PythonText | list[str | os.PathLike[str]]:
    """What `corpus` is: paths, or text from Python.

    A list of strings is a list of paths, unless one of them contains white space and names no file:
    then all are text. Raises TypeError for anything else, and for a string that is plainly
    text.
    """
    if isinstance(corpus, str):
        if _is_text(corpus):
            raise TypeError(
                f"a string names a file, and {shown(corpus)} looks like text; to train on text in "
                "memory pass a list of strings: [text]"
            )
        return [corpus]
    if isinstance(corpus, os.PathLike):
        return [corpus]
    if isinstance(corpus, list | tuple) and corpus:
        strings = [path for path in corpus if isinstance(path, str)]
        are_paths = all(isinstance(path, str | os.PathLike) for path in corpus)
        if are_paths and not any(map(_is_text, strings)):
            return list(corpus)
    return PythonText(corpus)


def _is_text(string: str) -> bool:
    """Whether a string is text rather than the name of a file, existing or missing."""
    if len(string.split()) < 2 or _NAME.search(string):
        return False
    try:
        return not (os.path.lexists(string) or glob.glob(string))
    except ValueError:  # a name that no file can have
        return True
