"""Raw text in any encoding, and bytes that are no text: it trains or is refused in one line."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from raw_text import facts, refused, trains
from running import (
    SMALL,
    Train,
    digests,
)

WORDS = "Der König, die Königin und ihr Schloß: größer als früher.\nÜber Öl stritten Ämter!\n" * 5
RUSSIAN = "Братья Карамазовы — роман Ф. М. Достоевского.\nОн писал два года, в Старой Руссе.\n" * 5
KOREAN = "대한민국은 동아시아에 있는 나라이다.\n수도는 서울이고 언어는 한국어이다.\n" * 5
CHINESE = "馬里 是 西非 的 國家 。\n首都 在 巴馬科 ， 說 法語 。\n" * 5
JAPANESE = "吾輩 は 猫 で ある 。\n名前 は まだ 無い 。\n" * 5
ENCODINGS = [
    (WORDS, "latin-1"),
    (WORDS, "cp1252"),
    (WORDS, "utf-16"),
    (WORDS, "utf-16-le"),
    (WORDS, "utf-16-be"),
    (WORDS, "utf-32"),
    (WORDS, "utf-7"),
    (WORDS, "cp037"),  # EBCDIC
    (RUSSIAN.replace("—", "-"), "koi8-r"),
    (RUSSIAN, "cp1251"),
    (KOREAN, "euc-kr"),
    (CHINESE, "gb18030"),
    (CHINESE, "big5"),
    (JAPANESE, "shift_jis"),
    (JAPANESE, "iso2022_jp"),
]


@pytest.mark.parametrize(("text", "encoding"), ENCODINGS)
def test_an_encoding_is_read_as_the_same_text_in_utf8(
    tmp_path: Path, train: Train, text: str, encoding: str
) -> None:
    plain = trains(train, text.encode(), tmp_path)
    wanted = digests(tmp_path / "m.w2v")
    found = trains(train, text.encode(encoding), tmp_path, "--encoding", encoding)
    assert digests(tmp_path / "m.w2v") == wanted
    assert found["fingerprint"] == plain["fingerprint"]
    assert found["n_replaced_bytes"] == 0


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n\n\n", "\n\r", " \n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_do_not_matter(
    tmp_path: Path, train: Train, end: str, mark: bytes
) -> None:
    plain = trains(train, WORDS.encode(), tmp_path)
    found = trains(train, mark + WORDS.replace("\n", end).encode(), tmp_path)
    assert found["n_lines"] == plain["n_lines"] == 10
    assert found["fingerprint"] == plain["fingerprint"]


def test_mixed_line_ends_and_encodings_in_one_file(tmp_path: Path, train: Train) -> None:
    data = b"one two\rthree four\r\nfive six\n\nk\xf6nig k\xc3\xb6nig\r\r\nseven eight"
    found = trains(train, data, tmp_path)
    assert (found["n_lines"], found["n_words"], found["n_replaced_bytes"]) == (5, 11, 1)


def test_replaced_bytes_are_counted_and_reported(tmp_path: Path, train: Train) -> None:
    data = WORDS.encode("latin-1")
    (tmp_path / "text").write_bytes(data)
    code, err = train("train", tmp_path / "text", "-o", tmp_path / "m", *SMALL)
    wrong = sum(byte > 127 for byte in data)
    assert code == 0
    assert (
        f"{tmp_path / 'text'}: {wrong} bytes were not valid utf-8 and were replaced; "
        "--encoding names another encoding, or several such as utf-8,cp1252\n"
    ) in err
    assert facts(tmp_path / "m")["sources"][0]["replaced_bytes"] == wrong


@pytest.mark.parametrize(
    ("data", "words", "replaced"),
    [
        (b"one\0two three\0\0four\nfive six\n" * 2, 12, 0),
        (b"one\0two three four five six\n" * 500, 3000, 0),
        (b"one \xed\xa0\x80 two \xed\xb0\x80\nthree\xed\xa0\xbd\xed\xb8\x80four\n", 4, 12),
        ("one \ufefftwo\ufeff\nthree\ufefffour\n".encode(), 3, 0),
        (b"one two\n\xef\xbb\xbfthree four\n\xef\xbb\xbf\xef\xbb\xbffive\n", 5, 0),
        (b"one two\x0cthree\x0bfour\x1cfive\x1f six\x7f seven\n", 7, 0),
        ("one two\u2028three four\u2029five\x85six\u00a0seven\n".encode(), 7, 0),
        (b"one two \xff\xfe three \xc3\n\xf0\x9f\x98 four \xf5\x80\n", 4, 8),
        (b"\n\n\n\r\r\rone two\n\n\n\n   \n\t\n", 2, 0),
        (b"one two", 2, 0),
        ("e\u0301t\u00e9 E\u0301T\u00c9 \u200bx\u200d y\u00ad\n".encode(), 4, 0),
    ],
)
def test_strange_bytes_train(
    tmp_path: Path, train: Train, data: bytes, words: int, replaced: int
) -> None:
    found = trains(train, data, tmp_path)
    assert (found["n_words"], found["n_replaced_bytes"]) == (words, replaced)
    trains(train, data, tmp_path, "--tokenizer", "whitespace")


def test_a_binary_file_is_refused(tmp_path: Path, train: Train) -> None:
    picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 4
    refused(
        train,
        picture,
        tmp_path,
        "TEXT: a binary file, not text (or text in an encoding such as UTF-16: "
        "name it with --encoding)",
    )
    for archive, what in (
        (b"PK\x03\x04", "a zip archive"),
        (b"\0" * 257 + b"ustar", "a tar archive"),
    ):
        refused(train, archive + picture, tmp_path, f"TEXT: {what}, not text; unpack it first")


@pytest.mark.parametrize("seed", range(10))
def test_random_bytes_are_refused(tmp_path: Path, train: Train, seed: int) -> None:
    message = (
        "TEXT: a binary file, not text (or text in an encoding such as UTF-16: "
        "name it with --encoding)"
    )
    refused(train, random.Random(seed).randbytes(3000), tmp_path, message)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "euc-kr"])
def test_the_wrong_encoding_trains_or_is_refused(
    tmp_path: Path, train: Train, encoding: str
) -> None:
    (tmp_path / "text").write_bytes(WORDS.encode("latin-1") + b"odd")
    code, err = train(
        "train", tmp_path / "text", "-o", tmp_path / "m", *SMALL, "--encoding", encoding
    )
    assert code in (0, 1)
    assert code == 0 or err.startswith("w2v: ")
    assert "replaced" in err or code == 1
