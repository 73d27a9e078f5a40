"""Provisional ids are replaced by final ones, piece by piece; their checksum."""

from __future__ import annotations

import io
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v.corpus import first_pass
from w2v.corpus.spool import Encoded, Provisional, Spooled, joined_checksum, read_spool, renumber
from w2v.corpus.word_table import merge
from w2v.errors import W2VError
from w2v.text.kernels.scan import CHECKSUM_FACTOR, END_OF_LINE
from w2v.text.pieces import Piece

FINAL = np.array([2, -1, 0, 1], np.int32)  # word 1 is not in the vocabulary
streams = st.lists(st.sampled_from([0, 1, 2, 3, END_OF_LINE]), max_size=40)


def encode(ids: list[int]) -> Encoded:
    """One piece with final ids."""
    piece = np.array(ids, np.int32)
    return renumber(Provisional(piece, ids.count(END_OF_LINE), FINAL))


@settings(deadline=None)
@given(streams)
def test_ids_become_final_and_lines_are_measured(ids: list[int]) -> None:
    lines: list[list[int]] = [[]]
    for old in ids:
        if old == END_OF_LINE:
            lines.append([])
        elif FINAL[old] >= 0:
            lines[-1].append(int(FINAL[old]))
    found = encode(ids)
    assert found.ids.tolist() == [new for line in lines for new in line]
    assert found.lengths.tolist() == [len(line) for line in lines]
    powers = [pow(CHECKSUM_FACTOR, k, 1 << 64) for k in range(len(found.ids))]
    terms = zip(reversed(found.ids.tolist()), powers, strict=True)
    assert found.checksum == sum((new + 1) * power for new, power in terms) % (1 << 64)


@settings(deadline=None)
@given(streams, st.lists(st.integers(0, 40), max_size=4))
def test_the_checksum_does_not_depend_on_the_pieces(ids: list[int], cuts: list[int]) -> None:
    bounds = [0, *sorted(min(cut, len(ids)) for cut in cuts), len(ids)]
    joined = 0
    for begin, end in pairwise(bounds):
        joined = joined_checksum(joined, encode(ids[begin:end]))
    assert joined == encode(ids).checksum


def test_the_spool_is_read_back_piece_by_piece_while_it_is_overwritten() -> None:
    spool = io.BytesIO(np.arange(10, dtype=np.int32).tobytes())
    tables = [np.zeros(10, np.int32), np.ones(10, np.int32)]
    found = []
    for piece in read_spool(spool, [Spooled(1, 4, 0), Spooled(0, 0, 0), Spooled(0, 6, 2)], tables):
        found.append((piece.ids.tolist(), piece.n_line_ends, int(piece.final[0])))
        spool.seek(0)
        spool.write(bytes(8))
    assert found == [([0, 1, 2, 3], 0, 1), ([], 0, 0), ([4, 5, 6, 7, 8, 9], 2, 0)]


def test_a_truncated_spool_is_reported() -> None:
    spool = io.BytesIO(bytes(12))
    spool.name = "ids.i32"  # type: ignore[attr-defined]
    with pytest.raises(
        W2VError, match=r"^ids\.i32: shorter than when it was written; is the disk full"
    ):
        list(read_spool(spool, [Spooled(0, 4, 0)], [FINAL]))


def test_the_first_place_of_a_word_is_right_when_a_later_piece_is_scanned_first() -> None:
    texts = [np.frombuffer(bytearray(text), np.uint8) for text in (b"dog emu ", b"emu cat dog ")]
    tables = first_pass._Tables("words")
    for k in (1, 0, 1):  # the thread with the first piece was delayed
        tables.scan(Piece(texts[k], 100 * k, range(1), [0]))
    merged = merge(tables.tables)
    order = merged.by_falling_count(1, None)
    assert list(merged.table.words(order)) == ["dog", "emu", "cat"]
    assert len(tables.tables) == 2
