"""Write commands.md: every command and option, as `w2v COMMAND --help` has them.

python docs/make_commands.py        writes commands.md beside this script
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from w2v.cli.main import COMMANDS, cli

HEAD = """# Commands

Written by `docs/make_commands.py` from the commands themselves; a test compares the two. Answers go
to standard output, everything else to standard error. The exit code is 0 for success, 1 for
an error that you can fix (a missing file, an unknown word), 2 for a wrong command line, 130 after
Ctrl-C and 143 after SIGTERM.
"""


def main() -> None:
    """Write the file."""
    path = Path(__file__).with_name("commands.md")
    path.write_text(commands_page(), encoding="utf-8", newline="\n")


def commands_page() -> str:
    """The page as Markdown."""
    context = click.Context(cli, info_name="w2v")
    sections = [HEAD]
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        sections.append(section(name, command))
    return "\n".join(sections)


def section(name: str, command: click.Command) -> str:
    """A command: its usage, its help and a table of its options."""
    context = click.Context(command, info_name=f"w2v {name}")
    usage = " ".join(command.collect_usage_pieces(context))
    rows = [row(option) for option in command.params if isinstance(option, click.Option)]
    table = ["| option | what it does | default |", "|---|---|---|", *rows]
    text = "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n"))
    return f"## w2v {name}\n\n```\nw2v {name} {usage}\n```\n\n{text}\n\n" + "\n".join(table) + "\n"


def row(option: click.Option) -> str:
    """A line of the table of options."""
    names = ", ".join(f"`{name}`" for name in option.opts)
    if not option.is_flag:
        names += f" {metavar(option)}"
    text, _, default = (option.help or "").partition("  [default: ")
    shown = default.rstrip("]") or default_of(option)
    if option.envvar:
        shown += f", or ${option.envvar}"
    cells = (names, text, f"`{shown}`" if shown and not option.envvar else shown)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def metavar(option: click.Option) -> str:
    """What stands for the value: the choices, or a name for it."""
    if isinstance(option.type, click.Choice):
        return "`" + "|".join(map(str, option.type.choices)) + "`"
    return option.metavar or {"integer": "N", "float": "X"}.get(kind(option), "TEXT")


def kind(option: click.Option) -> str:
    """click's name of the type, ranges taken as what they are ranges of."""
    return option.type.name.removesuffix(" range")


def default_of(option: click.Option) -> str:
    """The default as text; nothing for flags and where there is none."""
    value: Any = option.to_info_dict()["default"] if not option.is_flag else None
    return "" if value is None or not option.show_default else str(value)


if __name__ == "__main__":
    main()
