"""Raw text trains or is refused in one line, in bounded memory."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import random
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard
from running import (
    PYTHON,
    SMALL,
    Train,
    call,
    digests,
    in_process,
    last_line,
    one_line,
    peak_memory,
    some_text,
)

import w2v
from w2v.run.observer import Observer

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX names, links and pipes")


@pytest.fixture
def train(capsys: pytest.CaptureFixture[str]) -> Train:
    return in_process(capsys)


def facts(model: Path) -> dict[str, Any]:
    """What model.json says about the text."""
    found: dict[str, Any] = json.loads((model / "model.json").read_text())["corpus"]
    return found


def trains(train: Train, data: bytes, tmp_path: Path, *options: str) -> dict[str, Any]:
    """Check that these bytes train. Returns what the model says about them."""
    (tmp_path / "text").write_bytes(data)
    model = tmp_path / "m.w2v"
    code, err = train("train", tmp_path / "text", "-o", model, *SMALL, "--overwrite", *options)
    assert code == 0, err
    assert sorted(os.listdir(tmp_path)) == ["m.w2v", "text"]
    return facts(model)


def refused(train: Train, data: bytes, tmp_path: Path, message: str, *options: str) -> None:
    """Check that these bytes are refused with this message and nothing is left behind."""
    (tmp_path / "text").write_bytes(data)
    code, err = train("train", tmp_path / "text", "-o", tmp_path / "m.w2v", *SMALL, *options)
    one_line(code, err, 1, message.replace("TEXT", str(tmp_path / "text")))
    assert os.listdir(tmp_path) == ["text"]


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


# Long lines, long words.


def test_a_line_of_many_megabytes_is_cut_into_sentences(tmp_path: Path, train: Train) -> None:
    line = some_text(20_000, line=20_000).strip().encode() + b" "
    data = line * 60  # 9 MB: more than one piece of what is read at a time
    options = ["--epochs", "1", "--sample", "1e-9", "--vector-size", "4"]
    found = trains(train, data, tmp_path, *options)
    assert len(data) > 8e6
    assert found["n_words"] == found["n_retained"] == 1_200_000
    assert (found["n_lines"], found["n_sentences"], found["n_cut_sentences"]) == (1, 1200, 1)


def test_a_text_of_one_line_is_reported(tmp_path: Path, train: Train) -> None:
    (tmp_path / "text").write_text(some_text(2500, line=10_000))
    code, err = train("train", tmp_path / "text", "-o", tmp_path / "m", *SMALL)
    assert code == 0
    assert (
        "the whole text is one line, split every 1,000 words; "
        "if you can, put each sentence or paragraph on a line of its own\n"
    ) in err


def test_a_word_of_a_megabyte_is_a_word(tmp_path: Path, train: Train) -> None:
    word = b"a" * 1_000_000
    data = b"one two " + word + b" three\n" + word + b" two one\n"
    found = trains(train, data, tmp_path)
    assert (found["n_words"], found["n_vocabulary"]) == (7, 4)
    assert word.decode() in w2v.load(tmp_path / "m.w2v").words


@pytest.mark.parametrize("tokenizer", ["words", "whitespace"])
def test_an_endless_word_is_refused(tmp_path: Path, train: Train, tokenizer: str) -> None:
    refused(
        train,
        b"x" * (33 << 20),
        tmp_path,
        f"TEXT: a word of more than 16,777,216 bytes; is this text, and is '{tokenizer}' the "
        "right --tokenizer for it?",
        "--tokenizer",
        tokenizer,
    )


def test_a_long_line_without_blanks_is_cut_between_characters(tmp_path: Path, train: Train) -> None:
    sentence = "馬里是西非的國家。首都在巴馬科，說法語！"
    found = trains(train, (sentence * 60_000).encode(), tmp_path, "--epochs", "1")
    assert found["n_words"] == 180_000
    assert found["n_distinct"] == 3


# Compressed text.

PACKERS = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.compress,
}


@pytest.mark.parametrize("kind", PACKERS)
def test_compression_is_recognised_by_content(tmp_path: Path, train: Train, kind: str) -> None:
    data, pack = some_text(2000).encode(), PACKERS[kind]
    plain = trains(train, data, tmp_path)["fingerprint"]
    half = data.index(b"\n", 5000) + 1
    for packed in (
        pack(data),
        pack(data[:half]) + pack(data[half:]),  # one member after another
        pack(data) + bytes(512),  # padded
        pack(data[:half]) + pack(b"") + pack(data[half:]) + bytes(70_000),
    ):
        assert trains(train, packed, tmp_path)["fingerprint"] == plain


@pytest.mark.parametrize("kind", PACKERS)
def test_damaged_compressed_text_is_reported(tmp_path: Path, train: Train, kind: str) -> None:
    packed = PACKERS[kind](some_text(20_000).encode())
    for data in (
        packed[:-1],
        packed[: len(packed) // 2],
        packed + b"garbage after the end",
        packed[:-5] + bytes(byte ^ 255 for byte in packed[-5:]),
        packed[: len(packed) // 2] + b"xxxx" + packed[len(packed) // 2 + 4 :],
    ):
        (tmp_path / "text").write_bytes(data)
        code, err = train("train", tmp_path / "text", "-o", tmp_path / "m", *SMALL)
        if data is not packed and kind == "zstd" and code == 0:
            continue  # this frame carries no checksum: a changed byte is a changed text
        assert code == 1
        assert err.startswith(f"w2v: {tmp_path / 'text'}: damaged {kind} data near byte "), err
        assert err.count("\n") == 1
        assert os.listdir(tmp_path) == ["text"]


def bomb(path: Path, block: bytes, megabytes: int) -> None:
    """Write a small gzip file that holds `megabytes` of one repeated block."""
    packer = zlib.compressobj(9, wbits=31)
    block *= (1 << 20) // len(block) + 1
    with path.open("wb") as file:
        for _ in range(megabytes):
            file.write(packer.compress(block))
        file.write(packer.flush())


@pytest.fixture(scope="module")
def small_peak(tmp_path_factory: pytest.TempPathFactory) -> float:
    """The peak memory of a run on a small text, in megabytes."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "text").write_text(some_text(1000))
    return peak_memory("train", folder / "text", "-o", folder / "m", *SMALL)[2]


@posix
@pytest.mark.parametrize(
    ("block", "message"),
    [
        (b" " * 1000, "there are no words in it"),
        (b"\n" * 1000, "there are no words in it"),
        (b"\0" * 1000, "a binary file, not text"),
        (b"x" * 1000, "a word of more than 16,777,216 bytes"),
        (b"a b\n" * 1000, "wrote "),
    ],
)
def test_a_gzip_bomb_takes_no_more_memory_than_ordinary_text(
    tmp_path: Path, small_peak: float, block: bytes, message: str
) -> None:
    bomb(tmp_path / "bomb", block, 150 if message != "wrote " else 60)
    assert (tmp_path / "bomb").stat().st_size < 1_000_000
    options = [*SMALL, "--epochs", "1", "--sample", "1e-9", "--vector-size", "4"]
    code, err, peak = peak_memory("train", tmp_path / "bomb", "-o", tmp_path / "b", *options)
    assert message in last_line(err)
    assert code == (0 if message == "wrote " else 1)
    assert peak < small_peak + 100, "megabytes; the text would take more unpacked"


# Names and kinds of files.


@posix
def test_a_pipe_and_what_a_shell_makes_of_one(tmp_path: Path, train: Train) -> None:
    data = some_text(2000)
    plain = trains(train, data.encode(), tmp_path)["fingerprint"]
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text(data))
    writer.start()
    code, err = train("train", pipe, "-o", tmp_path / "p", *SMALL)
    writer.join()
    assert code == 0, err
    assert facts(tmp_path / "p")["fingerprint"] == plain
    for name in ("-", "/dev/stdin"):
        out = call("train", name, "-o", tmp_path / "p", *SMALL, "--overwrite", input=data)
        assert out.returncode == 0, out.stderr
        assert out.stdout == ""
        assert facts(tmp_path / "p")["fingerprint"] == plain


def test_standard_input_empty_closed_or_twice(tmp_path: Path, train: Train) -> None:
    out = call("train", "-", "-o", tmp_path / "m", input="")
    assert (out.returncode, out.stderr) == (1, "w2v: standard input: it is empty\n")
    code, err = train("train", "-", "-", "-o", tmp_path / "m")
    one_line(code, err, 1, "'-' is named twice, but standard input can be read only once")
    if sys.platform != "win32":
        command = [*PYTHON, "train", "-", "-o", str(tmp_path / "m")]
        closed = subprocess.run(
            ["sh", "-c", 'exec "$@" <&-', "sh", *command], capture_output=True, text=True
        )
        assert closed.returncode == 1
        assert closed.stderr.startswith("w2v: standard input"), closed.stderr
    assert os.listdir(tmp_path) == []


@posix
@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero", "/dev/tty0"])
def test_a_device_is_refused(tmp_path: Path, train: Train, device: str) -> None:
    if not os.path.exists(device):
        device = "/dev/zero"
    code, err = train("train", device, "-o", tmp_path / "m")
    one_line(code, err, 1, f"{device}: not a file, folder or pipe")
    assert os.listdir(tmp_path) == []


@posix
def test_links_that_form_a_loop(tmp_path: Path, train: Train) -> None:
    texts = tmp_path / "texts"
    (texts / "deep").mkdir(parents=True)
    (texts / "a").write_text(some_text(500))
    (texts / "deep" / "b").write_text(some_text(500, seed=2))
    (texts / "deep" / "up").symlink_to(texts)
    (texts / "self").symlink_to(texts / "self")
    (texts / "gone").symlink_to(texts / "nowhere")
    os.mkfifo(texts / "pipe")
    code, err = train("train", texts, "-o", tmp_path / "m", *SMALL)
    assert code == 0, err
    names = [source["name"] for source in facts(tmp_path / "m")["sources"]]
    assert names == [str(texts / "a"), str(texts / "deep" / "b")]
    code, err = train("train", texts / "self", "-o", tmp_path / "x", *SMALL)
    one_line(code, err, 1, f"{texts / 'self'}: Too many levels of symbolic links")
    code, err = train("train", texts / "gone", "-o", tmp_path / "x", *SMALL)
    one_line(code, err, 1, f"{texts / 'gone'}: No such file or directory")


def test_a_folder_that_holds_the_output_itself(tmp_path: Path, train: Train) -> None:
    (tmp_path / "text").write_text(some_text(500))
    for _ in range(2):
        code, err = train("train", tmp_path, "-o", tmp_path / "vectors", *SMALL, "--overwrite")
        assert code == 0, err
        names = [source["name"] for source in facts(tmp_path / "vectors")["sources"]]
        assert names == [str(tmp_path / "text")]
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "more").write_text(some_text(500))
    how = ["--cache-dir", tmp_path / "cache", "--overwrite"]
    code, err = train("train", tmp_path, "-o", tmp_path / "vectors", *SMALL, *how)
    assert code == 0, err
    assert len(facts(tmp_path / "vectors")["sources"]) == 2
    assert os.listdir(tmp_path / "cache") == ["more"]


def test_ten_thousand_small_files(tmp_path: Path, train: Train) -> None:
    texts = tmp_path / "texts"
    for folder in range(100):
        (texts / f"{folder:02}").mkdir(parents=True)
        for file in range(100):
            (texts / f"{folder:02}" / f"{file:02}.txt").write_text(f"word{file % 50} and more")
    code, err = train("train", texts, "-o", tmp_path / "m", *SMALL, "--epochs", "1")
    assert code == 0, err
    found = facts(tmp_path / "m")
    assert (found["n_words"], found["n_lines"], len(found["sources"])) == (30_000, 10_000, 10_000)
    code, err = train("train", texts / "*" / "0?.txt", "-o", tmp_path / "g", *SMALL)
    assert code == 0, err
    assert len(facts(tmp_path / "g")["sources"]) == 1000


@pytest.mark.skipif(sys.platform != "linux", reason="names that are not valid UTF-8")
def test_names_that_are_not_valid_utf8(tmp_path: Path, train: Train) -> None:
    name = os.fsdecode(b"w\xf6rter\n\xff.txt")
    folder = tmp_path / os.fsdecode(b"\xfe\xff")
    folder.mkdir()
    (folder / name).write_text(some_text(500))
    out = call("train", folder / name, folder, "-o", folder / name / "..", *SMALL)
    assert out.returncode == 1
    assert out.stderr.count("\n") == 1
    model = folder / os.fsdecode(b"m\xff.w2v")
    out = call("train", folder / name, folder, "-o", model, *SMALL)
    assert out.returncode == 0, out.stderr
    assert facts(model)["sources"][0]["name"].endswith("w\\xf6rter\n\\xff.txt")
    out = call("train", folder / name, "-o", model, *SMALL)
    assert out.returncode == 1
    assert out.stderr.count("\n") == 1
    assert "exists; give --overwrite" in out.stderr


class Meddler(Observer):
    """Changes a file once reading has begun."""

    def __init__(self, work: Any) -> None:
        self.work: Any = work

    def read(self, done: int, total: int | None) -> None:
        if self.work:
            self.work()
            self.work = None


@pytest.mark.parametrize("change", ["grows", "shrinks", "is replaced", "is written to"])
def test_a_file_that_changes_while_it_is_read(tmp_path: Path, change: str) -> None:
    text = tmp_path / "text"
    data = some_text(100_000).encode() * 10  # 9 MB: several pieces
    text.write_bytes(data)
    os.utime(text, ns=(0, 0))

    def grow() -> None:
        with text.open("ab") as file:
            file.write(b"more words\n")

    def replace() -> None:
        (tmp_path / "new").write_bytes(b"other words\n")
        (tmp_path / "new").replace(text)

    def write() -> None:
        with text.open("r+b") as file:
            file.write(b"other")

    works = {
        "grows": grow,
        "shrinks": lambda: os.truncate(text, 1000),
        "is replaced": replace,
        "is written to": write,
    }
    options = {"min_count": 1, "vector_size": 4, "epochs": 1, "sample": 1e-9, "threads": 1}

    def run() -> None:
        w2v.train(text, tmp_path / "m", observer=Meddler(works[change]), **options)

    if change == "is replaced":  # the file that was opened is read to its end
        run()
        assert facts(tmp_path / "m")["n_words"] == 1_000_000
        return
    sizes = {
        "grows": f", from {len(data):,} bytes to {len(data) + 11:,}",
        "shrinks": f", from {len(data):,} bytes to 1,000",
        "is written to": "",
    }
    with pytest.raises(w2v.W2VError) as caught:
        run()
    assert str(caught.value) == (
        f"{text}: changed while it was being read{sizes[change]}; "
        "run again when no other program is writing to it"
    )
    assert os.listdir(tmp_path) == ["text"]


def endless_line(tokens: int) -> Iterator[bytes]:
    """One line of `tokens` words."""
    block = b" ".join(b"w%d" % (n * n % 1009) for n in range(100_000)) + b" "
    for _ in range(tokens // 100_000):
        yield block


@pytest.mark.slow
@posix
def test_a_line_of_a_hundred_megabytes_takes_no_more_memory(tmp_path: Path) -> None:
    with (tmp_path / "text").open("wb") as file:
        file.writelines(endless_line(25_000_000))
    assert (tmp_path / "text").stat().st_size > 100e6
    options = [*SMALL, "--epochs", "1", "--sample", "1e-9", "--vector-size", "4"]
    code, err, peak = peak_memory("train", tmp_path / "text", "-o", tmp_path / "m", *options)
    assert code == 0, err
    found = facts(tmp_path / "m")
    assert (found["n_words"], found["n_lines"]) == (25_000_000, 1)
    assert peak < 350


@pytest.mark.slow
@posix
def test_a_line_of_a_billion_words(tmp_path: Path) -> None:
    """Through a pipe. Its ids take 4 GB of disk space while it trains."""
    os.mkfifo(tmp_path / "pipe")

    def write() -> None:
        with (tmp_path / "pipe").open("wb") as file:
            file.writelines(endless_line(1_000_000_000))

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    options = "--epochs 1 --sample 1e-9 --vector-size 8 --negative 1 --window 1".split()
    code, err, peak = peak_memory("train", tmp_path / "pipe", "-o", tmp_path / "m", *options)
    assert code == 0, err
    found = facts(tmp_path / "m")
    assert (found["n_words"], found["n_lines"]) == (1_000_000_000, 1)
    assert peak < 350
