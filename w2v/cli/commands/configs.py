"""w2v configs: the configurations that come with w2v."""

from __future__ import annotations

from pathlib import Path

import click

from w2v.cli.output import echo, print_table
from w2v.config_files import named_configs


@click.command()
@click.argument("name", type=click.Choice(list(named_configs())), required=False, metavar="[NAME]")
def command(name: str | None) -> None:
    """List the configurations that come with w2v, or print one.

    'w2v train corpus.txt --config small' uses the one called small. To change one, print it into
    a file: 'w2v configs small > mine.toml', then '--config mine.toml'.
    """
    ours = named_configs()
    if name is not None:
        echo(ours[name].read_text(encoding="utf-8"), end="")
    else:
        print_table([], [(name, _purpose(path)) for name, path in ours.items()])


def _purpose(path: Path) -> str:
    """The first line of a configuration, which says what it is for."""
    with open(path, encoding="utf-8") as file:
        return file.readline().removeprefix("# ").strip()
