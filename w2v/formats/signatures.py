"""How each format is recognised from the first bytes of a file, without NumPy.

A signature takes a path and the first bytes of the file there (none for a folder), and returns
whether the content is of its format.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

Signature = Callable[[Path, bytes], bool]

HEAD_BYTES = 65_536
"""How many of a file's first bytes are examined."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MOST_DIMENSIONS = 1_000_000
LONGEST_WORD = 1 << 16  # bytes, in a word2vec binary

TEXT_HEADER = re.compile(rb"([0-9]{1,18})[ \t]+([0-9]{1,9})[ \t]*\r?\n")
"""The line `V D` with which word2vec text and binary files begin."""

MODEL_JSON = "model.json"
PROJECTOR_VECTORS, PROJECTOR_METADATA = "vectors.tsv", "metadata.tsv"

NPY = b"\x93NUMPY"
ZIP = b"PK\x03\x04"
PARQUET = b"PAR1"
ARROW = b"ARROW1"
FINALFUSION = b"FiFu"
FASTTEXT = (793_712_314).to_bytes(4, "little")
OLD_TORCH = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."  # before torch 1.6

MOST_SAFETENSORS_HEADER = 100_000_000  # as the safetensors library allows
# A number with a decimal comma counts too, so that the reader can name the value it cannot parse.
_NUMBER = re.compile(
    rb"[-+]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)(e[-+]?[0-9]+)?|[-+]?(nan|inf)", re.IGNORECASE
)
_NUMERIC = b"0123456789.,-+eE \t\r\n"
_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r")) + b"\x7f"


def starts_with(*magics: bytes) -> Signature:
    """The signature of a format whose files begin with one of these bytes."""
    return lambda path, head: head.startswith(magics)


def is_model_folder(path: Path, head: bytes = b"") -> bool:
    """Whether `path` is one of our model folders."""
    return (path / MODEL_JSON).is_file()


def is_projector(path: Path, head: bytes = b"") -> bool:
    """Whether `path` is a folder with the projector's two .tsv files, or the first of the two."""
    folder = path.parent if path.name == PROJECTOR_VECTORS else path
    return (folder / PROJECTOR_VECTORS).is_file() and (folder / PROJECTOR_METADATA).is_file()


def parquet_parts(path: Path) -> list[Path]:
    """The part files in a folder that Spark wrote, of a table or a model; none in any other."""
    folder = path / "data" if (path / "data").is_dir() else path
    return sorted(folder.glob("part-*.parquet")) if path.is_dir() else []


def is_parquet(path: Path, head: bytes) -> bool:
    """Whether it is a Parquet file, or a folder that Spark wrote."""
    return head.startswith(PARQUET) or bool(parquet_parts(path))


def is_npz(path: Path, head: bytes) -> bool:
    """Whether it is a zip archive whose first member is an .npy file."""
    return _first_zip_member(head).endswith(b".npy")


def is_torch(path: Path, head: bytes) -> bool:
    """Whether torch.save wrote it."""
    return head.startswith(OLD_TORCH) or _first_zip_member(head).endswith(b"/data.pkl")


def _first_zip_member(head: bytes) -> bytes:
    """The name of a zip archive's first member; empty if it is not one."""
    if not head.startswith(ZIP):
        return b""
    return head[30 : 30 + int.from_bytes(head[26:28], "little")]


def is_safetensors(path: Path, head: bytes) -> bool:
    """Whether it begins with a size and a JSON object."""
    size = int.from_bytes(head[:8], "little")
    return len(head) > 9 and head[8:9] == b"{" and 2 <= size <= MOST_SAFETENSORS_HEADER


def is_word2vec_binary(path: Path, head: bytes) -> bool:
    """Whether a word follows the line `V D`, and then bytes that are not text."""
    found = TEXT_HEADER.match(head)
    if not found or text_header(head):
        return False
    return 0 < head[found.end() :].find(b" ") <= LONGEST_WORD


def is_word2vec_text(path: Path, head: bytes) -> bool:
    """Whether the first line is `V D`, and the second a word and D numbers."""
    return text_header(head) is not None


def is_glove(path: Path, head: bytes) -> bool:
    """Whether the first line is a word and numbers."""
    return _row_size(head[mark_size(head) :], len(head) == HEAD_BYTES) > 0


def mark_size(head: bytes) -> int:
    """The size of the byte order mark at a file's beginning: 3 bytes, or 0 if there is none."""
    return len(BYTE_ORDER_MARK) if head.startswith(BYTE_ORDER_MARK) else 0


def text_header(head: bytes) -> re.Match[bytes] | None:
    """The line `V D`, when text follows it: a line that ends with a number, or no odd byte."""
    found = TEXT_HEADER.match(head, mark_size(head))
    if not found or int(found[2]) > MOST_DIMENSIONS:
        return None
    rest = head[found.end() :]
    if rest.strip() and not _row_size(rest, len(head) == HEAD_BYTES, 1) and not _is_text(rest):
        return None
    return found


def _is_text(data: bytes) -> bool:
    """Whether bytes are text: printable UTF-8, or mostly digits in whatever encoding."""
    if any(byte in data for byte in _CONTROL):
        return False
    others = len(data.translate(None, _NUMERIC))
    if 3 * others < len(data):
        return True
    try:
        data[: max(1, len(data) - 3)].decode()  # the end may be cut within a character
    except UnicodeDecodeError as error:
        return error.end > len(data) - 3
    return True


def separator(line: bytes) -> str:
    """What separates a row's values: a tab if the line has one and no space, otherwise a space."""
    return "\t" if b"\t" in line and b" " not in line.rstrip() else " "


def mixes_separators(line: bytes) -> bool:
    """Whether a row has a tab after its word and spaces between its values."""
    _, tab, values = line.rstrip().rpartition(b"\t")
    fields = values.split(b" ")[: HEAD_BYTES // 2]
    return bool(tab) and b" " in values and all(map(_NUMBER.fullmatch, filter(None, fields[:-1])))


def _row_size(data: bytes, more: bool, wanted: int | None = None) -> int:
    """How many numbers the first line ends with; 0 when it is not a row.

    A line that continues beyond `data` (`more`) must consist of numbers after its first field.
    wanted: how many of the last fields must be numbers; None: all but the first.
    """
    line, ended, _ = data.partition(b"\n")
    fields = line.rstrip(b" \t\r").split(separator(line).encode())
    if not ended and more:
        fields = fields[:-1]
        wanted = None
    n_values = len(fields) - 1 if wanted is None else wanted
    if not 0 < n_values < len(fields):
        return 0
    values = [field for field in fields[-n_values:] if field]
    return n_values if values and all(map(_NUMBER.fullmatch, values)) else 0
