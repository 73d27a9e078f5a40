"""Our own model folder: model.json, vocab.tsv, vectors.npy, context.npy, words.npy, train.jsonl.

vectors.npy is what the model publishes: every reader takes it, and every export. It is either the
input vectors, which were trained, or their mix with the output vectors (context.npy), which may be
whitened (see `w2v.formats.whitening`); words.npy then holds the input vectors, so that training can
continue, and model.json says "published": "mix".
A model whose text was read with phrases joined also holds these, as phrases.tsv.

With subwords, an input vector is the mean of the word's own row and the rows of its n-grams. Then
words.npy always holds the own rows, further files hold those of the n-grams (see
`w2v.formats.shared.subword_folder`), and model.json says which n-grams ("subwords": "min_n",
"max_n", "buckets").

Opening it reads no table (they are memory-mapped) and makes no Python object for each word
(vocab.tsv is split with array operations).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.arrays import Floats, Integers, numbered
from w2v.config import MIX_WEIGHT, TABLES
from w2v.errors import W2VError
from w2v.formats.shared import npy_layout, subword_folder, subword_options, vocab_tsv
from w2v.formats.shared.fasttext_options import FASTTEXT
from w2v.formats.signatures import MODEL_JSON
from w2v.formats.table import Table, from_arrays, from_file
from w2v.formats.whitening import whitened
from w2v.system.atomic import atomic_folder
from w2v.words.subwords import SubwordRows, Subwords, trained_rows
from w2v.words.word_list import WordList

FORMAT_VERSION = 2
WITH_SUBWORDS = 3  # the version of folders that have them
_READABLE = (1, 2, WITH_SUBWORDS)  # version 1 always publishes the input vectors
_FORMAT = "w2v"
MODEL_FILES = (
    MODEL_JSON,
    "vocab.tsv",
    "vectors.npy",
    "context.npy",
    "words.npy",
    "buckets.npy",
    "bucket_numbers.npy",
    "train.jsonl",
    "phrases.tsv",
)
_, VOCABULARY, PUBLISHED, OUTPUTS, WORDS, _, _, LOG, PHRASES = MODEL_FILES
_OUTPUT_ROWS, _NODES = "output_rows", "nodes"  # model.json's entry where OUTPUTS holds no words
_SUBWORDS = "subwords"  # model.json's entry for them

SomeRows = Callable[[int, int], Floats]
"""Makes the rows [first, last) of a matrix."""


def read(path: Path, *, table: str = "published", mix_weight: float = MIX_WEIGHT) -> Table:
    """Open a table of a model folder.

    Parameters
    ----------
    table
        "published": what the model publishes; "input" and "output": the tables that were trained;
        "sum" and "mix": input + output and input + mix_weight x output.

    Raises
    ------
    W2VError when a file is missing, damaged, or does not fit the others.
    """
    if table not in TABLES:
        raise W2VError(f"vectors must be {', '.join(TABLES[:-1])} or {TABLES[-1]}, not '{table}'")
    about = read_metadata(path)
    words, counts = _read_vocabulary(path / VOCABULARY, about["words"])
    has_outputs = (path / OUTPUTS).is_file() and not holds_nodes(about)
    if table in ("output", "sum", "mix") and not has_outputs:
        why = "holds only input vectors"
        if holds_nodes(about):
            why = "was trained with hierarchical softmax, which stores no output vectors of words"
        raise W2VError(f"{path} {why}; leave out --vectors {table}")

    def open_file(name: str) -> Table:
        return _read_table(path / name, words, about["vector_size"], counts)

    if table == "output":
        return open_file(OUTPUTS)
    rows = _subword_rows(path, about, words)
    has_mix = about.get("published", "input") == "mix"
    if table == "published" or not has_mix:
        found = open_file(PUBLISHED)
    elif rows is None:
        found = open_file(WORDS)
    else:
        found = _composed(words, about["vector_size"], counts, rows)
    if table in ("sum", "mix"):
        found = mixed(found, _rows_of(open_file(OUTPUTS)), 1.0 if table == "sum" else mix_weight)
    if rows is not None:
        rows = replace(rows, mixed=table in ("sum", "mix") or (has_mix and table == "published"))
    outputs = (lambda: open_file(OUTPUTS)) if has_outputs else None
    return replace(found, outputs=outputs, subwords=rows, about=about)


def write(table: Table, path: Path, *, overwrite: bool = False) -> None:
    """Write a table as a model folder.

    Of a table with subwords the trained rows and the output vectors are written too, so that
    training can continue; a pruned model is written without its n-grams.
    """
    rows = table.subwords
    tables = {PUBLISHED: table}
    about = {key: table.about[key] for key in (FASTTEXT,) if key in table.about}
    if rows is not None and rows.pruned:
        rows = None
    if rows is not None:
        about = {
            **({"published": "mix"} if rows.mixed else {}),
            _SUBWORDS: subword_options.to_json(rows.subwords),
            **about,
        }
        if table.outputs is not None:
            tables[OUTPUTS] = table.outputs()
    _write(path, tables, about, {}, rows, overwrite=overwrite)


def write_model(
    path: Path,
    words: WordList,
    counts: npt.NDArray[np.int64] | None,
    inputs: Floats,
    outputs: Floats | SomeRows | None,
    about: dict[str, Any],
    files: Mapping[str, Path] | None = None,
    *,
    mix_weight: float | None = None,
    whiten: float = 0.0,
    nodes: Floats | None = None,
    subwords: Subwords | None = None,
    buckets: Integers | None = None,
    overwrite: bool = False,
    part: Path | None = None,
) -> None:
    """Write a model folder, whole or not at all.

    inputs, outputs: float32[V, D]; outputs None where there is only one table, and a function that
    makes their rows where they are mixed in and not stored. With `subwords`,
    inputs is float32[V + U, D]: the words' own rows, then those of `buckets`, int64[U], which are
    the n-grams that the words have. With a `mix_weight` the model publishes
    inputs + mix_weight x outputs, whitened by `whiten`, otherwise the inputs. `nodes`:
    float32[V - 1, D], the inner nodes of hierarchical softmax, are stored, not outputs. `about` is
    what model.json holds besides the format's own fields; `files` are copied under the names given,
    LOG and PHRASES; `part` is the folder's name until it is whole. Raises W2VError when the folder
    cannot be written.
    """
    tables, rows = {}, None
    if subwords is None or buckets is None:
        tables[PUBLISHED] = from_arrays(words, inputs, counts)
    else:
        rows = trained_rows(inputs, len(words), subwords, buckets)
        tables[PUBLISHED] = _composed(words, inputs.shape[1], counts, rows)
        about = {_SUBWORDS: subword_options.to_json(subwords), **about}
    if nodes is not None:
        about = {_OUTPUT_ROWS: _NODES, **about}
    if outputs is not None and not callable(outputs):
        tables[OUTPUTS] = from_arrays(words, outputs, counts)
        outputs = _rows_of(tables[OUTPUTS])
    if outputs is not None and mix_weight is not None:
        if subwords is None:
            tables[WORDS] = tables[PUBLISHED]
        tables[PUBLISHED] = whitened(mixed(tables[PUBLISHED], outputs, mix_weight), whiten)
        about = {"published": "mix", **about}
    _write(path, tables, about, files or {}, rows, nodes, overwrite=overwrite, part=part)


def _write(
    path: Path,
    tables: dict[str, Table],
    about: dict[str, Any],
    files: Mapping[str, Path],
    rows: SubwordRows | None,
    nodes: Floats | None = None,
    *,
    overwrite: bool,
    part: Path | None = None,
) -> None:
    """Write tables, all of the same words, files, each by its file name, and what else there is."""
    table = tables[PUBLISHED]
    head = {"format": _FORMAT, "format_version": WITH_SUBWORDS if rows else FORMAT_VERSION}
    shape = {"words": len(table), "vector_size": table.vector_size}
    text = json.dumps({**head, **shape, **about}, indent=2, ensure_ascii=False)
    with atomic_folder(path, MODEL_FILES, overwrite, part=part) as folder:
        (folder / MODEL_JSON).write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
        with open(folder / VOCABULARY, "wb") as file:
            file.writelines(vocab_tsv.lines(table.words, table.counts))
        for name, one in tables.items():
            with open(folder / name, "wb") as file:
                npy_layout.write_matrix(file, one)
        if rows is not None:
            subword_folder.write(folder, rows)
        if nodes is not None:
            with open(folder / OUTPUTS, "wb") as file:
                npy_layout.write_rows(file, nodes)
        for name, source in files.items():
            shutil.copyfile(source, folder / name)


def holds_nodes(about: Mapping[str, Any]) -> bool:
    """Whether context.npy holds the nodes of a tree: see `w2v.training.softmax_tree`."""
    return about.get(_OUTPUT_ROWS) == _NODES


def read_nodes(path: Path) -> Floats | None:
    """The nodes of a model folder, float32[V - 1, D]; None where it has none.

    Raises W2VError when the file is damaged.
    """
    about = read_metadata(path)
    if not holds_nodes(about):
        return None
    shape = (max(0, about["words"] - 1), about["vector_size"])
    offset = npy_layout.float32_offset(path / OUTPUTS, shape)
    if not shape[0]:
        return np.zeros(shape, np.float32)
    return np.memmap(path / OUTPUTS, "<f4", "r", offset, shape)


def read_metadata(path: Path) -> dict[str, Any]:
    """What model.json says. Raises W2VError unless it is a model of a version that we read."""
    try:
        about = json.loads((path / MODEL_JSON).read_text(encoding="utf-8"))
    except OSError as error:
        raise W2VError(f"{path / MODEL_JSON}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise W2VError(f"{path / MODEL_JSON}: damaged: {error}") from None
    if not isinstance(about, dict) or about.get("format") != _FORMAT:
        raise W2VError(f"{path / MODEL_JSON}: not a w2v model")
    if about.get("format_version") not in _READABLE:
        raise W2VError(
            f"{path / MODEL_JSON}: format version {about.get('format_version')} is not "
            f"{', '.join(map(str, _READABLE[:-1]))} or {_READABLE[-1]}; use the w2v that wrote it"
        )
    if about.get("published", "input") not in ("input", "mix"):
        raise W2VError(f"{path / MODEL_JSON}: 'published' must be input or mix")
    for key in ("words", "vector_size"):
        if type(about.get(key)) is not int or about[key] < 0:
            raise W2VError(f"{path / MODEL_JSON}: '{key}' must be a whole number")
    return about


def read_options(path: Path) -> dict[str, Any]:
    """The options that a model was trained with, by name; empty if they are not known.

    Raises W2VError as `read_metadata` does, and for what are no options.
    """
    options = read_metadata(path).get("config") or {}
    if not isinstance(options, dict):
        raise W2VError(f"{path / MODEL_JSON}: 'config' must hold the options of training")
    return options


def _subword_rows(path: Path, about: dict[str, Any], words: WordList) -> SubwordRows | None:
    """The trained rows of a folder with subwords, mapped; None where it has none.

    Raises W2VError when a file of them is missing or damaged.
    """
    if about["format_version"] != WITH_SUBWORDS:
        return None
    subwords = subword_options.from_json(path / MODEL_JSON, about.get(_SUBWORDS))
    subword_options.check_runs(path / MODEL_JSON, words, subwords)
    return subword_folder.read(path, subwords, len(words), about["vector_size"])


def _composed(
    words: WordList, vector_size: int, counts: npt.NDArray[np.int64] | None, rows: SubwordRows
) -> Table:
    """The words with the means of their rows."""
    return Table(words, vector_size, lambda: rows.blocks(words), counts)


def _read_vocabulary(path: Path, n_words: int) -> tuple[WordList, npt.NDArray[np.int64] | None]:
    """Words and counts (None when the file has none)."""
    words, counts = vocab_tsv.read(path)
    if len(words) != n_words:
        raise W2VError(
            f"{path}: damaged: it holds {len(words)} lines, and {MODEL_JSON} says {n_words}"
        )
    return words, counts


def _read_table(
    path: Path, words: WordList, vector_size: int, counts: npt.NDArray[np.int64] | None
) -> Table:
    """The rows of a .npy file of float32[V, D], mapped. Raises W2VError for any other file."""
    offset = npy_layout.float32_offset(path, (len(words), vector_size))
    return from_file(path, words, vector_size, offset, counts=counts)


def mixed(inputs: Table, outputs: SomeRows, weight: float) -> Table:
    """The table whose rows are inputs + weight x outputs."""
    factor = np.float32(weight)

    def blocks() -> Iterator[Floats]:
        for first, block in numbered(inputs.blocks()):
            yield block + factor * outputs(first, first + len(block))

    return Table(inputs.words, inputs.vector_size, blocks, inputs.counts)


def _rows_of(table: Table) -> SomeRows:
    """The rows of a table that has a matrix."""

    def rows(first: int, last: int) -> Floats:
        assert table.matrix is not None
        return table.matrix()[first:last]

    return rows
