"""Lines and words of any length train in bounded memory."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from raw_text import facts, posix, refused, trains
from running import (
    SMALL,
    Train,
    peak_memory,
    some_text,
)

import w2v


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
