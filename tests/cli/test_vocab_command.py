"""w2v vocab: what it prints, saves and refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import Command, Said

TEXT = "The cat sat. The cat's mat!\nthe end\n"
TABLE = """\
              8 words
              6 distinct words
              2 lines

    --min-count      vocabulary       text kept
              1               6        100.00 %
              2               1         37.50 %
              5               0          0.00 %
             10               0          0.00 %
             20               0          0.00 %
             50               0          0.00 %
            100               0          0.00 %

              3 the
              1 cat
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.txt"
    path.write_text(TEXT)
    return path


def test_words_are_counted(ask: Command, corpus: Path) -> None:
    assert ask("vocab", str(corpus), "--top", "2") == Said(TABLE, "", 0)
    assert ask("vocab", "-", "--top", "2", stdin=TEXT) == Said(TABLE, "", 0)


def test_counts_as_json(ask: Command, corpus: Path) -> None:
    answer = ask("vocab", str(corpus), "--json", "--top", "1", "--min-count", "2").json()
    assert answer["top"] == [{"word": "the", "count": 3}]
    assert (answer["words"], answer["distinct"], answer["vocabulary"]) == (8, 6, 1)
    assert answer["kept"][1] == {"min_count": 2, "words": 1, "tokens": 3, "share": 0.375}
    assert answer["sources"][0]["bytes"] == len(TEXT)


def test_a_vocabulary_goes_to_standard_output(ask: Command, corpus: Path, tmp_path: Path) -> None:
    said = ask("vocab", str(corpus), "--save", "-")
    assert said == Said("</s> 2\nthe 3\ncat 1\nsat 1\ncat's 1\nmat 1\nend 1\n", "", 0)
    assert ask("vocab", str(corpus), "--save", "-", "--json").err == (
        "w2v: --save - and --json both write to standard output; give one of them\n"
    )


def test_a_vocabulary_is_saved(ask: Command, corpus: Path, tmp_path: Path) -> None:
    saved = tmp_path / "vocab.txt"
    said = ask("vocab", str(corpus), "--save", str(saved), "--top", "2")
    assert said == Said(TABLE, f"wrote 6 words to {saved}\n", 0)
    assert saved.read_text() == "</s> 2\nthe 3\ncat 1\nsat 1\ncat's 1\nmat 1\nend 1\n"
    again = ask("vocab", str(corpus), "--save", str(saved))
    assert (again.out, again.code) == ("", 1)
    assert again.err.startswith(f"w2v: {saved} exists")
    assert ask("vocab", str(corpus), "--save", str(saved), "--overwrite").code == 0


def test_what_the_user_can_fix_is_reported(ask: Command, corpus: Path, tmp_path: Path) -> None:
    said = ask("vocab", str(corpus), "--min-count", "9")
    assert said.err == "no word occurs 9 times or more; lower --min-count\n"
    assert said.code == 0
    latin = tmp_path / "latin.txt"
    latin.write_bytes("café noir\n".encode("latin-1"))
    said = ask("vocab", str(latin))
    assert said.err == (
        f"{latin}: 1 byte was not valid utf-8 and was replaced; --encoding names another encoding, "
        "or several such as utf-8,cp1252\n"
    )
    assert "café" in ask("vocab", str(latin), "--encoding", "latin-1").out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["none.txt"], 1, "none.txt: No such file or directory"),
        ([], 2, "Missing argument 'CORPUS...'. See 'w2v vocab --help'."),
    ],
)
def test_what_is_refused(arguments: list[str], code: int, message: str, ask: Command) -> None:
    assert ask("vocab", *arguments) == Said("", f"w2v: {message}\n", code)


def test_words_cannot_steer_the_terminal(ask: Command, tmp_path: Path) -> None:
    path = tmp_path / "escape.txt"
    path.write_text("a\x1b[31m b\n")
    said = ask("vocab", str(path), "--tokenizer", "whitespace")
    assert r"a\x1b[31m" in said.out
    assert "\x1b" not in said.out
