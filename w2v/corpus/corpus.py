"""Corpus: the text as word ids on disk, read back slice by slice.

The folder holds

    ids.i32        int32[n_tokens], little-endian: all words of the text that are in the vocabulary
    sentences.i64  int64[n_sentences + 1], little-endian: where each sentence begins
    corpus.json    sizes, summary and fingerprint; written last

A sentence is what remains of a line when words outside the vocabulary are removed, cut after every
`max_sentence` words.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.errors import W2VError
from w2v.system.atomic import atomic_file

IDS, SENTENCES, FACTS = "ids.i32", "sentences.i64", "corpus.json"
_FORMAT = 2
ID = np.dtype("<i4")
OFFSET = np.dtype("<i8")


@dataclass(frozen=True)
class CorpusSummary:
    """What was read, and what was kept of it."""

    n_words: int  # words in the text
    n_retained: int  # those of them that are in the vocabulary
    n_distinct: int  # distinct words in the text
    n_vocabulary: int
    n_lines: int  # lines with at least one word
    n_sentences: int
    n_cut_sentences: int  # lines longer than max_sentence, which became several sentences
    n_replaced_bytes: int  # bytes that were not valid in the encoding
    n_stopped: int = 0  # words of the text that are stop words
    lacks_spaces: bool = False  # between words, as in Chinese
    sources: list[dict[str, Any]] = field(default_factory=list)  # name, bytes, text_bytes, ...


@dataclass(frozen=True)
class Corpus:
    """Word ids on disk. Written by `w2v.corpus.build`, reopened by `Corpus.open`.

    Attributes
    ----------
    folder : where the files are
    n_tokens : total number of ids
    n_sentences : total number of sentences
    summary : what was read
    fingerprint : a digest of the vocabulary, the sentences and the ids' checksum
    unit_tokens : the number of ids in each unit of a share of the text (`w2v.text.shares`)
    """

    folder: Path
    n_tokens: int
    n_sentences: int
    summary: CorpusSummary
    fingerprint: str
    unit_tokens: list[int] = field(default_factory=list)

    @classmethod
    def open(cls, folder: Path) -> Corpus:
        """The corpus in `folder`. Raises W2VError if there is none, or if a part is missing."""
        path = folder / FACTS
        try:
            facts = json.loads(path.read_text("utf-8"))
            summary = CorpusSummary(**facts["summary"])
            tokens, sentences = int(facts["n_tokens"]), int(facts["n_sentences"])
            of_units = [int(size) for size in facts.get("unit_tokens", [])]
            corpus = cls(folder, tokens, sentences, summary, str(facts["fingerprint"]), of_units)
            whole = facts["format"] == _FORMAT
        except OSError as error:
            raise W2VError(f"{path}: {error.strerror}") from None
        except (ValueError, KeyError, TypeError):
            raise W2VError(f"{path}: damaged; remove {folder} and run again") from None
        if not whole:
            raise W2VError(
                f"{path}: written by another version of w2v; remove {folder} and run again"
            )
        _check_size(folder / IDS, tokens * ID.itemsize)
        _check_size(folder / SENTENCES, (sentences + 1) * OFFSET.itemsize)
        return corpus

    def save(self) -> None:
        """Write corpus.json, which completes the corpus."""
        facts = {
            "format": _FORMAT,
            "n_tokens": self.n_tokens,
            "n_sentences": self.n_sentences,
            "fingerprint": self.fingerprint,
            "unit_tokens": self.unit_tokens,
            "summary": dataclasses.asdict(self.summary),
        }
        with atomic_file(self.folder / FACTS, overwrite=True) as file:
            file.write(json.dumps(facts, indent=1).encode())

    def read(self, first: int, last: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Sentences first to last - 1: int32[n] ids and int64[last - first + 1] offsets into them.

        Raises W2VError if a file is shorter than when it was written.
        """
        if not 0 <= first <= last <= self.n_sentences:
            raise IndexError(f"sentences {first} to {last} of {self.n_sentences}")
        offsets = _read(self.folder / SENTENCES, OFFSET, first, last + 1 - first)
        begin, end = int(offsets[0]), int(offsets[-1])
        if not 0 <= begin <= end <= self.n_tokens:
            raise W2VError(f"{self.folder / SENTENCES}: damaged; run again without --resume")
        ids = _read(self.folder / IDS, ID, begin, end - begin)
        return ids.astype(np.int32, copy=False), (offsets - begin).astype(np.int64, copy=False)

    def tokens_before(self, sentence: int) -> int:
        """The number of ids before a sentence."""
        return int(_read(self.folder / SENTENCES, OFFSET, sentence, 1)[0])

    def longest_sentence(self) -> int:
        """The number of ids in the longest sentence."""
        longest, step = 0, 1 << 20
        for first in range(0, self.n_sentences, step):
            size = min(step, self.n_sentences - first)
            ends = _read(self.folder / SENTENCES, OFFSET, first, size + 1)
            longest = max(longest, int(np.diff(ends).max()))
        return longest

    def slices(self, tokens: int) -> NDArray[np.int64]:
        """Cut the sentences into runs of about `tokens` ids: int64[n + 1] sentence boundaries."""
        bounds = [0]
        step = 1 << 20
        goal = tokens
        for first in range(0, self.n_sentences, step):
            size = min(step, self.n_sentences - first)
            ends = _read(self.folder / SENTENCES, OFFSET, first + 1, size)
            while (found := int(np.searchsorted(ends, goal))) < size:
                bounds.append(first + found + 1)
                goal = int(ends[found]) + tokens
        if bounds[-1] < self.n_sentences:
            bounds.append(self.n_sentences)
        return np.array(bounds, np.int64)


def _check_size(path: Path, wanted: int) -> None:
    """Raise W2VError if the file is not of the size that corpus.json states."""
    size = path.stat().st_size if path.is_file() else None
    if size != wanted:
        found = "is missing" if size is None else f"has {size:,} bytes"
        raise W2VError(f"{path}: {found}, expected {wanted:,}; remove the folder and run again")


def _read(path: Path, dtype: np.dtype[Any], first: int, size: int) -> NDArray[Any]:
    """Entries first to first + size - 1 of a file. Raises W2VError if it is too short."""
    array = np.empty(size, dtype)
    try:
        with path.open("rb", buffering=0) as file:
            file.seek(first * dtype.itemsize)
            left = array.view(np.uint8).data
            while len(left) and (read := file.readinto(left)):
                left = left[read:]
    except OSError as error:
        raise W2VError(f"{path}: {error.strerror}") from None
    if len(left):
        raise W2VError(f"{path}: shorter than when it was written; run again")
    return array
