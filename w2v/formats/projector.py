"""TensorFlow's Embedding Projector: a folder that `tensorboard --logdir` opens.

    vectors.tsv             the values, tabs between them, no header
    metadata.tsv            a word a line; with counts: a header, then word TAB count
    projector_config.pbtxt  tells TensorBoard of the two; not read, for no path is taken from a file

The two .tsv files are also what projector.tensorflow.org loads. A header is there if and only if
the first line has a tab, which is the projector's own rule.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from w2v.arrays import Floats
from w2v.errors import W2VError
from w2v.formats.shared.decimal_reading import PADDING, parse
from w2v.formats.shared.decimal_writing import rows_to_text
from w2v.formats.shared.word_checks import check_words
from w2v.formats.table import Table
from w2v.system.atomic import atomic_files
from w2v.words.word_list import WordList

NAME = "projector"
ENDINGS = (".projector",)
DESCRIPTION = (
    "TensorFlow's Embedding Projector: a folder of vectors.tsv, metadata.tsv and a config."
)

VECTORS, METADATA, CONFIG = "vectors.tsv", "metadata.tsv", "projector_config.pbtxt"

_PIECE = 1 << 18
_MOST_DIMENSIONS = 1_000_000
_LONGEST_LINE = 64 << 20
_LONGEST_WORDS = 4 << 30  # bytes of metadata.tsv, which is read whole
_ROWS_AT_ONCE = 16_384  # values
_WORD_COLUMNS = (b"word", b"label", b"name", b"token")
_BLANK = "\ufeff"  # white space to the projector, not to Python

_CONFIG = """embeddings {
  tensor_name: "word vectors"
  tensor_shape: %d
  tensor_shape: %d
  tensor_path: "vectors.tsv"
  metadata_path: "metadata.tsv"
}
"""


def sniff(path: Path, head: bytes = b"") -> bool:
    """Whether `path` is a folder with the two .tsv files, or the first of them."""
    folder = _folder(path)
    return (folder / VECTORS).is_file() and (folder / METADATA).is_file()


def read(path: Path) -> Table:
    """Open a folder. Raises W2VError, naming file and row, for what is damaged."""
    folder = _folder(path)
    try:
        words, counts = _read_metadata(folder / METADATA)
        with open(folder / VECTORS, "rb") as file:
            size = file.readline(_LONGEST_LINE).count(b"\t") + 1
    except OSError as error:
        raise W2VError(f"{error.filename}: {error.strerror}") from None
    vectors = folder / VECTORS
    if size > _MOST_DIMENSIONS:
        raise W2VError(f"{vectors}: row 1 has {size:,} values; this is no table of vectors")
    # The shortest row has a digit a value, and a mark behind each but perhaps the last.
    if len(words) * size * 2 > vectors.stat().st_size + 1:
        raise W2VError(
            f"{vectors}: too short for the {len(words):,} words of {METADATA} and {size:,} values"
        )
    return Table(words, size, lambda: _read_blocks(vectors, len(words), size), counts)


def write(
    table: Table, path: Path, *, overwrite: bool = False, precision: int | None = None
) -> None:
    """Write the three files into the folder `path`, which is made where there is none.

    precision: significant digits; None: the fewest that give the same float32 back.
    Raises W2VError for a word with a tab or a line break in it and for a blank one.
    """
    _check_words(path, table.words)
    made = _make_folder(path)
    try:
        names = [path / METADATA, path / VECTORS, path / CONFIG]
        with atomic_files(names, overwrite) as (metadata, vectors, config):
            metadata.writelines(_metadata(table))
            for block in table.blocks():
                for part in _parts(block, table.vector_size):
                    vectors.write(b"\n".join([*rows_to_text(part, precision, "\t"), b""]))
            config.write((_CONFIG % (len(table), table.vector_size)).encode())
    except BaseException:
        if made:
            with contextlib.suppress(OSError):
                path.rmdir()
        raise


def _folder(path: Path) -> Path:
    return path.parent if path.name == VECTORS else path


def _make_folder(path: Path) -> bool:
    """Make the folder; whether it was not there. Raises W2VError when it cannot be made."""
    try:
        path.mkdir()
    except FileExistsError:
        if not path.is_dir():
            raise W2VError(f"{path} is not a folder; give another output") from None
        return False
    except OSError as error:
        raise W2VError(f"cannot write {path}: {error.strerror}") from None
    return True


def _check_words(path: Path, words: WordList) -> None:
    """Raise W2VError for a word that the projector would split or skip."""
    check_words(path, words, b"\t\r")
    for row, word in enumerate(words):
        if not word.strip().strip(_BLANK):
            raise W2VError(
                f"{path}: the word {word[:60]!r} (row {row + 1:,}) is blank, and the projector "
                "skips blank lines; --space-as _ writes white space as _"
            )


def _parts(block: Floats, size: int) -> Iterator[Floats]:
    step = max(1, _ROWS_AT_ONCE // size)
    for top in range(0, len(block), step):
        yield block[top : top + step]


def _metadata(table: Table) -> Iterator[bytes]:
    """The lines of metadata.tsv, in blocks."""
    words, counts = table.words, table.counts
    if counts is None:
        yield words.blob
        return
    yield b"word\tcount\n"
    for first in range(0, len(words), 65_536):
        last = min(first + 65_536, len(words))
        some = words.blob[words.offsets[first] : words.offsets[last]].split(b"\n")[:-1]
        numbers = counts[first:last].tolist()
        yield b"".join(b"%b\t%d\n" % (word, n) for word, n in zip(some, numbers, strict=True))


def _read_metadata(path: Path) -> tuple[WordList, npt.NDArray[np.int64] | None]:
    """Words, and counts where there is a column of that name."""
    if path.stat().st_size > _LONGEST_WORDS:
        raise W2VError(f"{path}: more than {_LONGEST_WORDS:,} bytes; these are no words")
    data = path.read_bytes().replace(b"\r\n", b"\n")
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    if not lines or b"\t" not in lines[0]:
        return _word_list(path, lines), None
    header = [name.strip().lower() for name in lines.pop(0).split(b"\t")]
    word = next((header.index(name) for name in _WORD_COLUMNS if name in header), 0)
    rows = [line.split(b"\t") for line in lines]
    for number, row in enumerate(rows):
        if len(row) != len(header):
            raise W2VError(
                f"{path}, line {number + 2:,}: {len(row):,} fields, and the header has "
                f"{len(header):,}"
            )
    counts = None
    if b"count" in header:
        column = header.index(b"count")
        fields = [row[column] for row in rows]
        if all(len(text) <= 18 and text.isdigit() for text in fields):
            counts = np.array([int(text) for text in fields], np.int64)
    return _word_list(path, [row[word] for row in rows]), counts


def _word_list(path: Path, lines: list[bytes]) -> WordList:
    try:
        return WordList.from_bytes(b"".join(line + b"\n" for line in lines))
    except W2VError as error:
        raise W2VError(f"{path}: {error}") from None


def _read_blocks(path: Path, n_rows: int, size: int) -> Iterator[Floats]:
    """The values in blocks. Raises W2VError for a row of another size and for no number."""
    row = 0
    for piece in _pieces(path):
        block = _parse(path, piece, row, size)
        row += len(block)
        if row > n_rows:
            break
        yield block
    if row != n_rows:
        found = f"{row:,}" if row < n_rows else "more"
        raise W2VError(f"{path}: {found} rows for the {n_rows:,} words of {METADATA}")


def _pieces(path: Path) -> Iterator[bytes]:
    """The file in pieces of whole lines."""
    rest = b""
    with open(path, "rb") as file:
        while data := file.read(_PIECE):
            end = data.rfind(b"\n") + 1
            if end:
                yield rest + data[:end]
                rest = data[end:]
            else:
                rest += data
            if len(rest) > _LONGEST_LINE:
                raise W2VError(f"{path}: a line of more than {_LONGEST_LINE:,} bytes")
    if rest:
        yield rest + b"\n"


def _parse(path: Path, piece: bytes, row: int, size: int) -> Floats:
    """The values of whole lines: float32[n, size]."""
    padding = bytes(PADDING)
    letters = np.frombuffer(padding + piece.replace(b"\r\n", b"\n") + padding, np.uint8)
    breaks = letters == ord("\n")
    ends = np.flatnonzero((letters == ord("\t")) | breaks)
    last = np.flatnonzero(breaks[ends])  # of each row, among the ends
    sizes = np.diff(np.append(-1, last))
    odd = np.flatnonzero(sizes != size)
    if len(odd):
        raise W2VError(
            f"{path}: row {row + 1 + int(odd[0]):,} has {int(sizes[odd[0]]):,} values, "
            f"and the first has {size:,}"
        )
    starts = np.append(PADDING, ends[:-1] + 1)
    values, wrong = parse(letters, starts, ends)
    if wrong >= 0:
        shown = letters[starts[wrong] : ends[wrong]][:40].tobytes().decode("utf-8", "replace")
        raise W2VError(f"{path}: row {row + 1 + wrong // size:,}: {shown!r} is not a number")
    return values.reshape(-1, size)
