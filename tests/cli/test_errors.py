"""Errors of `w2v train`: one line that says what to do, the exit code, and nothing left behind."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from running import SMALL, Train, call, digests, last_line, one_line, some_text, start

import w2v
from w2v.system.lock import locked_folder


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in that holds a text."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text").write_text(some_text(500))
    return tmp_path


def fails(train: Train, arguments: str, code: int, message: str) -> None:
    """This command line fails in these words and leaves what was there, and no more."""
    before = sorted(os.listdir())
    one_line(*train("train", *arguments.split()), code, message)
    assert sorted(os.listdir()) == before


BINARY = "a binary file, not text (or text in an encoding such as UTF-16: name it with --encoding)"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("missing.txt", "missing.txt: No such file or directory"),
        ("*.nothing", "*.nothing: no file matches this pattern"),
        ("empty", "empty: it is empty"),
        ("empty empty2", "2 files (empty and more): all are empty"),
        ("blank", "blank: there are no words in it"),
        ("folder", "folder: the folder has no files to read"),
        ("binary", f"binary: {BINARY}"),
        ("text binary", f"binary: {BINARY}; a pattern such as 'folder/**/*.txt' selects files"),
        (
            "rare",
            "no word reaches --min-count 5; the most frequent, 'the', occurs 3 times; "
            "lower --min-count",
        ),
        (
            "once",
            "no word reaches --min-count 5; the most frequent, 'all', occurs once; "
            "lower --min-count",
        ),
        (
            "one",
            "only one word, 'word' (9 times), is in the vocabulary; training needs two or more: "
            "give more text, lower --min-count or raise --max-vocab",
        ),
        (
            "text --max-vocab 1",
            "only one word, 'word0' (39 times), is in the vocabulary; training needs two or more: "
            "give more text, lower --min-count or raise --max-vocab",
        ),
        ("text -o no/model", "cannot write no/model: there is no folder no"),
        ("text -o text/model", "cannot write text/model: there is no folder text"),
        (
            "text -o empty --overwrite",
            "empty is not a folder; a model will not replace it: give another output",
        ),
        (
            "text -o folder2 --overwrite",
            "folder2 is a folder that contains 'thesis', which is not part of a model; "
            "it will not be replaced: give another output",
        ),
        ("text -o .", "WHERE"),
        ("text -o /", "WHERE"),
        ("text --vocab nowhere", "nowhere: no such file"),
        ("text --vocab empty", "empty: no words in it"),
        (
            "text --vocab one",
            "one:1: expected 'word count', found 'word word word word word word word word '",
        ),
        (
            "text --vocab strange",
            "no word of the vocabulary occurs in the text; is it the right one?",
        ),
        ("text --init nowhere", "nowhere: no such file"),
        ("text --cache-dir nowhere", "--cache-dir nowhere: no such folder"),
        ("text --config nowhere.toml", "nowhere.toml: No such file or directory"),
        ("text --config folder", "folder: Is a directory"),
    ],
)
def test_what_the_user_can_fix_is_one_line_and_exit_1(
    here: Path, train: Train, arguments: str, message: str
) -> None:
    for name, content in {
        "empty": "",
        "empty2": "",
        "blank": " \n\n\t\n ... !?\n",
        "binary": "\0\1\2\3" * 100,
        "rare": "the cat and the dog and the bird\n",
        "once": "all words differ here\n",
        "one": "word word word word word word word word word\n",
        "column": "one\ntwo\nthree\n",
        "strange": "never 7\nmet 6\n",
    }.items():
        Path(name).write_text(content)
    Path("folder").mkdir()
    Path("folder2").mkdir()
    Path("folder2", "thesis").write_text("years of work")
    if message == "WHERE":
        before = sorted(os.listdir())
        code, err = train("train", *arguments.split())
        assert code == 1
        assert "is not part of a model; it will not be replaced: give another output\n" in err
        assert sorted(os.listdir()) == before
        return
    if sys.platform == "win32" and "directory" in message:
        pytest.skip("Windows says it in other words")
    fails(train, arguments, 1, message)


HELP = " See 'w2v train --help'."


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", f"Missing argument 'CORPUS...'.{HELP}"),
        ("text --epochs", "Option '--epochs' requires an argument. See 'w2v --help'."),
        ("text --epochs two", f"Invalid value for '--epochs': 'two' is not a valid integer.{HELP}"),
        ("text --epochs 1e3", f"Invalid value for '--epochs': '1e3' is not a valid integer.{HELP}"),
        ("text --epochs 0", "epochs must be from 1 to 100000, not 0"),
        ("text --epochs -1", "epochs must be from 1 to 100000, not -1"),
        (f"text --epochs {10**400}", "epochs must be from 1 to 100000, not 1" + 400 * "0"),
        ("text --vector-size 0", "vector-size must be from 1 to 65536, not 0"),
        ("text --window 0", "window must be from 1 to 10000, not 0"),
        ("text --negative 0", "negative must be from 1 to 10000, not 0"),
        ("text --sample nan", "sample must be from 0 to 1, not nan"),
        ("text --sample 2", "sample must be from 0 to 1, not 2"),
        ("text --alpha 0", "alpha must be from 1e-12 to 100, not 0"),
        ("text --alpha inf", "alpha must be from 1e-12 to 100, not inf"),
        ("text --min-alpha 1", "min-alpha 1 is above alpha 0.0375; lower min-alpha"),
        (
            "text --score-bias much",
            f"Invalid value for '--score-bias': 'much' is neither a number nor 'auto'.{HELP}",
        ),
        ("text --score-bias nan", "score-bias must be from -30 to 30, not nan"),
        ("text --threads 0", "threads must be from 1 to 1024, not 0"),
        ("text --seed -1", "seed must be from 0 to 9.22337203685478e+18, not -1"),
        ("text --max-sentence 1", "max-sentence must be from 2 to 100000, not 1"),
        (
            "text --tokenizer letters",
            "Invalid value for '--tokenizer': 'letters' is not one of 'words', 'whitespace'."
            + HELP,
        ),
        (
            "text --encoding klingon",
            "encoding: unknown 'klingon'; use utf-8, utf-16, latin-1, cp1252 or any other "
            "text encoding that Python supports",
        ),
        ("text --checkpoint-every -1", "checkpoint-every must be 0 or more minutes, not -1"),
        ("text --checkpoint-every nan", "checkpoint-every must be 0 or more minutes, not nan"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exit_2(
    here: Path, train: Train, arguments: str, message: str
) -> None:
    fails(train, arguments, 2, message)


@pytest.mark.parametrize(
    ("toml", "code", "message"),
    [
        ("\nepochs = x", 1, "c.toml: not valid TOML: Invalid value (at line 2, column 10)"),
        ("window = 3\nepochs = 0\n", 2, "c.toml: epochs must be from 1 to 100000, not 0"),
        ("epochs = '3'\n", 2, "c.toml: epochs must be a whole number, not '3'"),
        ("epochs = true\n", 2, "c.toml: epochs must be a whole number, not True"),
        ("[train]\nepochs = 3\n", 2, "c.toml: unknown option 'train'; known are KNOWN"),
        ("size = 3\n", 2, "c.toml: unknown option 'size'; known are KNOWN"),
        (
            "vector-size = 3\nvector_size = 4\n",
            2,
            "c.toml: vector-size is set twice, once with - and once with _",
        ),
        (
            "alpha = 0.1\nmin-alpha = 0.2\n",
            2,
            "min-alpha 0.2 is above alpha 0.1; lower min-alpha (configuration: c.toml)",
        ),
    ],
)
def test_bad_toml_is_named(here: Path, train: Train, toml: str, code: int, message: str) -> None:
    Path("c.toml").write_text(toml)
    known = ", ".join(w2v.TrainConfig().to_dict())
    fails(train, "text --config c.toml", code, message.replace("KNOWN", known))


def test_the_command_line_comes_before_the_toml_file(here: Path, train: Train) -> None:
    Path("c.toml").write_text("vector-size = 7\nepochs = 2\nmin-count = 1\n")
    assert train("train", "text", "--config", "c.toml", "--epochs", "1")[0] == 0
    config = (here / "model.w2v" / "model.json").read_text()
    assert '"vector_size": 7' in config
    assert '"epochs": 1' in config


def test_an_existing_output_is_found_before_anything_is_read(here: Path, train: Train) -> None:
    assert train("train", "text", *SMALL)[0] == 0
    before = digests(here / "model.w2v")
    fails(
        train,
        "missing.txt",
        1,
        "model.w2v exists; give --overwrite to replace it, or another output",
    )
    assert digests(here / "model.w2v") == before


def test_a_failed_run_leaves_the_old_model(here: Path, train: Train) -> None:
    assert train("train", "text", *SMALL)[0] == 0
    before = digests(here / "model.w2v")
    Path("empty").write_text("")
    fails(train, "empty --overwrite", 1, "empty: it is empty")
    assert digests(here / "model.w2v") == before


def test_an_output_that_cannot_be_written_is_found_before_the_text_is_read(train: Train) -> None:
    if not os.path.isdir("/sys/kernel"):
        pytest.skip("needs a folder that nobody can write")
    code, err = train("train", "missing.txt", "-o", "/sys/kernel/model.w2v")
    assert code == 1
    assert err.startswith("w2v: cannot write /sys/kernel/model.w2v: ")
    assert err.count("\n") == 1


def test_two_runs_to_one_output(here: Path, train: Train) -> None:
    with locked_folder(here / "model.w2v.run", "model.w2v"):
        fails(
            train,
            "text",
            1,
            "model.w2v: another run is writing it; wait for it to end, or give another -o",
        )


@pytest.mark.skipif(sys.platform == "win32", reason="links")
def test_two_names_of_one_output_are_one_output(here: Path, train: Train) -> None:
    os.symlink("model.w2v", "link")
    with locked_folder(here / "model.w2v.run", "model.w2v"):
        fails(
            train,
            "text -o link",
            1,
            "link: another run is writing it; wait for it to end, or give another -o",
        )
    assert train("train", "text", "-o", "link", *SMALL)[0] == 0
    assert Path("link").is_symlink()
    assert sorted(os.listdir()) == ["link", "model.w2v", "text"]


def test_a_folder_of_the_user_is_never_taken_for_ours(here: Path, train: Train) -> None:
    work = here / "model.w2v.run"
    work.mkdir()
    (work / "notes").write_text("mine")
    fails(
        train,
        "text",
        1,
        "model.w2v.run contains 'notes', which is not part of a run; "
        "it will not be touched: give another -o",
    )
    assert os.listdir(work) == ["notes"]


def test_what_a_killed_run_left_is_cleared_away(here: Path, train: Train) -> None:
    """A run killed before its first checkpoint, while it read, or while it wrote the model."""
    work = here / "model.w2v.run"
    for folder in ("corpus", "model", "unfinished-checkpoint", "old-checkpoint"):
        (work / folder).mkdir(parents=True)
        (work / folder / "part").write_text("half")
    log = ["train.jsonl", ".train.jsonl.0a1b2c3d.tmp"]
    for name in ("lock", *log, "corpus/vocab.txt", "corpus/ids.i32"):
        (work / name).write_text("half")
    assert train("train", "text", *SMALL)[0] == 0
    assert sorted(os.listdir()) == ["model.w2v", "text"]


def test_an_unknown_option_is_named(here: Path, train: Train) -> None:
    code, err = train("train", "text", "--vectorsize", "5")
    assert code == 2
    assert err.startswith("w2v: No such option")
    assert "--vectorsize" in err
    assert "--vector-size" in err
    assert err.count("\n") == 1


def test_a_text_without_a_pair_of_words_is_refused(here: Path, train: Train) -> None:
    Path("column").write_text("one\ntwo\nthree\n")
    code, err = train("train", "column", *SMALL)
    assert code == 1
    assert last_line(err) == (
        "w2v: no line of the text has two words of the vocabulary, so there is nothing to learn; "
        "lower --min-count, or put each sentence on a line of its own"
    )
    assert sorted(os.listdir()) == ["column", "text"]


def test_vectors_of_another_size_to_start_from(here: Path, train: Train) -> None:
    assert train("train", "text", *SMALL, "-o", "old.w2v")[0] == 0
    code, err = train("train", "text", "--init", "old.w2v", "--vector-size", "20")
    assert code == 1
    assert last_line(err) == (
        "w2v: old.w2v holds vectors of 16 dimensions; give --vector-size 16 to start from them"
    )
    Path("bad.txt").write_text("2 16\nword0" + " nan" * 16 + "\nword1" + " 1" * 16 + "\n")
    code, err = train("train", "text", "--init", "bad.txt", *SMALL)
    assert code == 1
    assert last_line(err) == (
        "w2v: bad.txt holds numbers that are not finite; training cannot start from them"
    )
    assert sorted(os.listdir()) == ["bad.txt", "old.w2v", "text"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")
def test_training_continues_when_nobody_reads_its_messages(here: Path) -> None:
    process = start("train", "text", *SMALL)
    assert process.stderr is not None
    process.stderr.close()
    process.stderr = None
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert sorted(os.listdir()) == ["model.w2v", "text"]


def test_no_traceback_from_a_strange_place(here: Path) -> None:
    """The folder in which a process works may be gone."""
    gone = here / "gone"
    gone.mkdir()
    if sys.platform == "win32":
        pytest.skip("a folder in use cannot be removed there")
    out = call("train", "text", cwd=gone, preexec_fn=lambda: os.rmdir(gone))
    assert out.returncode == 1
    assert out.stderr.startswith("w2v: ")
    assert out.stderr.count("\n") == 1


def test_a_path_through_a_folder_that_is_not_there(here: Path, train: Train) -> None:
    """The system would find no such path, but its name is that of a folder that exists."""
    code, err = train("train", "text", "-o", "gone/../m.w2v", *SMALL)
    assert (code, err.count("wrote ")) == (0, 1)
    assert (here / "m.w2v").is_dir()
