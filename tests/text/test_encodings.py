"""Encodings: one for each file, found by its byte order mark or by trying several in turn."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from running import SMALL, Train, one_line

from w2v.errors import W2VError
from w2v.text.encodings import check_encodings, extends_ascii, first_valid
from w2v.text.notes import reading_notes
from w2v.text.pieces import SourceSize, TextReader
from w2v.text.sources import Source, find_sources

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 4
GERMAN = "Die Königin grüßt.\nÖl!\n"
RUSSIAN = "Братья Карамазовы\n"


def read(*paths: Path, encoding: str = "utf-8") -> tuple[str, list[SourceSize]]:
    """The text of some files, and what was read of each."""
    reader = TextReader(find_sources(paths), encoding)
    return b"".join(piece.text.tobytes() for piece in reader.pieces()).decode(), reader.sizes


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_each_file_is_read_in_the_first_encoding_in_which_it_is_valid(
    tmp_path: Path, pack: Any
) -> None:
    for name, encoding in (("a", "utf-8"), ("b", "cp1252"), ("c", "cp1251")):
        text = RUSSIAN if encoding == "cp1251" else GERMAN
        (tmp_path / name).write_bytes(pack(text.encode(encoding)))
    (tmp_path / "d").write_bytes(pack(GERMAN.encode() * 10_000 + b"\xff"))  # invalid at its end
    files = [tmp_path / name for name in "abd"]
    text, sizes = read(*files, encoding="utf-8, cp1252")
    assert text.startswith((GERMAN + "\n") * 2)
    assert [size.encoding for size in sizes] == ["utf-8", "cp1252", "cp1252"]
    assert [size.replaced_bytes for size in sizes] == [0, 0, 0]
    text, sizes = read(tmp_path / "c", encoding="utf-8,ascii,cp1251")
    assert (text, sizes[0].encoding) == (RUSSIAN + "\n", "cp1251")


def test_the_last_encoding_replaces_what_is_invalid_in_all(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"ab \x81 \xe4")
    text, (size,) = read(tmp_path / "a", encoding="utf-8,cp1252")
    assert (text, size.encoding, size.replaced_bytes) == ("ab \ufffd ä\n", "cp1252", 1)


def test_a_byte_order_mark_names_the_encoding(tmp_path: Path) -> None:
    for encoding in ("utf-16", "utf-32", "utf-8-sig"):
        (tmp_path / "a").write_bytes(GERMAN.encode(encoding))
        wanted = encoding.removesuffix("-sig")
        for given in ("utf-8", "utf-8,cp1252", "cp1252"):
            text, (size,) = read(tmp_path / "a", encoding=given)
            if wanted != "utf-8" or given != "cp1252":
                assert (text, size.encoding) == (GERMAN + "\n", wanted)
    big_endian = b"\xfe\xff" + GERMAN.encode("utf-16-be")
    (tmp_path / "a").write_bytes(big_endian)
    assert read(tmp_path / "a")[0] == GERMAN + "\n"
    assert read(tmp_path / "a", encoding="utf-16-be")[1][0].encoding == "utf-16-be"


def test_what_can_be_read_only_once_needs_one_encoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "in").open("w+") as file:
        file.write(GERMAN)
        file.seek(0)
        monkeypatch.setattr("sys.stdin", file)
        reader = TextReader([Source("standard input", None)], "utf-8,cp1252")
        with pytest.raises(W2VError) as caught:
            list(reader.pieces())
    assert str(caught.value) == (
        "standard input: to choose among several encodings, w2v has to read a text twice; "
        "give one --encoding, or save the text in a file"
    )


def test_encodings_that_extend_ascii() -> None:
    assert check_encodings("UTF8, latin-1") == ("utf-8", "iso8859-1")
    for name in ("utf-8", "latin-1", "cp1252", "koi8-r", "gb18030", "euc-kr", "shift_jis"):
        assert extends_ascii(name), name
    for name in ("utf-16", "utf-32-le", "utf-7", "cp037"):
        assert not extends_ascii(name), name


def test_a_character_that_is_cut_between_two_reads_is_valid(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 65_535 + "ä".encode())
    with path.open("rb") as file:
        assert first_valid(file, ("utf-8", "cp1252")) == "utf-8"  # type: ignore[arg-type]
    path.write_bytes(b"x" * 65_535 + "ä".encode()[:1])
    with path.open("rb") as file:
        assert first_valid(file, ("utf-8", "cp1252")) == "cp1252"  # type: ignore[arg-type]


# --- what is reported ---


def test_the_worst_five_files_are_named_and_the_others_counted() -> None:
    sources = [
        {"name": f"f{n}", "replaced_bytes": n, "encoding": "utf-8", "skipped": ""} for n in range(9)
    ]
    assert reading_notes(sources) == [
        *(f"f{n}: {n} bytes were not valid utf-8 and were replaced" for n in (8, 7, 6, 5, 4)),
        "3 more files: 6 bytes replaced; "
        "--encoding names another encoding, or several such as utf-8,cp1252",
    ]


def test_skipped_files_and_encodings_are_listed() -> None:
    def source(name: str, encoding: str, skipped: str = "") -> dict[str, Any]:
        return {"name": name, "replaced_bytes": 0, "encoding": encoding, "skipped": skipped}

    sources = [
        *(source(f"{n}.txt", "cp1252") for n in range(7)),
        source("a.png", "utf-8", "a binary file"),
        source("x", "utf-8"),
        source("y", "utf-16"),
    ]
    assert reading_notes(sources) == [
        "skipped 1 file that is not text: a.png; a pattern such as 'folder/**/*.txt' selects files",
        "read as cp1252: 0.txt, 1.txt, 2.txt, 3.txt, 4.txt and 2 more",
        "read as utf-16: y",
    ]
    assert reading_notes([source("x", "utf-8"), source("z", "utf-8-sig")]) == []


def test_a_binary_file_in_a_folder_is_skipped_and_one_that_is_named_is_refused(
    tmp_path: Path, train: Train
) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    for n in range(4):
        (texts / f"{n}.txt").write_bytes((GERMAN * 20).encode("cp1252" if n == 2 else "utf-8"))
    (texts / "picture.png").write_bytes(PNG)
    (texts / "paper.pdf").write_bytes(b"%PDF-1.7\nsome words\n")
    how = ["-o", tmp_path / "m.w2v", *SMALL, "--encoding", "utf-8,cp1252"]
    code, err = train("train", texts, *how)
    assert code == 0, err
    assert (
        f"skipped 2 files that are not text: {texts / 'paper.pdf'}, {texts / 'picture.png'}; "
        "a pattern such as 'folder/**/*.txt' selects files\n"
        f"read as cp1252: {texts / '2.txt'}\n"
    ) in err
    sources = json.loads((tmp_path / "m.w2v" / "model.json").read_text())["corpus"]["sources"]
    read_as = {source["name"].split(os.sep)[-1]: source["encoding"] for source in sources}
    assert (read_as["0.txt"], read_as["2.txt"]) == ("utf-8", "cp1252")
    assert [bool(source["skipped"]) for source in sources] == [False] * 4 + [True] * 2
    code, err = train("train", texts / "0.txt", texts / "paper.pdf", *how, "--overwrite")
    message = f"{texts / 'paper.pdf'}: a PDF file, not text; extract its text first; "
    one_line(code, err, 1, message + "a pattern such as 'folder/**/*.txt' selects files")
    for n in range(4):
        (texts / f"{n}.txt").unlink()
    code, err = train("train", texts, *how, "--overwrite")
    message = f"{texts / 'paper.pdf'}: a PDF file, not text; extract its text first; "
    one_line(code, err, 1, message + "the other file is not text either")
