"""Numbers as text, read and written to the last bit, and the many ways to lay out a text file."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vector_files import any_floats, same_bits, some_vectors, write

from w2v.errors import W2VError
from w2v.formats.shared import text_rows
from w2v.formats.shared.decimal_reading import PADDING, parse
from w2v.formats.shared.decimal_writing import rows_to_text
from w2v.vectors.word_vectors import WordVectors


def parsed(tokens: list[bytes]) -> tuple[np.ndarray, int]:
    """The numbers that tokens separated by spaces stand for."""
    data = bytes(PADDING) + b" ".join(tokens) + b"\n" + bytes(PADDING)
    ends = np.cumsum([len(token) + 1 for token in tokens]) + PADDING - 1
    starts = ends - [len(token) for token in tokens]
    return parse(np.frombuffer(data, np.uint8), starts, ends)


def nearest(token: str) -> np.float32:
    """The float32 nearest to a decimal number, by fractions alone: the slow twin of `parse`."""
    exact = Fraction(token)
    near = np.float32(float(token))
    around = [near, np.nextafter(near, np.float32(-9e9)), np.nextafter(near, np.float32(9e9))]
    return min(around, key=lambda x: (abs(Fraction(float(x)) - exact), int(x.view(np.uint32)) & 1))


@settings(max_examples=300, deadline=None)
@given(st.from_regex(r"-?[0-9]{1,3}(\.[0-9]{0,18})?(e-?[0-9])?", fullmatch=True))
def test_numbers_are_rounded_exactly(token: str) -> None:
    values, wrong = parsed([token.encode()])
    assert wrong == -1
    wanted = np.copysign(nearest(token), -1 if token[0] == "-" else 1)
    assert same_bits(values, wanted.reshape(1))


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**23 - 1), st.integers(100, 140), st.sampled_from([-1, 0, 1]))
def test_numbers_half_way_between_two(mantissa: int, exponent: int, aside: int) -> None:
    below = np.uint32(exponent << 23 | mantissa).view(np.float32)
    above = np.nextafter(below, np.float32(np.inf))
    middle = (Fraction(float(below)) + Fraction(float(above))) / 2
    digits = 120  # all of them: the denominator is a power of two below 2**60
    token = f"{int((middle * 10**digits) + aside):0{digits + 1}d}"
    token = f"{token[:-digits]}.{token[-digits:]}"
    even = below if mantissa % 2 == 0 else above
    values, _ = parsed([token.encode()])
    assert values[0] == {-1: below, 0: even, 1: above}[aside]


@pytest.mark.parametrize(
    ("token", "value"),
    [
        ("0", 0.0),
        ("-0", -0.0),
        ("+1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1E-3", 0.001),
        ("00000000000000000001.5", 1.5),
        ("0.000000000000000000000000000001", 1e-30),
        ("1e-45", 1e-45),
        ("1e-60", 0.0),
        ("1e60", np.inf),
        ("-inf", -np.inf),
        ("16777217", 16777216.0),
        ("9007199254740993", 9007199254740992.0),
    ],
)
def test_numbers_of_other_forms(token: str, value: float) -> None:
    assert same_bits(parsed([token.encode()])[0], np.array([value], np.float32))
    assert np.isnan(parsed([b"nan"])[0][0])


@pytest.mark.parametrize(
    "token", [b"", b"-", b".", b"1_0", b"0x1", b"1,5", b"a", b"1.2.3", b"\xff"]
)
def test_what_is_no_number(token: bytes) -> None:
    assert parsed([b"0.25", token])[1] == 1


def test_the_text_of_numbers_is_numpys_shortest() -> None:
    normal = np.random.default_rng(1).normal(size=20_000).astype(np.float32)
    special = np.float32([0, -0.0, 1, 0.5, -0.25, 9.5, 10, 1e-4, 1e-5, 3.4028235e38, 1e-45, 2**-20])
    values = np.concatenate([any_floats((1, 20_000))[0], normal, normal / 1000, special])
    for text, value in zip(rows_to_text(values[:, None], None, " "), values, strict=True):
        assert float(text) == value or np.float32(float(text)) == value
        assert len(text) <= len(str(value)), (text, value)
        assert text.startswith(b"-") == bool(np.signbit(value))


@pytest.mark.parametrize("precision", [1, 3, 5, 9])
def test_the_text_of_a_precision_is_that_of_c(precision: int) -> None:
    values = np.concatenate([
        any_floats((1, 2000))[0],
        np.random.default_rng(1).normal(size=2000).astype(np.float32),
        np.float32([0, 1, 9.49, 9.5, 9.9999, 0.00099999, 1e-4, 99.5]),
    ])  # fmt: skip
    for text, value in zip(rows_to_text(values[:, None], precision, " "), values, strict=True):
        assert float(text) == float(f"{value:.{precision}g}"), value


# --- layouts ------------------------------------------------------------------------------------

ROWS = [("a", [0.5, -1.25, 3.0]), ("b", [1e-7, 2.5, -0.125]), ("c", [1.0, 2.0, 12.75])]


def read(path: Path, data: bytes | str, format: str | None = None) -> WordVectors:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return WordVectors.load(path, format=format)


def layout(form: str, end: str = "\n") -> str:
    """The rows, each as `form` has it: {w} the word, {v[0]} a value."""
    return "".join(form.format(w=word, v=values) + end for word, values in ROWS)


@pytest.mark.parametrize("header", ["", "3 3\n"])
@pytest.mark.parametrize(
    "text",
    [
        layout("{w} {v[0]} {v[1]} {v[2]}"),
        layout("{w} {v[0]} {v[1]} {v[2]} "),
        layout("{w} {v[0]} {v[1]} {v[2]}  "),
        layout("{w} {v[0]} {v[1]} {v[2]}").rstrip(),
        layout("{w} {v[0]} {v[1]} {v[2]}") + "\n \n",
        layout("{w} {v[0]} {v[1]} {v[2]}", "\r\n"),
        layout("{w} {v[0]} {v[1]} {v[2]} ", "\r\n"),
        layout("{w}\t{v[0]}\t{v[1]}\t{v[2]}"),
        layout("{w}\t{v[0]}\t{v[1]}\t{v[2]}", "\r\n"),
        layout("{w}   {v[0]:9.7f}  {v[1]:.3f} {v[2]:.4f}"),
        layout("{w} {v[0]:.17f} {v[1]:+.3e} {v[2]:E}"),
    ],
)
def test_layouts_of_text(tmp_path: Path, text: str, header: str) -> None:
    for start in ("", "\ufeff"):
        vectors = read(tmp_path / "v", start + header + text)
        assert list(vectors.words) == ["a", "b", "c"]
        wanted = np.array([values for _, values in ROWS], np.float32)
        assert same_bits(np.asarray(vectors.matrix), wanted)


@pytest.mark.parametrize("word", [". . .", "at name@domain.com", "1 1/2", "a b", " x"])
def test_a_word_with_spaces_is_read(tmp_path: Path, word: str) -> None:
    text = f"a 0.5 1.5\n{word} 0.25 -2\nb 3 4\n"
    for data in (text, "3 2\n" + text):
        vectors = read(tmp_path / "v", data)
        assert list(vectors.words) == ["a", word, "b"]
        assert vectors.matrix.tolist() == [[0.5, 1.5], [0.25, -2], [3, 4]]


def test_a_first_word_with_a_space(tmp_path: Path) -> None:
    assert list(read(tmp_path / "v", "New York 0.5 1.5\nb 3 4\n", "glove").words) == [
        "New York",
        "b",
    ]


def test_one_dimension(tmp_path: Path) -> None:
    assert read(tmp_path / "v", "2 1\na 5\nb 6\n").matrix.tolist() == [[5], [6]]
    assert read(tmp_path / "v", "a 5\nb 6\n").matrix.tolist() == [[5], [6]]


def test_rows_longer_than_a_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_rows, "PIECE_BYTES", 100)
    wanted = some_vectors([f"w{i}" for i in range(20)], 50)
    write(wanted, tmp_path / "v.txt")
    assert same_bits(np.asarray(WordVectors.load(tmp_path / "v.txt").matrix), wanted.matrix)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "3 2\na 1 2\nb 1 2\n",
            r"its header promises 3 rows but it holds 2; correct its first line, or take the first "
            r"rows with 'w2v export --limit 2'$",
        ),
        (
            "1 2\na 1 2\nb 1 2\n",
            r"its header promises 1 rows but it holds 2; correct its first line, or take the first "
            r"rows with 'w2v export --limit 2'$",
        ),
        ("2 2\na 1 2\nb 1\n", r"row 2 \(byte 10\): it holds 1 values, not 2$"),
        ("2 2\na 1 2\nb 0.5 1 2\n", r"row 2 \(byte 10\): it holds 3 values, not 2$"),
        ("a 1 2\nb 0.5 1 2\n", r"row 2 \(byte 6\): it holds 3 values, not 2$"),
        ("a 1 2\n\nb 1 2\n", r"row 2 \(byte 6\): it holds 0 values, not 2$"),
        ("a 1 2\nb 1 x\n", r"row 2 \(byte 6\): value 2 is 'x', which is not a number$"),
        ("2 2\na 1 2\nb 1 2_0\n", r"row 2 \(byte 10\): value 2 is '2_0', which is not a number$"),
        ("a 1 2\nb 1 1.5.5\n", r"row 2 \(byte 6\): value 2 is '1\.5\.5', which is not a number$"),
        (
            "1000000000000 300\na 1 2\n",
            r"its header promises 1,000,000,000,000 rows of 300 values, which take "
            r"600,000,000,000,018 bytes or more, but it ends at byte 24$",
        ),
        ("5 0\na 1 2\n", r"its header promises vectors of 0 dimensions$"),
        (
            b"a 1 2\nb\xff 1 2\n",
            r"row 2: the word 'b\\xff' is not UTF-8; 'w2v export --encoding NAME' reads other",
        ),
    ],
)
def test_damaged_text_is_named(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(W2VError, match=r"v: " + message):
        read(tmp_path / "v", text)


def test_text_without_a_header_where_one_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(W2VError, match=r"row 1 must be 'words dimensions', not 'a 1 2'"):
        read(tmp_path / "v", "a 1 2\n", "word2vec")
    with pytest.raises(W2VError, match="rows of a word and numbers were expected, as text"):
        read(tmp_path / "v", "\n\n", "glove")


def test_a_line_without_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_rows, "PIECE_BYTES", 1000)
    monkeypatch.setattr(text_rows, "LONGEST_LINE", 100_000)
    with pytest.raises(W2VError, match=r"v: a line of more than 100,000 bytes before byte"):
        read(tmp_path / "v", "a " + "0.5 " * 100_000, "glove")
