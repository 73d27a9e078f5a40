"""Ask a task: about the words of the command line, the lines of a file, or at a prompt."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from w2v.cli.input import read_lines
from w2v.cli.output import JsonStyle, note, print_json_items
from w2v.cli.questions.registry import make_tasks
from w2v.cli.questions.task import Answer, Options, Task, show
from w2v.errors import W2VError

if TYPE_CHECKING:
    from w2v.vectors.word_vectors import WordVectors

BATCH = 1024  # lines answered at once


def ask(
    name: str,
    table: WordVectors,
    words: Sequence[str],
    options: Options,
    json_style: JsonStyle | None,
) -> int:
    """Answer `words` with the task `name`; return the exit code.

    A single `-` is standard input, one query per line. Without words there is a prompt on a
    terminal, otherwise standard input is read.
    """
    task = make_tasks(table, options)[name]
    if words and list(words) != ["-"]:
        return ask_words(task, words, json_style)
    if not words and sys.stdin.isatty():
        from w2v.cli.questions.prompt import Prompt

        return Prompt(table, options, json_style, first=name).run()
    return ask_file(task, "-", json_style)


def ask_words(task: Task, words: Sequence[str], json_style: JsonStyle | None) -> int:
    """Answer the words of a command line: all of them, or none if one is wrong."""
    answers = task.answer(task.from_words(words))
    if json_style is None:
        show(answers, alone=len(answers) == 1)
    else:
        print_json_items((answer.as_json() for answer in answers), json_style)
    return 0


def ask_file(task: Task, path: str, json_style: JsonStyle | None) -> int:
    """Answer each line of a file; `-` is standard input.

    A line that cannot be answered is reported on standard error, and in JSON as an object with
    "error" in its place. The other lines are answered, and the exit code is 1.
    """
    name = "standard input" if path == "-" else path
    failed = 0

    def reported() -> Iterator[tuple[str, Answer | None, str]]:
        nonlocal failed
        for number, line, answer, problem in _answered(task, read_lines(path), name):
            if answer is None:
                failed += 1
                note(f"w2v: {name}:{number}: {problem}")
            yield line, answer, problem

    if json_style is None:
        show((answer for _, answer, _ in reported() if answer is not None), alone=False)
    else:
        objects = (
            {"query": line, "error": problem} if answer is None else answer.as_json()
            for line, answer, problem in reported()
        )
        print_json_items(objects, json_style)
    return 1 if failed else 0


def _answered(
    task: Task, lines: Iterable[tuple[int, str]], name: str
) -> Iterator[tuple[int, str, Answer | None, str]]:
    """The number, text and answer of each line, or None and what is wrong with it.

    Raises W2VError if there are no lines.
    """
    for batch in _batches(lines, name):
        outcomes = [_read(task, line) for _, line in batch]
        good = [query for query, problem in outcomes if not problem]
        answers = iter(_answers(task, good))
        for (number, line), (_, problem) in zip(batch, outcomes, strict=True):
            answer, problem = (None, problem) if problem else next(answers)
            yield number, line, answer, problem


def _batches(lines: Iterable[tuple[int, str]], name: str) -> Iterator[list[tuple[int, str]]]:
    """Lines, BATCH at a time. Those before an unreadable line come before its W2VError.

    Raises W2VError if there are no lines.
    """
    lines, empty = iter(lines), True
    while True:
        batch: list[tuple[int, str]] = []
        try:
            batch.extend(islice(lines, BATCH))
        except W2VError:
            yield batch
            raise
        if not batch:
            break
        empty = False
        yield batch
    if empty:
        raise W2VError(f"{name}: empty; it must contain one query per line")


def _read(task: Task, line: str) -> tuple[Any, str]:
    """The query in a line, or what is wrong with it."""
    try:
        return task.from_line(line), ""
    except W2VError as error:
        return None, str(error)


def _answers(task: Task, queries: list[Any]) -> Sequence[tuple[Answer | None, str]]:
    """The answer to each query, or what is wrong with it: all at once, or one by one if needed."""
    if not queries:
        return []
    try:
        return [(answer, "") for answer in task.answer(queries)]
    except W2VError as error:
        if len(queries) == 1:
            return [(None, str(error))]
        return [outcome for query in queries for outcome in _answers(task, [query])]
