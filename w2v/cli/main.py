"""The `w2v` command: one module per command, imported when the command is called.

At their top, command modules import only click, the standard library and light modules of w2v.
Everything heavier is imported inside the command, so that `w2v --help` and shell completion stay
fast.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

import click

from w2v import __version__
from w2v.cli.hints import check_options, hint
from w2v.errors import W2VError


class Entry(NamedTuple):
    """A command: the module that defines it as `command`, and its summary in --help."""

    module: str
    summary: str


# In the order of --help. The summaries are repeated here so that --help imports no command.
COMMANDS = {
    "train": Entry("w2v.cli.commands.train", "Train word vectors on text."),
    "vocab": Entry("w2v.cli.commands.vocab", "Count words, and show what each --min-count keeps."),
    "phrases": Entry(
        "w2v.cli.commands.phrases", "Find the phrases of a text: words that belong together."
    ),
    "info": Entry("w2v.cli.commands.info", "Show what a model contains and how it was made."),
    "analogy": Entry("w2v.cli.commands.analogy", "Answer analogies: king - man + woman."),
    "neighbors": Entry("w2v.cli.commands.neighbors", "List the words nearest to each word."),
    "similarity": Entry("w2v.cli.commands.similarity", "Show how similar two words are."),
    "odd-one-out": Entry(
        "w2v.cli.commands.odd_one_out", "Find the word that does not fit the others."
    ),
    "vector": Entry("w2v.cli.commands.vector", "Print the vectors of words."),
    "matrix": Entry("w2v.cli.commands.matrix", "Print a table of similarities."),
    "embed": Entry("w2v.cli.commands.embed", "Turn each line of a text into a vector."),
    "shell": Entry("w2v.cli.commands.shell", "Ask questions at a prompt."),
    "evaluate": Entry("w2v.cli.commands.evaluate", "Score vectors on analogy and word-pair sets."),
    "clusters": Entry(
        "w2v.cli.commands.clusters", "Sort words into classes by k-means on the unit sphere."
    ),
    "plot": Entry(
        "w2v.cli.commands.plot", "Draw a map on which similar words are close to each other."
    ),
    "explore": Entry(
        "w2v.cli.commands.explore", "Write a web page for exploring a model, in one file."
    ),
    "compare": Entry(
        "w2v.cli.commands.compare", "List the words that moved most between two models."
    ),
    "align": Entry("w2v.cli.commands.align", "Rotate one model into the space of another."),
    "export": Entry("w2v.cli.commands.export", "Write vectors in another format."),
    "configs": Entry(
        "w2v.cli.commands.configs", "List the configurations that come with w2v, or print one."
    ),
}


class PipeClosed(Exception):
    """The reader of standard output has gone, as `| head` does."""


class LazyGroup(click.Group):
    """A click group that imports a command only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All command names, in the order of --help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command called `name`, or None."""
        if name not in COMMANDS:
            return None
        command = importlib.import_module(COMMANDS[name].module).command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names; an error suggests a similar name."""
        try:
            name, command, rest = super().resolve_command(ctx, args)
            if command is not None:
                check_options(click.Context(command, info_name=name, parent=ctx), rest)
            return name, command, rest
        except click.NoSuchOption:
            raise
        except click.UsageError:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, 1)
            if args[0].startswith("-") or not near:
                raise
            raise click.UsageError(
                f"No such command '{args[0]}'. Did you mean '{near[0]}'?", ctx
            ) from None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As in click, but `w2v` without arguments prints the help and is an error."""
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(2)
        return super().parse_args(ctx, args)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """As in click, but a closed pipe raises PipeClosed; click would exit with 1."""
        try:
            return super().make_context(*args, **extra)
        except BrokenPipeError:
            raise PipeClosed from None

    def invoke(self, ctx: click.Context) -> Any:
        """As in click, but a closed pipe raises PipeClosed."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise PipeClosed from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands in --help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """Train word vectors from text, ask them questions, and export them to other tools."""


class Terminated(KeyboardInterrupt):
    """SIGTERM: handled like Ctrl-C, so that no temporary file is left behind."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; print a user's error as one line and exit with its code."""
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _terminate)
    code = run(arguments)
    if code in (130, 143):  # Ctrl-C, SIGTERM: do not wait for threads that compile or save
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        importlib.import_module("w2v.system.atomic").remove_unfinished()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError, AttributeError):
                stream.flush()
        os._exit(code)
    gc.freeze()  # or Python looks for garbage in all that it has imported: 0.2 s with numba
    sys.exit(code)


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code: 0, 1, 2, 130 or 143."""
    _prepare_streams()
    try:
        result: Any = cli.main(args=arguments, prog_name="w2v", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except W2VError as error:
        return _fail(str(error), error.exit_code, getattr(error, "__notes__", []))
    except click.UsageError as error:
        return _fail(_usage_message(error), 2)
    except click.ClickException as error:
        return _fail(error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt) as error:  # click's Abort has the original as its cause
        terminated = isinstance(error.__cause__ or error, Terminated)
        return _fail("interrupted", 143 if terminated else 130)
    except (PipeClosed, BrokenPipeError):
        # Not an error. The interpreter flushes at exit; give it a place where that succeeds.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except MemoryError:
        return _fail("out of memory; a smaller --vector-size or --max-vocab needs less", 1)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _fail(f"{where}{error.strerror or error}", 1)


def _usage_message(error: click.UsageError) -> str:
    """What is wrong with the command line, and where to look or what to use instead."""
    context = error.ctx
    message, command = error.format_message(), context.command_path if context else "w2v"
    if context and isinstance(error, click.NoSuchOption):
        advice = hint(error.option_name, context)
        if advice is not None:
            message = f"No such option '{error.option_name}': {advice}."
    if message.startswith("Got unexpected extra argument"):
        asks_a_model = context and any(param.name == "model" for param in context.command.params)
        message += "; -m names the model." if asks_a_model else "."
    return f"{message} See '{command} --help'."


def _terminate(number: int, frame: object) -> None:
    """The handler of SIGTERM."""
    raise Terminated


def _prepare_streams() -> None:
    """Make the standard streams usable.

    A stream that is closed becomes the null device. Standard output shows characters that its
    encoding lacks as escapes, as standard error does.
    """
    for name, mode in ("stdin", "r"), ("stdout", "w"), ("stderr", "w"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _fail(message: str, code: int, notes: Sequence[str] = ()) -> int:
    """Print `w2v: message` on one line of stderr, and each note on another; return `code`.

    Of several processes that a launcher started, only the first one prints.
    """
    from w2v.cluster.launcher import is_first

    if not is_first():
        return code
    for line in (message, *notes):
        print("w2v: " + " ".join(line.split()), file=sys.stderr)
    return code
