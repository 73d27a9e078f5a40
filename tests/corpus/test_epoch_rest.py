"""The rest of an epoch that other numbers of processes began: every word is trained once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from together import together

from w2v.cluster.group import Group
from w2v.config import TrainConfig
from w2v.corpus.epoch_rest import EpochRest, done_in_units
from w2v.corpus.share import prepare_share, rest_of_epoch
from w2v.errors import W2VError
from w2v.text import shares
from w2v.text.sources import find_sources
from w2v.training.slices import Slices


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[int], list[tuple[list[int], list[float]]]]:
    """Units, and for some numbers of processes who has each unit and what part each has trained."""
    units = draw(st.lists(st.integers(0, 6), min_size=1, max_size=8))
    history = []
    for ranks in draw(st.lists(st.integers(1, 4), max_size=3)):
        owners = draw(st.lists(st.integers(0, ranks - 1), min_size=len(units), max_size=len(units)))
        history.append((owners, draw(st.lists(st.floats(0, 1), min_size=ranks, max_size=ranks))))
    return units, history


@given(histories())
def test_what_each_process_trained_is_done(
    given: tuple[list[int], list[tuple[list[int], list[float]]]],
) -> None:
    units, history = given
    left = [(unit, word) for unit, n_words in enumerate(units) for word in range(n_words)]
    trained = []
    for owners, parts in history:
        words = []
        for rank, part in enumerate(parts):
            own = [word for word in left if owners[word[0]] == rank]
            words.append(int(part * len(own)))
            left = [word for word in left if word not in own[: words[-1]]]
        trained.append((np.array(owners), words))
    done = done_in_units(np.array(units), trained)
    wanted = [n_words - sum(at == unit for at, _ in left) for unit, n_words in enumerate(units)]
    assert done.tolist() == wanted

    rest = EpochRest(0, np.array(units), done)
    places = np.concatenate([np.arange(n_words) for n_words in units])
    of_unit = np.repeat(np.arange(len(units)), units)
    ids = np.arange(len(places), dtype=np.int32)
    expected = ids[places >= done[of_unit]]
    found, offsets = rest.of(0, ids, np.array([0, len(ids) // 2, len(ids)]))
    assert found.tolist() == expected.tolist()
    assert offsets.tolist() == sorted({0, int((expected < len(ids) // 2).sum()), len(expected)})
    assert rest.first == (expected[0] if len(expected) else len(ids))


def test_more_words_than_the_text_has() -> None:
    with pytest.raises(W2VError, match="the text is not the one that the run began with"):
        done_in_units(np.array([3, 4]), [(np.array([0, 1]), [3, 5])])


def test_every_word_is_trained_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "UNIT_BYTES", 1 << 10)
    monkeypatch.setattr(shares, "_WINDOW", 1 << 8)
    lines = [" ".join(f"w{n}x{m}" for m in range(n % 9 + 1)) for n in range(1200)]
    (tmp_path / "a.txt").write_text("\n".join(lines[:700]))  # units, the last without a line end
    (tmp_path / "b.txt").write_text(" ".join(lines[700:]) + "\n")  # one line, cut at blanks
    sources = find_sources([tmp_path])
    config = TrainConfig(min_count=1)
    trained: list[list[int]] = []

    def train(group: Group, share: float) -> list[str]:
        """The words that a process trains, up to a share of its slices."""
        folder = tmp_path / f"{group.size}-{group.rank}"
        words, corpus = prepare_share(sources, config, folder, group, threads=1)
        slices = Slices(corpus, 40)
        rest = rest_of_epoch(sources, config, group, corpus, 2, trained)
        first = slices.leave_out(rest)
        read = [slices.read(n) for n in range(first, int((2 + share) * slices.of_epoch))]
        assert all(offsets[-1] == len(ids) for ids, offsets in read)
        assert len(slices.read(0)[0])
        return [words.words[int(i)] for ids, _ in read for i in ids]

    seen: Counter[str] = Counter()
    for size, share in ((2, 0.3), (3, 0.55), (1, 0.7), (4, 1.0)):
        found = together(size, lambda group, share=share: train(group, share))
        trained.append([len(words) for words in found])
        assert all(trained[-1])
        seen.update(word for words in found for word in words)
    assert set(seen.values()) == {1}
    assert len(seen) == sum(len(line.split()) for line in lines)
