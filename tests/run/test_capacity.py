"""Whether a run fits: reported before it starts, with the figures and the option that helps."""

from __future__ import annotations

import os
import shutil
from collections import namedtuple
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from running import SMALL, Train, in_process, last_line, peak_memory, some_text

from w2v.arrays import Integers
from w2v.config import TrainConfig
from w2v.messages import size
from w2v.run import capacity
from w2v.run.capacity import (
    check_disk,
    check_disk_for_ids,
    check_memory,
    memory_needed,
    table_bytes,
)
from w2v.system.resources import available_memory
from w2v.training import word_rows as word_rows_module
from w2v.training.kernel_arguments import WordRows
from w2v.words.word_list import WordList

Usage = namedtuple("Usage", "total used free")


def free_disk(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    """Pretend that every disk has so many bytes left."""
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(0, 0, free))


def free_memory(monkeypatch: pytest.MonkeyPatch, free: int | None) -> None:
    """Pretend that so many bytes of memory are available."""
    monkeypatch.setattr(capacity, "available_memory", lambda: free)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (999_499, "999 kB"),
        (999_600, "1 MB"),
        (1_234_567, "1.23 MB"),
        (64 * 10**9, "64 GB"),
        (5 * 10**15, "5000 TB"),
    ],
)
def test_sizes_for_people(number: int, text: str) -> None:
    assert size(number) == text


def test_too_little_memory_names_what_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    free_memory(monkeypatch, 10**9)
    check_memory(100_000, TrainConfig(), 2)
    with pytest.raises(capacity.W2VError) as caught:
        check_memory(3_000_000, TrainConfig(vector_size=300), 2)
    assert str(caught.value) == (
        "training 3,000,000 words by 300 on 2 threads needs about 7.87 GB of memory and 1 GB are "
        "available; a smaller --max-vocab, a larger --min-count or a smaller --vector-size needs "
        "less"
    )
    with pytest.raises(capacity.W2VError) as caught:
        check_memory(1000, TrainConfig(window=10_000, negative=1000), 64)
    assert str(caught.value).endswith(
        " and 1 GB are available; fewer --threads, a smaller --window or fewer --negative need less"
    )
    with pytest.raises(capacity.W2VError) as caught:
        check_memory(1000, TrainConfig(vector_size=10_000), 2)
    assert str(caught.value).endswith("; --whiten 0 or a smaller --vector-size needs less")
    check_memory(1000, TrainConfig(vector_size=10_000, whiten=0), 2)
    free_memory(monkeypatch, None)
    check_memory(10**9, TrainConfig(), 2)


def test_with_subwords_the_ngrams_count_and_fewer_buckets_help(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = TrainConfig(subwords=True, publish="input")
    plain = memory_needed(1000, TrainConfig(publish="input"), 0)
    assert memory_needed(1000, config, 0, n_ngrams=5000) > plain + 5000 * 448 + 2_000_000
    free_memory(monkeypatch, 10**9)
    with pytest.raises(capacity.W2VError) as caught:
        check_memory(100_000, config, 2, n_ngrams=1_900_000)
    told = str(caught.value)
    assert told.startswith("training 100,000 words and 1,900,000 n-grams by 100 on 2 threads needs")
    assert "a larger --min-count, fewer --buckets or a smaller --vector-size needs less" in told
    model, checkpoint = (3 * 1000 + 5000) * 448, (2 * 1000 + 5000) * 448
    free_disk(monkeypatch, model + 2 * checkpoint)
    assert check_disk(tmp_path, 1000, config, 1, 5000) == model + 2 * checkpoint
    with pytest.raises(capacity.W2VError, match="free; fewer --buckets, a smaller --vector-size"):
        check_disk(tmp_path, 1000, config, 0, 5000)


def test_too_many_buckets_are_refused_before_any_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def word_rows(words: WordList, counts: Integers, config: TrainConfig) -> WordRows | None:
        assert config.buckets == 100, "only to compile the kernels"
        return few_rows(words, counts, config)

    few_rows = word_rows_module.word_rows
    (tmp_path / "text").write_text(some_text(1000))
    command = ["train", tmp_path / "text", "-o", tmp_path / "m", *SMALL, "--subwords"]
    free_memory(monkeypatch, 10**10)
    monkeypatch.setattr(word_rows_module, "word_rows", word_rows)
    code, err = in_process(capsys)(*command, "--buckets=1_000_000_000")
    assert code == 1
    assert "GB of memory and 10 GB are available" in last_line(err)
    assert "fewer --buckets" in last_line(err)
    assert os.listdir(tmp_path) == ["text"]


def test_what_is_available_is_reported() -> None:
    free = available_memory()
    assert free is None or 10**7 < free < 10**15


def test_too_little_disk_names_what_helps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = table_bytes(1000, 100)
    assert tables == 2 * 1000 * 448
    free_disk(monkeypatch, 3 * tables)
    config = TrainConfig(vector_size=100, publish="input")
    check_disk(tmp_path, 1000, config, None)
    check_disk(tmp_path, 1000, config, 1)  # two that come, and the model
    with pytest.raises(capacity.W2VError):  # which holds a third table then
        check_disk(tmp_path, 1000, config.replace(publish="mix"), 1)
    with pytest.raises(capacity.W2VError) as caught:
        check_disk(tmp_path, 1000, config, 0)
    assert str(caught.value) == (
        f"{tmp_path}: the model and its checkpoints need about 3.58 MB and 2.69 MB are free; a "
        "smaller --vector-size or --max-vocab, --checkpoint-every 0 or an -o on another disk helps"
    )


def test_the_ids_are_estimated_from_the_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free_disk(monkeypatch, 1_000_000)
    assert check_disk_for_ids(tmp_path, 1_400_000) is None
    told = (
        f"{tmp_path}: the ids of 2 MB of text take about 1.4 MB and 1 MB are free; "
        "--cache-dir puts them on another disk"
    )
    assert check_disk_for_ids(tmp_path, 2_000_000) == told
    with pytest.raises(capacity.W2VError, match="the ids of 10 MB of text take about 7 MB"):
        check_disk_for_ids(tmp_path, 10_000_000)


def test_a_run_is_refused_before_it_trains_and_leaves_nothing(
    tmp_path: Path, train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = tmp_path / "text"
    text.write_text(some_text(3000))
    command = ["train", text, "-o", tmp_path / "m", *SMALL]
    free_memory(monkeypatch, 10**6)
    code, err = train(*command)
    assert code == 1
    assert last_line(err).startswith("w2v: training 200 words by 16 on 1 threads needs about ")
    free_memory(monkeypatch, None)
    free_disk(monkeypatch, 1000)
    code, err = train(*command)
    assert (code, last_line(err)) == (
        1,
        f"w2v: {tmp_path / 'm.run'}: the ids of 21.2 kB of text take about 14.8 kB and 1 kB are "
        "free; --cache-dir puts them on another disk",
    )
    free_disk(monkeypatch, 10_000)
    code, err = train(*command)
    assert code == 1
    assert err.startswith(f"{tmp_path / 'm.run'}: the ids of 21.2 kB of text take about 14.8 kB")
    assert "the model and its checkpoints need about 38.4 kB and 10 kB are free" in last_line(err)
    assert os.listdir(tmp_path) == ["text"]


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="a child's memory is told on POSIX alone")
@pytest.mark.parametrize(
    ("options", "n_ngrams"),
    [
        (["--vector-size", "300"], 0),
        (["--vector-size", "4", "--window", "500"], 0),
        (["--vector-size", "300", "--max-n", "5", "--subwords"], 53_702),
    ],
)
def test_the_estimate_is_no_less_than_what_a_run_takes(
    tmp_path: Path, options: list[str], n_ngrams: int
) -> None:
    words = 30_000
    text = tmp_path / "text"
    text.write_text("\n".join(f"word{n} word{n + 1}" for n in range(words)) + "\n")
    arguments = ["--min-count", "1", "--threads", "2", "--epochs", "1", *options]
    code, err, megabytes = peak_memory("train", text, "-o", tmp_path / "m", *arguments)
    assert code == 0, err
    peak = int(1e6 * megabytes)
    names = [name[2:].replace("-", "_") for name in arguments[::2]]
    config: Any = dict(zip_longest(names, map(int, arguments[1::2]), fillvalue=True))
    needed = memory_needed(words, TrainConfig(**config), 2, n_ngrams=n_ngrams)
    assert 0.5 * needed < peak < 1.1 * needed, (peak, needed)
