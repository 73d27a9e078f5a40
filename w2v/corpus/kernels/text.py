"""The compiled functions that turn word ids into text again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from w2v.corpus.kernels.phrases import END_OF_LINE, kernel

AT_ONCE = 16  # bytes of a word that are copied at once
_0, _1 = np.uint64(0), np.uint64(1)


@kernel
def text_size(ids: NDArray[np.int32], offsets: NDArray[np.int64]) -> int:
    """The bytes that `write_text` needs."""
    size = AT_ONCE
    for word in ids:
        size += 0 if word == END_OF_LINE else offsets[word + 1] - offsets[word]
    return size


@kernel
def write_text(
    ids: NDArray[np.int32],
    blob: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    text: NDArray[np.uint8],
) -> int:
    """Write the words with blanks between them and a newline for each END_OF_LINE; the bytes.

    A blank or newline ends the text. Word i is blob[offsets[i]:offsets[i + 1] - 1].
    Guaranteed by the caller: `text` has room for `text_size` bytes, and AT_ONCE bytes follow the
    last word in `blob`.
    """
    n = _0  # unsigned, as all places are: a signed index might count from the end
    for word in ids:
        if word == END_OF_LINE:
            if n > _0:
                text[n - _1] = 10
            continue
        begin, end = np.uint64(offsets[word]), np.uint64(offsets[word + 1]) - _1
        for i in range(AT_ONCE):  # becomes one instruction; most words are shorter
            text[n + np.uint64(i)] = blob[begin + np.uint64(i)]
        for i in range(AT_ONCE, np.int64(end - begin)):
            text[n + np.uint64(i)] = blob[begin + np.uint64(i)]
        n += end - begin
        text[n] = 32
        n += _1
    return np.int64(n)
