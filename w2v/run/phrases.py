"""The phrases of a run: read from a file, or found in the text, and joined before it is counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from w2v.corpus.first_pass import Reading
    from w2v.corpus.phrase_list import Phrase

AUTO = "auto"  # instead of a phrase file: find the phrases in the text


class RunPhrases:
    """Joins phrases in the text of a run, and keeps them as a file.

    Parameters
    ----------
    given
        A phrase file, or AUTO. The file is read here; W2VError if that fails.
    kept
        Where the phrases are written.
    threads
        How many threads work; the result does not depend on it.
    note
        Called with a one-line message for the user.
    """

    def __init__(self, given: str, kept: Path, threads: int, note: Callable[[str], None]) -> None:
        from w2v.corpus.phrase_list import load_phrases

        self._phrases = None if given == AUTO else load_phrases(given)
        self._kept, self._threads, self._note = kept, threads, note

    def join(self, spool: BinaryIO, reading: Reading) -> Reading:
        """The reading of the text with phrases joined; the ids in `spool` are rewritten."""
        from w2v.corpus.phrases import join_all

        if self._phrases is None:
            phrases, joined = self._find(spool, reading)
        else:
            phrases = self._phrases
            _, joined = join_all(spool, reading, phrases, self._threads)
        self._write(phrases)
        before, after = int(reading.words.counts.sum()), int(joined.words.counts.sum())
        if phrases and before == after:
            self._note("no phrase of --phrases occurs in the text; is the --tokenizer the same?")
        elif phrases:
            self._note(f"{len(phrases):,} phrases: {before:,} words became {after:,}")
        return joined

    def _find(self, spool: BinaryIO, reading: Reading) -> tuple[list[Phrase], Reading]:
        """The phrases of the text itself."""
        from w2v.corpus.phrase_options import PhraseOptions
        from w2v.corpus.phrases import find_phrases

        options = PhraseOptions()
        found, joined = find_phrases(spool, reading, options, self._threads, join=True)
        if found.n_dropped:
            self._note(
                f"{found.n_dropped:,} rare pairs of words were dropped to save memory; "
                "'w2v phrases --max-pairs' can keep more"
            )
        if not found.phrases:
            self._note("no phrases were found in the text; 'w2v phrases --threshold' finds more")
        return found.phrases, joined

    def _write(self, phrases: list[Phrase]) -> None:
        from w2v.corpus.phrase_list import save_phrases

        save_phrases(phrases, self._kept, overwrite=True)
