"""w2v export: from a model to every format and back, with its options."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from asking import ROWS
from exporting import Export
from vector_files import each, path_for, read, same_bits, write

from w2v.cli.main import run as run_cli
from w2v.formats import registry
from w2v.formats.files import sniff
from w2v.vectors.word_vectors import WordVectors

MATRIX = np.array(list(ROWS.values()), np.float32)


def test_without_arguments_it_writes_word2vec_text(export: Export) -> None:
    err = export("--space-as _")
    assert err == "wrote 16 words by 5 to vectors.txt (word2vec)\n"
    lines = Path("vectors.txt").read_bytes().decode().split("\n")
    assert lines[:2] == ["16 5", "man 1 0 0 0 1"]
    assert lines[9] == "new_york 0 0 3 3 1"
    assert lines[-1] == ""


@pytest.mark.parametrize("name", each(registry.names()))
def test_every_format_by_its_ending_and_by_its_name(export: Export, name: str) -> None:
    target = path_for(Path(), name)
    err = export(f"{target} --space-as _")
    assert err == f"wrote 16 words by 5 to {target} ({name})\n"
    export(f"other --format {name} --space-as _")
    for path in (target, Path("other")):
        vectors = read(path)
        assert list(vectors.words)[:2] == ["man", "woman"]
        np.testing.assert_allclose(vectors.matrix, MATRIX, rtol=1e-6)


def test_the_format_without_an_output_names_it(export: Export) -> None:
    export("--format npz")
    assert sniff("vectors.npz") == "npz"


@pytest.mark.parametrize("name", each(["word2vec-bin", "pytorch", "fasttext"]))
@pytest.mark.parametrize("ending", ["", ".gz"])
def test_an_import(export: Export, name: str, ending: str) -> None:
    path = f"{path_for(Path(), name)}{ending}"
    export(f"{path} --space-as _")
    export(f"-m {path} new.w2v")
    assert run_cli(["info", "-m", "new.w2v"]) == 0
    assert "16" in export.capsys.readouterr().out
    assert same_bits(np.asarray(read("new.w2v").matrix), MATRIX)


def test_the_other_tables(export: Export) -> None:
    export("--vectors output o.npy")
    export("--vectors sum s.npy")
    assert np.array_equal(np.load("o.npy"), MATRIX[:, ::-1])
    assert np.array_equal(np.load("s.npy"), MATRIX + MATRIX[:, ::-1])
    export.fails(
        "-m o.npy --vectors sum x.npy", 1, "o.npy holds a single table; leave out --vectors sum"
    )


def test_some_words(export: Export, tmp_path: Path) -> None:
    Path("words").write_text("queen\n\nnew york\nking\nnobody\nno one\n", encoding="utf-8")
    err = export("v.npy --words words")
    assert err.splitlines()[0] == "2 of 5 words are not in the model: nobody, no one"
    vectors = read("v.npy")
    assert list(vectors.words) == ["king", "queen", "new york"]
    assert np.array_equal(vectors.matrix, MATRIX[[2, 3, 8]])
    assert vectors.counts is not None
    assert vectors.counts.tolist() == [140, 130, 80]
    export("v.npy --words words --limit 2 --overwrite")
    assert list(read("v.npy").words) == ["king", "queen"]
    Path("words").write_text("nobody\n")
    export.fails("x.npy --words words", 1, "none of the given words is among the model's 16")


def test_a_limit_and_unit_length(export: Export) -> None:
    export("v.npy --limit 3 --normalize")
    lengths = np.linalg.norm(np.load("v.npy"), axis=1)
    np.testing.assert_allclose(lengths, np.ones(3), rtol=1e-6)
    export("all.npy --normalize")
    assert not np.load("all.npy")[-1].any()


def test_a_limit_leaves_a_damaged_end_unseen(export: Export) -> None:
    export("v.txt --space-as _")
    Path("v.txt").write_bytes(Path("v.txt").read_bytes()[:60])
    export("-m v.txt v.npy --limit 2")
    assert list(read("v.npy").words) == ["man", "woman"]
    Path("words").write_text("woman\n")
    code, err = export.run("-m v.txt w.npy --limit 1 --words words")
    assert (code, err.startswith("w2v: v.txt: its header promises 16 rows")) == (1, True)


def test_a_precision(export: Export) -> None:
    export("v.txt --normalize --limit 3 --precision 3")
    assert Path("v.txt").read_text() == (
        "3 5\nman 0.707 0 0 0 0.707\nwoman -0.707 0 0 0 0.707\nking 0.408 0.816 0 0 0.408\n"
    )
    export.fails("v.npy --precision 3", 2, "the format npy takes no --precision")


def test_a_padding_row(export: Export) -> None:
    pytest.importorskip("torch")
    export("v.pt --padding-idx 0 --limit 2")
    words = Path("v.pt.vocab.tsv").read_text(encoding="utf-8")
    assert words == "<pad>\t0\nman\t160\nwoman\t150\n"


def test_words_with_spaces_are_refused_by_name(export: Export) -> None:
    refusal = (
        "v.txt: the word 'new york' (row 9) contains a space, which this format cannot hold; "
        "--space-as _ writes white space and empty words as _, "
        "and .npy, .npz and .safetensors hold any word"
    )
    export.fails("v.txt", 1, refusal)
    write(WordVectors(["a b", "a_b"], np.ones((2, 2), np.float32)), "two.npy")
    export.fails(
        "-m two.npy v.txt --space-as _",
        1,
        "the word 'a b' (row 1) would be written as 'a_b', which is a word too; "
        "give --space-as something else",
    )


def test_words_too_long_for_word2vec_c_are_reported(export: Export) -> None:
    write(WordVectors(["x" * 50, "y" * 49], np.ones((2, 2), np.float32)), "long.npy")
    err = export("-m long.npy v.bin")
    assert err.splitlines()[0] == (
        f"1 word has 50 bytes or more, '{'x' * 30}…' the first; "
        "word2vec.c's own tools cannot hold them"
    )


def test_word2vec_binary_without_its_first_line(export: Export) -> None:
    export("v.bin --limit 3")
    data = Path("v.bin").read_bytes()
    Path("v.raw").write_bytes(data[data.index(b"\n") + 1 :])
    export("-m v.raw --from word2vec-bin --vector-size 5 v.npy")
    assert np.array_equal(np.load("v.npy"), MATRIX[:3])
    export.fails(
        "-m v.raw --from word2vec-bin x.npy",
        1,
        "v.raw: not word2vec binary: it must start with 'words dimensions' and a line break; "
        "'w2v export --from word2vec-bin --vector-size N' reads a file without that line",
    )


def test_text_without_its_first_line(export: Export) -> None:
    Path("v.txt").write_text("the 1 2\n5 3 4\n")
    export.fails(
        "-m v.txt --from word2vec x.npy",
        1,
        "v.txt: row 1 must be 'words dimensions', not 'the 1 2'; 'w2v export --from glove' reads "
        "rows without such a line",
    )
    export("-m v.txt --from glove v.npy")
    assert list(read("v.npy").words) == ["the", "5"]


def test_no_message_speaks_of_an_option_that_export_lacks(export: Export) -> None:
    Path("x.projector").write_text("")
    Path("folder").mkdir()
    Path("folder", "mine").write_text("")
    for arguments, message in (
        ("x.projector --space-as _", "x.projector is not a folder; give another output"),
        ("x.projector --format w2v", "x.projector is not a folder; a model will not replace it: "),
        ("folder --format w2v", "folder is a folder that contains 'mine', which is not part of "),
        ("x.projector --format npy", "x.projector exists; give --overwrite to replace it, or anot"),
    ):
        code, err = export.run(arguments)
        assert (code, err.startswith(f"w2v: {message}")) == (1, True)
        assert " -o" not in err


def test_what_is_wrong_on_the_command_line(export: Export) -> None:
    known = ", ".join(registry.names())
    export.fails("v.txt --format word", 2, f"unknown format 'word'; known are {known}")
    export.fails("v.txt --from word", 2, f"unknown format 'word'; known are {known}")
    export.fails("model.w2v --overwrite", 2, "model.w2v is the model itself; give another OUTPUT")
    export.fails(
        "model.w2v.gz", 2, "model.w2v.gz: the format w2v is a folder, which cannot be compressed"
    )
    code, err = export.run("v.what")
    assert code == 2
    assert err.startswith(
        "w2v: v.what: the ending implies no format; give --format, or one of .w2v"
    )
    export.fails(
        "-m none.txt v.txt",
        1,
        "none.txt: no such model; train one with 'w2v train corpus.txt', or name one with -m",
    )
    export.fails("no/v.npy", 1, "cannot write no/v.npy: there is no folder no")


def test_nothing_is_overwritten_unasked(export: Export) -> None:
    export("v.npy")
    before = Path("v.npy").read_bytes()
    for target in ("v.npy", "v.npy.gz"):
        code, err = export.run(f"{target} --limit 1")
        assert (code, "exists; give --overwrite" in err) == (1, True)
    assert Path("v.npy").read_bytes() == before
    export("v.npy --limit 1 --overwrite")
    assert len(read("v.npy")) == 1


def test_a_file_is_converted_onto_itself(export: Export) -> None:
    export("v.txt --space-as _")
    export("-m v.txt v.txt --limit 5 --overwrite")
    assert len(read("v.txt")) == 5


def test_the_help_names_every_format_without_numpy(tmp_path: Path) -> None:
    code = (
        "import sys; from w2v.cli.main import run; run(['export', '--help']);"
        "sys.exit('numpy' in sys.modules)"
    )
    shown = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    ).stdout
    for name, known in registry.FORMATS.items():
        assert f"  {name}  {' '.join(known.endings)}" in shown


# --- names that contradict the format -----------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "format", "ending", "remedy"),
    [
        ("v.bin", "fasttext", "word2vec-bin", "--format fasttext-bin or A .vec"),
        (
            "v.ftbin",
            "fasttext",
            "fasttext-bin",
            "--format fasttext-bin or A .vec",
        ),
        (
            "v.bin.gz",
            "word2vec",
            "word2vec-bin",
            "--format word2vec-bin or a name that ends in .txt",
        ),
        ("v.npy", "glove", "npy", "A .glove"),
    ],
)
def test_text_under_the_name_of_a_binary(
    export: Export, target: str, format: str, ending: str, remedy: str
) -> None:
    message = f"{target}: the format {format} is text, and the ending is that of {ending}; give "
    export.fails(
        f"{target} --format {format}", 2, message + remedy.replace("A ", "a name that ends in ")
    )


# --- words in other encodings -------------------------------------------------------------------


def test_the_encoding_of_words(export: Export) -> None:
    Path("v.txt").write_bytes(b"2 1\ncaf\xe9 1\nth\xe9 2\n")
    export("-m v.txt --encoding cp1252 a.npy")
    assert list(read("a.npy").words) == ["café", "thé"]
    err = export("-m v.txt --unicode-errors replace b.npy")
    assert err.splitlines() == [
        "v.txt: 2 words have bytes that are not utf-8; each became U+FFFD",
        "wrote 2 words by 1 to b.npy (npy)",
    ]
    assert list(read("b.npy").words) == ["caf\ufffd", "th\ufffd"]
    export.fails("-m a.npy --encoding cp1252 c.npy", 2, "the format npy takes no --encoding")
