"""TensorFlow's Embedding Projector: a folder that `tensorboard --logdir` opens.

    vectors.tsv             the values, separated by tabs, without a header
    metadata.tsv            one word per line; with counts: a header, then word TAB count
    projector_config.pbtxt  names the two for TensorBoard; not read: no path is taken from a file

projector.tensorflow.org loads the same two .tsv files. There is a header if and only if the first
line has a tab, which is the projector's own rule.
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
from w2v.formats.shared.text_rows import LONGEST_LINE, not_a_number
from w2v.formats.shared.word_checks import check_words, is_blank, refusal
from w2v.formats.shared.word_reading import decode_words
from w2v.formats.signatures import MOST_DIMENSIONS, PROJECTOR_METADATA, PROJECTOR_VECTORS
from w2v.formats.table import Table
from w2v.system.atomic import atomic_files
from w2v.words.word_list import WordList

CONFIG = "projector_config.pbtxt"

_PIECE = 1 << 18
_LONGEST_WORDS = 4 << 30  # bytes of metadata.tsv, which is read whole
_ROWS_AT_ONCE = 16_384  # values
_WORD_COLUMNS = (b"word", b"label", b"name", b"token")

_CONFIG = """embeddings {
  tensor_name: "word vectors"
  tensor_shape: %d
  tensor_shape: %d
  tensor_path: "vectors.tsv"
  metadata_path: "metadata.tsv"
}
"""


def read(path: Path) -> Table:
    """Open a folder. Raises W2VError, naming file and row, if it is damaged."""
    folder = _folder(path)
    try:
        words, counts = _read_metadata(folder / PROJECTOR_METADATA)
        with open(folder / PROJECTOR_VECTORS, "rb") as file:
            size = file.readline(LONGEST_LINE).count(b"\t") + 1
    except OSError as error:
        raise W2VError(f"{error.filename}: {error.strerror}") from None
    vectors = folder / PROJECTOR_VECTORS
    if size > MOST_DIMENSIONS:
        raise W2VError(f"{vectors}: row 1 has {size:,} values; these are not vectors")
    # The shortest row has one digit per value, and a separator after each but perhaps the last.
    if len(words) * size * 2 > vectors.stat().st_size + 1:
        raise W2VError(
            f"{vectors}: too short for the {len(words):,} words of {PROJECTOR_METADATA} "
            f"and {size:,} values"
        )
    return Table(words, size, lambda: _read_blocks(vectors, len(words), size), counts)


def write(
    table: Table, path: Path, *, overwrite: bool = False, precision: int | None = None
) -> None:
    """Write the three files into the folder `path`, which is created if necessary.

    precision: significant digits; None: the fewest that give the same float32 back.
    Raises W2VError for a word that contains a tab or is blank.
    """
    _check_words(path, table.words)
    made = _make_folder(path)
    try:
        names = [path / PROJECTOR_METADATA, path / PROJECTOR_VECTORS, path / CONFIG]
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
    return path.parent if path.name == PROJECTOR_VECTORS else path


def _make_folder(path: Path) -> bool:
    """Create the folder if necessary; return whether it was. Raises W2VError when that fails."""
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
        if is_blank(word):
            raise refusal(path, words, row, "is blank, and the projector skips blank lines")


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
    for first, block in words.blocks():
        numbers = counts[first : first + len(block)].tolist()
        yield b"".join(b"%b\t%d\n" % pair for pair in zip(block, numbers, strict=True))


def _read_metadata(path: Path) -> tuple[WordList, npt.NDArray[np.int64] | None]:
    """Words, and counts where there is a column of that name."""
    if path.stat().st_size > _LONGEST_WORDS:
        raise W2VError(f"{path}: more than {_LONGEST_WORDS:,} bytes; these are not words")
    data = path.read_bytes().replace(b"\r\n", b"\n")
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    if not lines or b"\t" not in lines[0]:
        return decode_words(path, b"\n".join([*lines, b""]))[0], None
    header = [name.strip().lower() for name in lines.pop(0).split(b"\t")]
    word = next((header.index(name) for name in _WORD_COLUMNS if name in header), 0)
    rows = [line.split(b"\t") for line in lines]
    for number, row in enumerate(rows):
        if len(row) != len(header):
            raise W2VError(
                f"{path}, line {number + 2:,}: {len(row):,} fields, but the header has "
                f"{len(header):,}"
            )
    counts = None
    if b"count" in header:
        column = header.index(b"count")
        fields = [row[column] for row in rows]
        if all(len(text) <= 18 and text.isdigit() for text in fields):
            counts = np.array([int(text) for text in fields], np.int64)
    return decode_words(path, (row[word] + b"\n" for row in rows))[0], counts


def _read_blocks(path: Path, n_rows: int, size: int) -> Iterator[Floats]:
    """The values in blocks. Raises W2VError for a row of another size or with a bad value."""
    row = 0
    for piece in _pieces(path):
        block = _parse(path, piece, row, size)
        row += len(block)
        if row > n_rows:
            break
        yield block
    if row != n_rows:
        found = f"{row:,}" if row < n_rows else "more"
        raise W2VError(f"{path}: {found} rows for the {n_rows:,} words of {PROJECTOR_METADATA}")


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
            if len(rest) > LONGEST_LINE:
                raise W2VError(f"{path}: a line of more than {LONGEST_LINE:,} bytes")
    if rest:
        yield rest + b"\n"


def _parse(path: Path, piece: bytes, row: int, size: int) -> Floats:
    """The values of whole lines: float32[n, size]."""
    padding = bytes(PADDING)
    letters = np.frombuffer(padding + piece.replace(b"\r\n", b"\n") + padding, np.uint8)
    breaks = letters == ord("\n")
    ends = np.flatnonzero((letters == ord("\t")) | breaks)
    last = np.flatnonzero(breaks[ends])  # which of the ends are a row's last
    sizes = np.diff(np.append(-1, last))
    odd = np.flatnonzero(sizes != size)
    if len(odd):
        raise W2VError(
            f"{path}: row {row + 1 + int(odd[0]):,} has {int(sizes[odd[0]]):,} values, "
            f"but the first has {size:,}"
        )
    starts = np.append(PADDING, ends[:-1] + 1)
    values, wrong = parse(letters, starts, ends)
    if wrong >= 0:
        token = letters[starts[wrong] : ends[wrong]].tobytes()
        raise W2VError(
            f"{path}: row {row + 1 + wrong // size:,}: value {wrong % size + 1:,} is "
            f"{not_a_number(token)}"
        )
    return values.reshape(-1, size)
