"""Our own model folder: model.json, vocab.tsv, vectors.npy, context.npy, train.jsonl.

It opens without reading the tables (they are memory-mapped) and without a Python object for each
word (vocab.tsv is split with array operations).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.embedding import WordList, WordVectors
from w2v.errors import W2VError

NAME = "w2v"
ENDINGS = (".w2v",)
FORMAT_VERSION = 1
MODEL, VOCABULARY, INPUTS, OUTPUTS, LOG = (
    "model.json",
    "vocab.tsv",
    "vectors.npy",
    "context.npy",
    "train.jsonl",
)
MAX_HEADER = 10_000  # bytes of an .npy header that we read

Float32s = npt.NDArray[np.float32]


def sniff(path: Path) -> bool:
    """Whether `path` is a model folder."""
    return (path / MODEL).is_file()


def write_model(
    path: Path,
    words: WordList,
    counts: npt.NDArray[np.int64] | None,
    inputs: Float32s,
    outputs: Float32s | None,
    about: dict[str, Any],
    log: Path | None = None,
    *,
    overwrite: bool = False,
) -> None:
    """Write a model folder, whole or not at all.

    inputs, outputs: float32[V, D]; outputs None where there is but one table. `about` is what
    model.json holds beside the format's own fields; `log` is copied as train.jsonl.
    Raises W2VError when the folder cannot be written or a word holds a tab.
    """
    import json

    from w2v.atomic import atomic_folder

    if b"\t" in words.blob:
        row = int(np.searchsorted(words.offsets, words.blob.index(b"\t"), "right")) - 1
        raise W2VError(f"the word {words[row]!r} holds a tab, which {VOCABULARY} cannot")
    with atomic_folder(path, overwrite=overwrite) as folder:
        head = {"format": "w2v", "format_version": FORMAT_VERSION}
        shape = {"words": len(words), "vector_size": int(inputs.shape[1])}
        text = json.dumps({**head, **shape, **about}, indent=2, ensure_ascii=False)
        (folder / MODEL).write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
        _write_vocabulary(folder / VOCABULARY, words, counts)
        _write_table(folder / INPUTS, inputs)
        if outputs is not None:
            _write_table(folder / OUTPUTS, outputs)
        if log is not None:
            shutil.copyfile(log, folder / LOG)


def write(vectors: WordVectors, path: Path, *, overwrite: bool = False) -> None:
    """Write imported vectors as a model folder of one table."""
    write_model(path, vectors.words, vectors.counts, vectors.matrix, None, {}, overwrite=overwrite)


def read(path: Path, *, table: str = "input", limit: int | None = None) -> WordVectors:
    """Open a model folder; the tables stay on the disk. `table`: input, output or sum.

    Raises W2VError when a file is missing, damaged, or of another size than the others.
    """
    about = read_metadata(path)
    words, counts = _read_vocabulary(path / VOCABULARY, about["words"])
    shape = (about["words"], about["vector_size"])
    if table == "input":
        matrix = _read_table(path / INPUTS, shape)
    elif not (path / OUTPUTS).is_file():
        raise W2VError(f"{path} holds input vectors alone; leave out --vectors {table}")
    elif table == "output":
        matrix = _read_table(path / OUTPUTS, shape)
    elif table == "sum":
        matrix = _read_table(path / INPUTS, shape) + _read_table(path / OUTPUTS, shape)
    else:
        raise W2VError(f"vectors must be input, output or sum, not '{table}'")
    if limit is not None and limit < len(words):
        words, matrix = words.select(np.arange(limit)), matrix[:limit]
        counts = counts if counts is None else counts[:limit]
    return WordVectors(words, matrix, counts)


def read_metadata(path: Path) -> dict[str, Any]:
    """What model.json says. Raises W2VError when it is not a model of a version that we read."""
    import json

    try:
        about = json.loads((path / MODEL).read_text(encoding="utf-8"))
    except OSError as error:
        raise W2VError(f"{path / MODEL}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise W2VError(f"{path / MODEL}: damaged: {error}") from None
    if not isinstance(about, dict) or about.get("format") != "w2v":
        raise W2VError(f"{path / MODEL}: not a w2v model")
    if about.get("format_version") != FORMAT_VERSION:
        raise W2VError(
            f"{path / MODEL}: format version {about.get('format_version')} is not "
            f"{FORMAT_VERSION}; use the w2v that wrote it"
        )
    for key in ("words", "vector_size"):
        if type(about.get(key)) is not int or about[key] < 0:
            raise W2VError(f"{path / MODEL}: '{key}' must be a whole number")
    return about


def _write_vocabulary(path: Path, words: WordList, counts: npt.NDArray[np.int64] | None) -> None:
    """word TAB count lines; the words alone where counts are not known."""
    with open(path, "wb") as file:
        if counts is None:
            file.write(words.blob)
            return
        for first in range(0, len(words), 65_536):
            numbers = counts[first : first + 65_536].tolist()
            names = words[first : first + 65_536]
            lines = (f"{word}\t{n}\n" for word, n in zip(names, numbers, strict=True))
            file.write("".join(lines).encode())


def _read_vocabulary(path: Path, n_words: int) -> tuple[WordList, npt.NDArray[np.int64] | None]:
    """Words and counts (None when the file has none), split with array operations."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise W2VError(f"{path}: {error.strerror}") from None
    lines = data.count(b"\n")
    if lines != n_words or (data and not data.endswith(b"\n")):
        raise W2VError(f"{path}: damaged: it holds {lines} lines, and {MODEL} says {n_words}")
    if b"\t" not in data:
        return _word_list(path, data), None
    symbols = np.frombuffer(data, np.uint8)
    tabs, ends = np.flatnonzero(symbols == 9), np.flatnonzero(symbols == 10)
    starts = np.concatenate([[0], ends[:-1] + 1])
    if len(tabs) != n_words or (tabs < starts).any() or (tabs > ends).any():
        raise W2VError(f"{path}: damaged: a line must be a word, a tab and a count")
    counts = _numbers(path, symbols, tabs + 1, ends)
    return _word_list(path, _without_counts(symbols, tabs, ends)), counts


def _without_counts(symbols: Any, tabs: Any, ends: Any) -> bytes:
    """The bytes with what lies from each tab to its line's end (not counting it) taken out."""
    edges = np.zeros(len(symbols) + 1, np.int8)
    edges[tabs] = 1
    edges[ends] -= 1
    inside = np.cumsum(edges[:-1], dtype=np.int8)
    return bytes(symbols[inside == 0])


def _numbers(path: Path, symbols: Any, starts: Any, ends: Any) -> npt.NDArray[np.int64]:
    """The decimal numbers at symbols[starts:ends], int64[n], a digit of all of them at a time."""
    width = ends - starts
    if width.min(initial=1) < 1 or width.max(initial=1) > 18:
        raise W2VError(f"{path}: damaged: a count must be a whole number")
    numbers = np.zeros(len(starts), np.int64)
    for place in range(int(width.max(initial=0))):
        there = np.flatnonzero(width > place)
        digits = symbols[starts[there] + place].astype(np.int64) - 48
        if ((digits < 0) | (digits > 9)).any():
            raise W2VError(f"{path}: damaged: a count must be a whole number")
        numbers[there] = numbers[there] * 10 + digits
    return numbers


def _word_list(path: Path, blob: bytes) -> WordList:
    try:
        return WordList.from_bytes(blob)
    except W2VError as error:
        raise W2VError(f"{path}: damaged: {error}") from None


def _write_table(path: Path, table: Float32s) -> None:
    """A .npy file of float32[V, D], written block by block."""
    with open(path, "wb") as file:
        np.lib.format.write_array_header_1_0(
            file, {"descr": "<f4", "fortran_order": False, "shape": tuple(table.shape)}
        )
        for first in range(0, len(table), 16_384):
            file.write(np.ascontiguousarray(table[first : first + 16_384], "<f4").data)


def _read_table(path: Path, shape: tuple[int, int]) -> Float32s:
    """Memory-map a .npy file of float32, its header checked against `shape` and the file's size."""
    try:
        with open(path, "rb") as file:
            version = np.lib.format.read_magic(file)
            if version != (1, 0):
                raise ValueError(f"version {version} of the .npy format")
            found, fortran, kind = np.lib.format.read_array_header_1_0(
                file, max_header_size=MAX_HEADER
            )
            start, size = file.tell(), os.fstat(file.fileno()).st_size
    except OSError as error:
        raise W2VError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise W2VError(f"{path}: damaged: {error}") from None
    if found != shape or fortran or kind != np.dtype("<f4"):
        raise W2VError(f"{path}: damaged: it is {kind}{list(found)}, not float32{list(shape)}")
    if size - start != shape[0] * shape[1] * 4:
        raise W2VError(
            f"{path}: damaged: it holds {size - start} bytes of vectors, not "
            f"{shape[0] * shape[1] * 4}"
        )
    if size == start:
        return np.zeros(shape, np.float32)
    return np.memmap(path, "<f4", "r", start, shape)
