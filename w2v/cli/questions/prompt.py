"""The prompt: questions typed one by one, with a history and completion if readline exists.

The number of words decides what is asked: one word, its neighbours; two, their similarity; three,
an analogy; more, the odd one out; words with + and -, a sum. The name of a command before the
words overrides that.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from w2v.cli.output import JsonStyle, echo, note, print_json, print_json_items
from w2v.cli.questions.registry import make_tasks
from w2v.cli.questions.task import Options, Task, show
from w2v.errors import W2VError
from w2v.vectors.expression import split_words

if TYPE_CHECKING:
    from w2v.vectors.word_vectors import WordVectors

PROMPT = "w2v> "
HELP = """\
king                           the words nearest to it
king queen                     how similar two words are
king man woman                 an analogy: king - man + woman
king - man + woman             any sum of words, with spaces around + and -
breakfast cereal dinner lunch  four words or more: the one that does not fit
neighbors king queen           a command and its words: neighbors, similarity,
                               analogy, odd-one-out or vector
help, quit                     show this text, leave; + help looks up the word "help"
Tab completes a word, and the arrow keys recall earlier lines."""

_BY_NUMBER = {1: "neighbors", 2: "similarity", 3: "analogy"}
_WAKE_SECONDS = 0.2
_MOST_LINES = 1000  # in the history
_MOST_WORDS = 50  # offered by completion


class Prompt:
    """A prompt on a table. `first` is the command that opened it."""

    def __init__(
        self,
        table: WordVectors,
        options: Options,
        json_style: JsonStyle | None = None,
        *,
        first: str = "shell",
    ) -> None:
        self.table, self.json_style = table, json_style
        self.tasks = make_tasks(table, options)
        self.first = first

    def run(self) -> int:
        """Answer lines until `quit` or the end of input; return the exit code.

        It is 0 on a terminal; otherwise it is 1 if a line could not be answered.
        """
        if not sys.stdin.isatty():
            return self._run_lines()
        note(
            f"{len(self.table):,} words, {self.table.vector_size} dimensions; "
            "'help' shows what can be asked"
        )
        lines = _readline(self._complete)
        try:
            while self._step() is not None:
                pass
        finally:
            _save_history(lines)
        return 0

    def _run_lines(self) -> int:
        """Answer the lines of standard input, which is not a terminal."""
        from w2v.cli.input import read_lines

        failed = 0
        for number, line in read_lines("-"):
            try:
                if not self.answer(line):
                    break
            except W2VError as error:
                failed += 1
                note(f"w2v: standard input:{number}: {error}")
            sys.stdout.flush()
        return 1 if failed else 0

    def _step(self) -> bool | None:
        """Read a line and answer it. Returns None at the end."""
        try:
            line = _input(PROMPT)
        except EOFError:
            note("")
            return None
        except KeyboardInterrupt:
            note("")
            return True
        try:
            return self.answer(line) or None
        except W2VError as error:
            note(str(error))
        except KeyboardInterrupt:
            note("interrupted")
        return True

    def answer(self, line: str) -> bool:
        """Answer a line. Returns False if it is quit. Raises W2VError."""
        words = split_words(line)
        if words in (["quit"], ["exit"]):
            return False
        if words == ["help"]:
            echo(HELP)
        elif words:
            task, queries = self._read(line.strip(), words)
            answers = task.answer(queries)
            if self.json_style is None:
                show(answers, alone=len(answers) == 1)
            elif self.json_style == "list":
                print_json([answer.as_json() for answer in answers])
            else:
                print_json_items((answer.as_json() for answer in answers), "lines")
        return True

    def _read(self, line: str, words: list[str]) -> tuple[Task, list[Any]]:
        """The task that a line asks for, and its queries."""
        if line in self.table:  # words may contain spaces
            name = "vector" if self.first == "vector" else "neighbors"
            return self.tasks[name], [self.tasks[name].from_line(line)]
        if words[0] in self.tasks and len(words) > 1:
            name, words = words[0], words[1:]
            if name == "analogy" or not _is_sum(words):
                return self.tasks[name], self.tasks[name].from_words(words)
            return self.tasks[name], [self.tasks[name].from_line(" ".join(words))]
        if _is_sum(words):
            return self.tasks["analogy"], self.tasks["analogy"].from_words(words)
        task = self.tasks.get(self.first)
        if task is None or not task.takes(len(words)):
            task = self.tasks[_BY_NUMBER.get(len(words), "odd-one-out")]
        return task, task.from_words(words)

    def _complete(self, start: str) -> list[str]:
        """The most frequent words that begin with `start`."""
        return self.table.words.starting_with(start, _MOST_WORDS) if start else []


def _is_sum(words: list[str]) -> bool:
    """Whether + or - is among the words."""
    return "+" in words or "-" in words


def _input(prompt: str) -> str:
    """Read a line. The prompt goes to standard error if standard output is not a terminal."""
    with _waking():
        if sys.stdout.isatty():
            return input(prompt)
        sys.stdout.flush()
        print(prompt, end="", file=sys.stderr, flush=True)
        return input()


@contextmanager
def _waking() -> Iterator[None]:
    """Wake readline five times a second while it waits for a key.

    It looks for signals and then waits. A Ctrl-C that arrives in between, or on another thread,
    would otherwise have no effect until the next key. SIGALRM, which does nothing, ends the wait.
    """
    if not hasattr(signal, "setitimer"):  # Windows
        yield
        return
    before = signal.signal(signal.SIGALRM, lambda number, frame: None)
    signal.setitimer(signal.ITIMER_REAL, _WAKE_SECONDS, _WAKE_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _readline(complete: Any) -> Any:
    """The readline module with the history of earlier runs, or None if it does not exist."""
    try:
        import readline
    except ImportError:  # Windows
        return None
    found: list[str] = []

    def completer(start: str, state: int) -> str | None:
        nonlocal found
        if state == 0:
            found = complete(start)
        return found[state] if state < len(found) else None

    readline.set_completer(completer)
    readline.set_completer_delims(" \t\n")
    libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if libedit else "tab: complete")
    with suppress(OSError):  # the first run has no history
        readline.read_history_file(_history())
    return readline


def _save_history(readline: Any) -> None:
    """Save the history, if possible."""
    if readline is None:
        return
    path = _history()
    readline.set_history_length(_MOST_LINES)
    with suppress(OSError):  # without a writable home there is no history
        path.parent.mkdir(parents=True, exist_ok=True)
        readline.write_history_file(path)


def _history() -> Path:
    """The path of the history."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state, "w2v", "history")
