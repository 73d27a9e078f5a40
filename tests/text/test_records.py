"""Texts in the fields of JSON lines and the columns of CSV, TSV and Parquet files."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from asking import Command, Said

from w2v.errors import W2VError
from w2v.text.pieces import TextReader
from w2v.text.sources import find_sources

TEXTS = ["The king sat.", "", 'He said "no",\nand left;\tnaïve', "x" * 200_000 + " end"]


def read(*paths: Path, field: str = "text", encoding: str = "utf-8") -> str:
    """The text that a corpus would be made of."""
    reader = TextReader(find_sources(paths, field=field), encoding, "whitespace", 1000)
    return b"".join(piece.text.tobytes() for piece in reader.pieces()).decode()


def json_lines(texts: list[str]) -> bytes:
    """A file of JSON lines."""
    return "".join(json.dumps({"id": 1, "text": text}) + "\n" for text in texts).encode()


def csv_lines(texts: list[str], delimiter: str) -> bytes:
    """A file of rows with quoted texts."""
    rows = ['"' + text.replace('"', '""') + '"' for text in texts]
    lines = [f"id{delimiter}text", *(f"1{delimiter}{row}" for row in rows)]
    return ("\r\n".join(lines) + "\r\n").encode()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", json_lines(TEXTS)),
        ("a.ndjson.gz", gzip.compress(b"\n" + json_lines(TEXTS))),
        ("a.JSON", b"\xef\xbb\xbf" + json_lines(TEXTS)[:-1]),
        ("a.csv", csv_lines(TEXTS, ",")),
        ("a.tsv.gz", gzip.compress(csv_lines(TEXTS, "\t"))),
    ],
)
def test_a_field_or_column_is_read(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    wanted = "".join(text + "\n\n" for text in TEXTS)
    assert read(tmp_path / name) == wanted + "\n"
    assert read(tmp_path / name, tmp_path / name) == 2 * (wanted + "\n")


def test_other_encodings_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("text\nnaïve\n".encode("latin-1"))
    assert read(tmp_path / "a.csv", encoding="latin-1") == "naïve\n\n\n"


def test_a_record_is_a_paragraph_of_its_own(ask: Command, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(json_lines(["the cat\nsat", "the\n\ndog"]))
    said = ask(
        "vocab", str(tmp_path / "a.jsonl"), "--json", "--text-field", "text",
        "--sentence", "paragraph",
    )  # fmt: skip
    assert said.json()["lines"] == 3


def test_a_parquet_column_is_read(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pyarrow.table({"id": [1] * len(TEXTS), "text": TEXTS})
    parquet.write_table(table, tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet") == "".join(text + "\n\n" for text in TEXTS) + "\n"
    with pytest.raises(W2VError) as error:
        read(tmp_path / "a.parquet", field="body")
    assert str(error.value).endswith("a.parquet: there is no column 'body'; there are 'id', 'text'")
    with pytest.raises(W2VError, match=r"row 1: 'id' is a number, not text$"):
        read(tmp_path / "a.parquet", field="id")
    (tmp_path / "b.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(W2VError, match=r"^.*b\.parquet: "):
        read(tmp_path / "b.parquet")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        (
            "a.jsonl",
            '{"text": "a"}\n{"text": "b"\n',
            ":2: not a line of JSON: Expecting ',' ",
        ),
        ("a.jsonl", '\n{"body": "a", "id": 1}\n', ":2: there is no field 'text'; there are 'body'"),
        ("a.jsonl", "[1]\n", ":1: there is no field 'text'; it is not an object"),
        ("a.jsonl", '{"text": null}\n', ":1: 'text' is null, not text"),
        ("a.jsonl", '{"text": ["a"]}\n', ":1: 'text' is a list, not text"),
        ("a.csv", "id,body\n1,a\n", ":1: there is no column 'text'; there are 'id', 'body'"),
        ("a.csv", "id,text\n1,a\n2\n", ":3: 1 columns, expected 2"),
        ("a.csv", 'id,text\n1,"a\n', ":2: unexpected end of data"),
        ("a.txt", "text\n", ": --text-field reads files that end in .jsonl, .ndjson, .json, .csv,"),
    ],
)
def test_errors_name_the_file_and_the_line(
    tmp_path: Path, name: str, data: str, message: str
) -> None:
    (tmp_path / name).write_text(data)
    with pytest.raises(W2VError) as error:
        read(tmp_path / name)
    assert str(error.value).startswith(f"{tmp_path / name}{message}")


def test_commands_read_fields(
    ask: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "the cat sat\non the mat"
    Path("a.jsonl").write_bytes(json_lines([text] * 9))
    Path("a.txt").write_text(f"{text}\n" * 9)
    field = ["--text-field", "text"]
    plain: Any = ask("vocab", "a.txt", "--json").json()
    for said in (
        ask("vocab", "a.jsonl", "--json", *field),
        ask("vocab", "-", "--json", *field, stdin=json_lines([text] * 9)),
    ):
        assert {**said.json(), "sources": 0} == {**plain, "sources": 0}
    train = ["--min-count", "1", "--vector-size", "8", "--threads", "1", "-q"]
    assert ask("train", "a.jsonl", "-o", "a.w2v", *field, *train) == Said("", "", 0)
    assert ask("train", "a.txt", "-o", "b.w2v", *train) == Said("", "", 0)
    assert Path("a.w2v/vectors.npy").read_bytes() == Path("b.w2v/vectors.npy").read_bytes()
    assert ask("phrases", "a.jsonl", "--threshold", "0.1", "--top", "0", *field).code == 0
    assert "the\tcat\t9" in Path("phrases.tsv").read_text()
