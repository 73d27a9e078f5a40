"""Asking a task: the words of the command line, the lines of a file, or a person at a prompt."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from w2v.cli.input import read_lines
from w2v.cli.output import note, print_json, print_json_list
from w2v.cli.questions.registry import make_tasks
from w2v.cli.questions.task import Answer, Options, Task, show
from w2v.errors import W2VError

if TYPE_CHECKING:
    from w2v.vectors.word_vectors import WordVectors

BATCH = 1024  # lines answered at once


def ask(
    name: str, table: WordVectors, words: Sequence[str], options: Options, *, as_json: bool
) -> int:
    """Answer `words` by the task `name`; return the exit code.

    A lone `-` is standard input, a query a line. No words at all are a prompt on a terminal, and
    standard input elsewhere.
    """
    task = make_tasks(table, options)[name]
    if words and list(words) != ["-"]:
        return ask_words(task, words, as_json=as_json)
    if not words and sys.stdin.isatty():
        from w2v.cli.questions.prompt import Prompt

        return Prompt(table, options, as_json=as_json, first=name).run()
    return ask_file(task, "-", as_json=as_json)


def ask_words(task: Task, words: Sequence[str], *, as_json: bool) -> int:
    """Answer the words of a command line: all of them, or none when one is wrong."""
    answers = task.answer(task.from_words(words))
    if not as_json:
        show(answers, alone=len(answers) == 1)
    elif task.many:
        print_json_list(answer.as_json() for answer in answers)
    else:
        print_json(answers[0].as_json())
    return 0


def ask_file(task: Task, path: str, *, as_json: bool) -> int:
    """Answer each line of a file; `-` is standard input.

    A line that cannot be answered is told on standard error, and the others are answered all the
    same; the exit code is 1 then. In JSON its place is taken by what went wrong.
    """
    name = "standard input" if path == "-" else path
    failed = 0

    def told() -> Iterator[tuple[str, Answer | None, str]]:
        nonlocal failed
        for number, line, answer, problem in _answered(task, read_lines(path), name):
            if answer is None:
                failed += 1
                note(f"w2v: {name}:{number}: {problem}")
            yield line, answer, problem

    if as_json:
        print_json_list(
            {"query": line, "error": problem} if answer is None else answer.as_json()
            for line, answer, problem in told()
        )
    else:
        show((answer for _, answer, _ in told() if answer is not None), alone=False)
    return 1 if failed else 0


def _answered(
    task: Task, lines: Iterable[tuple[int, str]], name: str
) -> Iterator[tuple[int, str, Answer | None, str]]:
    """Each line's number, text and answer, or None and what is wrong with it.

    Raises W2VError when there is no line.
    """
    for batch in _batches(lines, name):
        outcomes = [_read(task, line) for _, line in batch]
        good = [query for query, problem in outcomes if not problem]
        answers = iter(_answers(task, good))
        for (number, line), (_, problem) in zip(batch, outcomes, strict=True):
            answer, problem = (None, problem) if problem else next(answers)
            yield number, line, answer, problem


def _batches(lines: Iterable[tuple[int, str]], name: str) -> Iterator[list[tuple[int, str]]]:
    """Lines, BATCH at a time; those before one that cannot be read come before its W2VError.

    Raises W2VError when there is no line.
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
        raise W2VError(f"{name}: empty; it must hold a query a line")


def _read(task: Task, line: str) -> tuple[Any, str]:
    """A line's query, or what is wrong with it."""
    try:
        return task.from_line(line), ""
    except W2VError as error:
        return None, str(error)


def _answers(task: Task, queries: list[Any]) -> Sequence[tuple[Answer | None, str]]:
    """The answers, or what is wrong with a query: together, and one by one where that fails."""
    if not queries:
        return []
    try:
        return [(answer, "") for answer in task.answer(queries)]
    except W2VError as error:
        if len(queries) == 1:
            return [(None, str(error))]
        return [outcome for query in queries for outcome in _answers(task, [query])]
