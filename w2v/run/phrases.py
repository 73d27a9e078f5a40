"""The phrases of a run: read from a file, or found in the text, and joined before it is counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from w2v.cluster.group import Group

if TYPE_CHECKING:
    from w2v.corpus.first_pass import Reading
    from w2v.corpus.phrase_list import Phrase
    from w2v.corpus.phrased_text import TextIn
    from w2v.corpus.phrases import FoundPhrases

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
        if self._phrases is None:
            phrases, joined = self._find(spool, reading)
        else:
            phrases, joined = self._phrases, self._joined(spool, reading, self._phrases)
        self._write(phrases)
        self._note_joined(phrases, *_counts(reading, joined))
        return joined

    def for_shares(self, group: Group, text: TextIn) -> Callable[[BinaryIO, Reading], Reading]:
        """What joins phrases in the share of each process of a group, as `join` does in a text.

        All of them must call both. The first one finds the phrases in the whole text while the
        others wait.
        """
        phrases = self._shared(group, text)

        def join(spool: BinaryIO, reading: Reading) -> Reading:
            joined = self._joined(spool, reading, phrases) if phrases else reading
            counts = group.agree(facts=_counts(reading, joined)).facts
            self._note_joined(phrases, *(int(sum(each)) for each in zip(*counts, strict=True)))
            return joined

        return join

    def _shared(self, group: Group, text: TextIn) -> list[Phrase]:
        """The phrases of the first process, which all of them keep."""
        from w2v.corpus.phrase_list import load_phrases
        from w2v.corpus.phrase_options import PhraseOptions
        from w2v.corpus.phrased_text import find_in_text

        group.agree()
        self._kept.parent.mkdir(parents=True, exist_ok=True)
        if group.rank == 0:
            phrases = self._phrases
            if phrases is None:
                phrases = self._reported(find_in_text(text, PhraseOptions())[0])
            self._write(phrases)
        n_bytes = sum(source.path.stat().st_size for source in text.sources if source.path)
        group.agree(others_handle=n_bytes)
        data = group.share(self._kept.read_bytes() if group.rank == 0 else b"")
        self._kept.write_bytes(data)
        return load_phrases(self._kept) if data else []

    def _find(self, spool: BinaryIO, reading: Reading) -> tuple[list[Phrase], Reading]:
        """The phrases of the text itself."""
        from w2v.corpus.phrase_options import PhraseOptions
        from w2v.corpus.phrases import find_phrases

        found, joined = find_phrases(spool, reading, PhraseOptions(), self._threads, join=True)
        return self._reported(found), joined

    def _joined(self, spool: BinaryIO, reading: Reading, phrases: list[Phrase]) -> Reading:
        """A reading with given phrases joined."""
        from w2v.corpus.phrases import join_all

        return join_all(spool, reading, phrases, self._threads)[1]

    def _reported(self, found: FoundPhrases) -> list[Phrase]:
        """The phrases that were found; the user is told what else there is to know."""
        if found.n_dropped:
            self._note(
                f"{found.n_dropped:,} rare pairs of words were dropped to save memory; "
                "'w2v phrases --max-pairs' can keep more"
            )
        if not found.phrases:
            self._note("no phrases were found in the text; 'w2v phrases --threshold' finds more")
        return found.phrases

    def _note_joined(self, phrases: list[Phrase], before: int, after: int) -> None:
        """Report how many words the text had before and has after phrases are joined."""
        if phrases and before == after:
            self._note("no phrase of --phrases occurs in the text; is the --tokenizer the same?")
        elif phrases:
            self._note(f"{len(phrases):,} phrases: {before:,} words became {after:,}")

    def _write(self, phrases: list[Phrase]) -> None:
        from w2v.corpus.phrase_list import save_phrases

        save_phrases(phrases, self._kept, overwrite=True)


def _counts(reading: Reading, joined: Reading) -> tuple[int, int]:
    """The words of a text before and after phrases are joined."""
    return int(reading.words.counts.sum()), int(joined.words.counts.sum())
