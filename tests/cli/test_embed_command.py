"""w2v embed and w2v matrix: what they write, and what they refuse."""

from __future__ import annotations

import gzip
import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from asking import ROWS, Command, Said

from w2v.vectors.word_vectors import WordVectors

LINES = "The king, the QUEEN\n\nparis-france\r\nnobody knows\nking\rqueen"
TEXTS = ["king queen", "", "paris france", "nobody knows", "king", "queen"]
ZEROS = "lines without a known word, whose vectors are zeros: 2\n"


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """A text of six lines with all three line ends."""
    path = tmp_path / "text.txt"
    path.write_bytes(LINES.encode())
    return path


@pytest.fixture
def wanted(ask: Command) -> np.ndarray:
    """The means of the lines, float64[6, 5]."""
    rows = {word: np.array(row, float) for word, row in ROWS.items()}
    means = [[rows[word] for word in line.split() if word in rows] for line in TEXTS]
    return np.array([np.mean(some, axis=0) if some else np.zeros(5) for some in means])


def read_jsonl(text: str) -> np.ndarray:
    """The vectors of JSON lines, whose numbers rise from 1."""
    items = [json.loads(line) for line in text.splitlines()]
    assert [item["line"] for item in items] == list(range(1, len(items) + 1))
    return np.array([item["vector"] for item in items], float)


def test_json_lines_on_standard_output(ask: Command, text: Path, wanted: np.ndarray) -> None:
    said = ask("embed", str(text))
    assert (said.err, said.code) == (ZEROS, 0)
    np.testing.assert_allclose(read_jsonl(said.out), wanted, rtol=1e-6)
    assert ask("embed", "-", stdin=LINES) == said


def test_every_kind_of_file(ask: Command, text: Path, wanted: np.ndarray, tmp_path: Path) -> None:
    kinds = ["npy", "txt", "jsonl", *(["parquet"] if find_spec("pyarrow") else [])]
    for kind in kinds:
        path = tmp_path / f"out.{kind}"
        said = ask("embed", str(text), "-o", str(path))
        assert said == ("", f"wrote 6 by 5 numbers to {path}\n{ZEROS}", 0)
        if kind == "npy":
            found = np.load(path)
            assert found.dtype == np.float32
        elif kind == "txt":
            found = np.loadtxt(path)
        elif kind == "jsonl":
            found = read_jsonl(path.read_text())
        else:
            parquet = pytest.importorskip("pyarrow.parquet")
            table = parquet.read_table(path).to_pydict()
            assert table["line"] == [1, 2, 3, 4, 5, 6]
            found = np.array(table["vector"])
        np.testing.assert_allclose(found, wanted, rtol=1e-6)
    again = ask("embed", str(text), "-o", str(tmp_path / "out.npy"))
    assert (again.out, again.code) == ("", 1)
    assert "out.npy exists; give --overwrite to replace it" in again.err
    assert ask("embed", str(text), "-o", str(tmp_path / "out.npy"), "--overwrite").code == 0


def test_sif_and_its_component(ask: Command, text: Path, tmp_path: Path) -> None:
    component = tmp_path / "component.npy"
    said = ask("embed", str(text), "--method", "sif", "--save-component", str(component))
    vectors = WordVectors.load(ask.model)
    np.testing.assert_allclose(read_jsonl(said.out), vectors.embed(TEXTS, "sif"), atol=1e-6)
    direction = np.load(component)
    np.testing.assert_allclose(direction, vectors.common_component(TEXTS), atol=1e-6)
    query = ask("embed", "-", "--method", "sif", "--component", str(component), stdin="king\n")
    wanted = vectors.embed(["king"], "sif", component=direction)
    np.testing.assert_allclose(read_jsonl(query.out), wanted, atol=1e-6)


def test_texts_are_read_as_for_training(ask: Command, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.gz").write_bytes(gzip.compress(b"king\n"))
    (tmp_path / "folder" / "b").write_bytes("\ufeffna\u00efve\n".encode("utf-16"))
    said = ask("embed", str(tmp_path / "folder" / "a.gz"), "--format", "text")
    assert said == ("1 2 0 0 1\n", "", 0)
    said = ask("embed", str(tmp_path / "folder" / "b"), "--format", "text", "--encoding", "utf-16")
    assert said == ("1 -1 1 0 0\n", f"read as utf-16: {tmp_path}/folder/b\n", 0)
    said = ask("embed", "-", "--format", "text", stdin=b"king\xff\n")
    assert said.out == "1 2 0 0 1\n"
    assert said.err.startswith("1 bytes were not valid text and were replaced")


def test_the_tokenizer_is_the_models(ask: Command) -> None:
    """The toy model names no tokenizer, so `words` lower-cases."""
    assert ask("embed", "-", "--format", "text", stdin="Rome KING\n").out == "1 2 0 0 1\n"
    as_is = ask("embed", "-", "--format", "text", "--tokenizer", "whitespace", stdin="Rome KING\n")
    assert as_is.out == "0 0 -1 2 1\n"
    about = json.loads((ask.model / "model.json").read_text())
    about["config"]["tokenizer"] = "whitespace"
    (ask.model / "model.json").write_text(json.dumps(about))
    assert ask("embed", "-", "--format", "text", stdin="Rome KING\n") == as_is


def test_case_is_kept_as_by_the_model(ask: Command) -> None:
    as_is = ask("embed", "-", "--format", "text", "--keep-case", stdin="(Rome) KING\n")
    assert as_is.out == "0 0 -1 2 1\n"
    about = json.loads((ask.model / "model.json").read_text())
    about["config"]["keep_case"] = True
    (ask.model / "model.json").write_text(json.dumps(about))
    assert ask("embed", "-", "--format", "text", stdin="(Rome) KING\n") == as_is


def test_phrases_of_the_model_are_joined(ask: Command) -> None:
    """Also where a phrase begins with the word that is put before each text: a."""
    lines = "Big Apple king\na lot\nbig\napple\n"
    zeros = "0 0 0 0 0\n"
    assert ask("embed", "-", "--format", "text", stdin=lines).out == "1 2 0 0 1\n" + 3 * zeros
    phrases = "big\tapple\t9\t9.0\tking\t1\na\tlot\t9\t9.0\tna\u00efve\t1\n"
    (ask.model / "phrases.tsv").write_text(phrases)
    said = ask("embed", "-", "--format", "text", stdin=lines)
    assert said.out == "1 2 0 0 1\n" + "1 -1 1 0 0\n" + 2 * zeros
    vectors = WordVectors.load(ask.model)
    one = vectors.embed("the big apple", phrases=ask.model / "phrases.tsv")
    assert one.tolist() == vectors["king"].tolist()


def test_files_that_are_not_text_are_skipped_in_folders(ask: Command, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("king\n")
    (tmp_path / "texts" / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    said = ask("embed", str(tmp_path / "texts"), "--format", "text")
    assert (said.out, said.code) == ("1 2 0 0 1\n", 0)
    assert said.err.startswith(f"skipped 1 file that is not text: {tmp_path}/texts/b.png; a patt")
    said = ask("embed", str(tmp_path / "texts" / "b.png"))
    assert (said.out, said.code, said.err.count("\n")) == ("", 1, 1)


def test_numbers_that_json_lacks_are_null(ask: Command, tmp_path: Path) -> None:
    matrix = np.array([[1, np.inf], [np.nan, 2]], np.float32)
    WordVectors(["a", "b"], matrix).save(tmp_path / "odd.npz")
    said = ask("embed", "-", "-m", str(tmp_path / "odd.npz"), stdin="a\nb\n")
    assert said.out == '{"line": 1, "vector": [1,null]}\n{"line": 2, "vector": [null,2]}\n'


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["-o", "x.bin"], 2, "x.bin: the name must end in .npy, .txt, .parquet, .jsonl"),
        (["--format", "npy"], 2, "npy cannot be written to standard output; give -o FILE"),
        (["--component", "x.npy"], 2, "--component needs --method sif"),
        (["--save-component", "x.npy"], 2, "--save-component needs --method sif"),
        (["--method", "sif", "--component", "no.npy"], 1, "no.npy: No such file or directory"),
        (
            ["--method", "sif", "--component", "text.txt"],
            1,
            "text.txt: not an .npy file of numbers",
        ),
        (["--method", "sif", "--sif-weight", "nan"], 2, "sif_weight must be a number above 0, not"),
        (["--encoding", "no"], 2, "encoding: unknown 'no'; use utf-8"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    ask: Command,
    text: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(text.parent)
    said = ask("embed", "text.txt", *arguments)
    assert (said.out, said.code, said.err.count("\n")) == ("", code, 1)
    assert said.err.startswith(f"w2v: {message}")


# --- w2v matrix ---------------------------------------------------------------------------------


def test_a_table_of_similarities(ask: Command) -> None:
    said = ask("matrix", "man", "queen", "new york")
    wanted = (
        "\tman\tqueen\tnew york\n"
        "man\t1.0000\t0.0000\t0.1622\n"
        "queen\t0.0000\t1.0000\t0.0937\n"
        "new york\t0.1622\t0.0937\t1.0000\n"
    )
    assert said == (wanted, "", 0)
    assert ask("matrix", "-", stdin="man\nqueen\nnew york\nman\n") == said
    answer = ask("matrix", "man", "queen", "--json").json()
    assert answer["words"] == ["man", "queen"]
    np.testing.assert_allclose(answer["similarities"], np.eye(2), atol=1e-6)


def test_words_that_have_no_similarity_are_reported(ask: Command) -> None:
    said = ask("matrix", "man", "zero")
    wanted = "w2v: the vector of 'zero' has no direction: it is all zeros or not finite\n"
    assert said == ("", wanted, 1)
    assert ask("matrix", "-").err == "w2v: standard input: there are no words in it\n"
    assert ask("matrix", "kingg", "man").err.startswith("w2v: 'kingg' is not among the 16 words")


@pytest.mark.parametrize(
    ("config", "what"),
    [
        ("x", "'config' must hold the options of training"),
        ({"tokenizer": ["words"]}, "tokenizer must be text, not ['words']"),
        ({"keep_case": {}}, "keep-case must be true or false, not {}"),
    ],
)
def test_options_of_training_that_make_no_sense_are_reported(
    ask: Command, config: object, what: str
) -> None:
    path = ask.model / "model.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "config": config}))
    assert ask("embed", "-", stdin="king") == Said("", f"w2v: {path}: {what}\n", 1)
