"""The prompt: what a line asks for, piped in and typed on a real terminal."""

from __future__ import annotations

import json
import os
import select
import sys
import time
from pathlib import Path

import pytest
from asking import ROWS, Command, Said, vector_lines

from w2v.cli.questions.prompt import HELP, Prompt
from w2v.cli.questions.task import Options
from w2v.vectors.word_vectors import WordVectors


def answer_to(line: str, ask: Command, *options: str) -> str:
    """What the prompt prints for a line that is piped in."""
    said = ask("shell", "--top", "1", *options, stdin=line + "\n")
    assert (said.err, said.code) == ("", 0)
    return said.out


@pytest.mark.parametrize(
    ("line", "output"),
    [
        ("king", "king  cosine\n王    0.9992\n"),
        ("new york", "new york  cosine\nparis     0.9366\n"),
        ("king queen", "0.6667\n"),
        ("king man woman", "king - man + woman  cosine\nqueen               0.9158\n"),
        ("king - man + woman", "king - man + woman  cosine\nqueen               0.9158\n"),
        ("- man + woman", "- man + woman  cosine\nesc\\x1b[31m    0.9487\n"),
        ("king queen man paris", "paris\n"),
        ("king 王 queen woman paris", "paris\n"),
        ("similarity king queen", "0.6667\n"),
        ("odd-one-out king queen paris", "paris\n"),
        ("analogy king - man + woman", "king - man + woman  cosine\nqueen               0.9158\n"),
        ("neighbors man help", "man   cosine\nhelp  0.7071\n\nhelp  cosine\nman   0.7071\n"),
        ("neighbors paris - france + italy", "paris - france + italy  cosine\nRome  "),
        ("+ help", "help  cosine\nman   0.7071\n"),
        ("help", HELP + "\n"),
        ("   ", ""),
        ("quit\nking", ""),
        ("exit\nking", ""),
    ],
)
def test_what_a_line_asks_for(line: str, output: str, ask: Command) -> None:
    assert answer_to(line, ask).startswith(output)
    if not output:
        assert answer_to(line, ask) == ""


def test_json_is_a_line_for_each_question(ask: Command) -> None:
    lines = answer_to("king\nking queen\nneighbors king man", ask, "--json").splitlines()
    assert [len(json.loads(line)) for line in lines] == [1, 1, 2]
    assert json.loads(lines[1])[0]["first"] == "king"
    lines = answer_to("king\nking queen\nneighbors king man", ask, "--jsonl").splitlines()
    assert [next(iter(json.loads(line).values())) for line in lines] == [
        "king", "king", "king", "man"
    ]  # fmt: skip


def test_a_wrong_line_is_reported_and_the_next_is_answered(ask: Command) -> None:
    said = ask("shell", "--top", "1", stdin="kingg\nking queen\nsimilarity king\nking -\n")
    assert said == Said(
        "0.6667\n",
        f"w2v: standard input:1: 'kingg' is not among the {len(ROWS)} words; "
        "near spellings: 'king'\n"
        "w2v: standard input:3: similarity takes two words, not 1; --pairs FILE reads many pairs\n"
        "w2v: standard input:4: 'king -': a word is missing at the end\n",
        1,
    )


@pytest.mark.parametrize(
    ("first", "line", "output"),
    [
        ("odd-one-out", "king queen paris", "paris\n"),
        ("neighbors", "king man", "king  cosine\n王    0.9992\n\nman   cosine\nhelp  0.7071\n"),
        ("vector", "man", "man 1"),
        ("similarity", "king queen", "0.6667\n"),
        ("similarity", "king", "king  cosine\n"),
        ("similarity", "king man woman", "king - man + woman  cosine\n"),
        ("odd-one-out", "king queen", "0.6667\n"),
        ("analogy", "king man woman", "king - man + woman  cosine\nqueen"),
    ],
)
def test_the_command_that_opened_the_prompt_comes_first(
    first: str, line: str, output: str, ask: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    table = WordVectors.load(ask.model)
    assert Prompt(table, Options(top=1), first=first).answer(line)
    assert capsys.readouterr().out.startswith(output)


def test_vectors_are_asked_for_by_word_and_by_row(
    ask: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = [(word, ROWS[word]) for word in ("man", "woman")]
    assert vector_lines(answer_to("vector man woman", ask)) == wanted
    table = WordVectors.load(ask.model)
    assert Prompt(table, Options(), first="vector").answer("man woman")
    assert vector_lines(capsys.readouterr().out) == wanted
    assert Prompt(table, Options(by_index=True), first="vector").answer("0 1")
    assert vector_lines(capsys.readouterr().out) == wanted


# --- on a terminal ------------------------------------------------------------------------------


class Terminal:
    """w2v on a terminal of its own."""

    def __init__(
        self, *arguments: str, program: tuple[str, ...] = ("-m", "w2v"), **environment: str
    ) -> None:
        import pty

        self.shown = ""
        self.process, self.screen = pty.fork()
        if self.process == 0:
            os.environ.update(environment, TERM="dumb")
            os.execv(sys.executable, [sys.executable, *program, *arguments])

    def until(self, text: str) -> str:
        """What is shown up to and with `text`, from where the last one ended."""
        end = time.monotonic() + 30
        while text not in self.shown:
            ready, _, _ = select.select([self.screen], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"no {text!r} in {self.shown!r}"
            try:
                self.shown += os.read(self.screen, 65536).decode().replace("\r\n", "\n")
            except OSError:  # it has ended
                assert text in self.shown, self.shown
        before, self.shown = self.shown.split(text, 1)
        return before + text

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.screen, keys.encode())

    def end(self) -> int:
        """Its exit code."""
        _, status = os.waitpid(self.process, 0)
        os.close(self.screen)
        return os.waitstatus_to_exitcode(status)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_the_prompt_on_a_terminal(ask: Command, tmp_path: Path) -> None:
    pytest.importorskip("readline", reason="history and completion are readline's")
    state = str(tmp_path / "state")
    terminal = Terminal("shell", "--top", "1", W2V_MODEL=str(ask.model), XDG_STATE_HOME=state)
    terminal.until("16 words, 5 dimensions; 'help' shows what can be asked\nw2v> ")
    terminal.type("quee\t\n")  # completed to queen
    assert "\nqueen  cosine\nking   0.6667\n" in terminal.until("w2v> ")
    terminal.type("kingg\n")
    assert f"\n'kingg' is not among the {len(ROWS)} words" in terminal.until("w2v> ")
    terminal.type("half a line")
    terminal.until("half a line")
    terminal.type("\x03")  # Ctrl-C drops the line
    terminal.until("\nw2v> ")
    terminal.type("\x04")  # Ctrl-D
    assert terminal.end() == 0
    again = Terminal("analogy", W2V_MODEL=str(ask.model), XDG_STATE_HOME=state)
    again.until("w2v> ")
    again.type("\x10\x10\n")  # two lines back in the history: queen
    assert "\nqueen        cosine\nking         0.6667\n" in again.until("w2v> ")
    again.type("quit\n")
    assert again.end() == 0
    assert (tmp_path / "state" / "w2v" / "history").read_text().splitlines()[-1] == "quit"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_ctrl_c_needs_no_further_key_though_the_wait_for_one_did_not_see_it(
    ask: Command, tmp_path: Path
) -> None:
    """A signal to another thread is one that does not end the main thread's wait."""
    script = tmp_path / "script.py"
    script.write_text(
        "import signal, sys, threading, time\n"
        "from w2v.cli.main import run\n"
        "def press():\n"
        "    input_begins.wait()\n"
        "    time.sleep(0.5)\n"
        "    signal.pthread_kill(threading.get_ident(), signal.SIGINT)\n"
        "input_begins = threading.Event()\n"
        "def watch(event, _):\n"
        "    if event == 'builtins.input':\n"
        "        input_begins.set()\n"
        "sys.addaudithook(watch)\n"
        "threading.Thread(target=press, daemon=True).start()\n"
        "sys.exit(run(['shell']))\n"
    )
    terminal = Terminal(program=(str(script),), W2V_MODEL=str(ask.model))
    terminal.until("what can be asked\nw2v> ")
    terminal.until("\nw2v> ")
    terminal.type("\x04")
    assert terminal.end() == 0
