"""The prompt: questions typed one by one, with a history and completion where readline is.

What a line asks for is told by its words: one word, its neighbours; two, how alike they are; three,
an analogy; more, the odd one out; + and -, a sum. A command's name before them asks for that.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from w2v.cli.output import echo, note, print_json
from w2v.cli.questions.registry import make_tasks
from w2v.cli.questions.task import Options, Task, show
from w2v.errors import W2VError

if TYPE_CHECKING:
    from w2v.vectors.word_vectors import WordVectors

PROMPT = "w2v> "
HELP = """\
king                           the words nearest to it
king queen                     how alike two words are
king man woman                 an analogy: king - man + woman
king - man + woman             any sum of words; + and - stand between spaces
breakfast cereal dinner lunch  four words or more: the one that does not fit
neighbors king queen           a command before the words: neighbors, similarity,
                               analogy, odd-one-out or vector
help, quit                     this text, and the end; + help asks for the word "help"
Tab completes a word, and the arrow keys bring earlier lines back."""

_BY_NUMBER = {1: "neighbors", 2: "similarity", 3: "analogy"}
_MOST_LINES = 1000  # of history
_MOST_WORDS = 50  # offered by completion


class Prompt:
    """A prompt on a table. `first` is the command that it was opened by."""

    def __init__(
        self, table: WordVectors, options: Options, *, as_json: bool, first: str = "shell"
    ) -> None:
        self.table, self.as_json = table, as_json
        self.tasks = make_tasks(table, options)
        self.first = first

    def run(self) -> int:
        """Answer lines until they end or one says quit; return the exit code.

        On a terminal it is 0. Elsewhere it is 1 when a line could not be answered.
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
        """The lines of standard input that is no terminal."""
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
        """Read a line and answer it; None at the end."""
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
        """Answer a line; False when it says quit. Raises W2VError."""
        words = line.split()
        if words in (["quit"], ["exit"]):
            return False
        if words == ["help"]:
            echo(HELP)
        elif words:
            task, queries = self._read(line.strip(), words)
            answers = task.answer(queries)
            if self.as_json:
                print_json([answer.as_json() for answer in answers])
            else:
                show(answers, alone=len(answers) == 1)
        return True

    def _read(self, line: str, words: list[str]) -> tuple[Task, list[Any]]:
        """The task that a line is for, and its queries."""
        if line in self.table:  # a word with spaces in it, too
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
        """Words that begin with what is typed; the most frequent ones."""
        return self.table.words.starting_with(start, _MOST_WORDS) if start else []


def _is_sum(words: list[str]) -> bool:
    """Whether + or - stands among the words."""
    return "+" in words or "-" in words


def _input(prompt: str) -> str:
    """A line of the terminal. The prompt goes to standard error where output does not show it."""
    if sys.stdout.isatty():
        return input(prompt)
    sys.stdout.flush()
    print(prompt, end="", file=sys.stderr, flush=True)
    return input()


def _readline(complete: Any) -> Any:
    """The readline module, set up with the history of earlier runs; None where there is none."""
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
    with suppress(OSError):  # the first run has none
        readline.read_history_file(_history())
    return readline


def _save_history(readline: Any) -> None:
    """Keep the lines for the next run, where that can be written."""
    if readline is None:
        return
    path = _history()
    readline.set_history_length(_MOST_LINES)
    with suppress(OSError):  # a home that cannot be written to costs the history alone
        path.parent.mkdir(parents=True, exist_ok=True)
        readline.write_history_file(path)


def _history() -> Path:
    """Where the lines of earlier runs are kept."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state, "w2v", "history")
