"""Gather three corpora of different genres from Debian's packages.

    mkdir debs && (cd debs && apt-get download linux-doc-6.1 postgresql-doc-15 python3.11-doc \\
        dict-gcide anarchism bible-kjv bible-kjv-text fortunes)
    apt-get -o Dir::State::Lists=lists -o Acquire::Languages=en update
    python benchmarks/genres.py debs lists genres

writes `technical.txt` (manuals of the Linux kernel, PostgreSQL and Python), `literary.txt`
(Webster's dictionary of 1913 with its quotations, essays, the King James Bible, verses, sayings)
and `packages.txt` (the descriptions of Debian's packages) to the folder `genres`: a paragraph per
line, lower-cased runs of letters and digits, no line twice. It needs the programs
dpkg-deb and apt-helper.

Outcome: docs/accuracy.md.
"""

from __future__ import annotations

import argparse
import gzip
import io
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

TOKEN = re.compile(r"[^\W_]+")
FEWEST_WORDS = 5  # a shorter paragraph is a heading or a row of links
BLOCKS = {"p", "li", "dd", "dt", "td", "th", "div", "h1", "h2", "h3", "h4", "h5", "br"}
NO_PROSE = {"pre", "script", "style", "head", "nav", "code"}


def main() -> None:
    """Write the three corpora and print their sizes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("debs", type=Path, help="the folder of the downloaded packages")
    parser.add_argument("lists", type=Path, help="the folder of apt's package lists")
    parser.add_argument("out", type=Path, help="the folder that the corpora go to")
    given = parser.parse_args()
    given.out.mkdir(exist_ok=True)
    write(given.out / "technical.txt", technical(given.debs))
    write(given.out / "literary.txt", literary(given.debs))
    write(given.out / "packages.txt", package_descriptions(given.lists))


def technical(debs: Path) -> Iterator[str]:
    """The manuals' paragraphs of prose, without listings."""
    for package in ("linux-doc-6.1", "postgresql-doc-15", "python3.11-doc"):
        for page in files(debs, package, ".html"):
            yield from html_paragraphs(page)


def literary(debs: Path) -> Iterator[str]:
    """A dictionary's definitions and quotations, essays, scripture, verses and sayings."""
    for text in files(debs, "dict-gcide", "gcide.dict.dz"):
        entries = gzip.decompress(text.encode("latin-1")).decode("utf-8", "replace")
        yield from re.split(r"\n\s*\n", re.sub(r"\[1913 Webster\]|[{}]|\\.*?\\", "", entries))
    for page in files(debs, "anarchism", ".html"):
        yield from html_paragraphs(page)
    yield from bible(debs)
    for text in files(debs, "fortunes", ""):
        yield from re.split(r"\n%\n", text)


def package_descriptions(lists: Path) -> Iterator[str]:
    """The paragraphs of every package's description."""
    for path in sorted(lists.glob("*_i18n_Translation-en*")):
        text = subprocess.run(
            ["/usr/lib/apt/apt-helper", "cat-file", str(path)], check=True, capture_output=True
        ).stdout.decode("utf-8", "replace")
        for package in text.split("\n\n"):
            description = package.partition("\nDescription-en: ")[2]
            yield from re.split(r"\n \.\n", description.replace("\n ", "\n "))


def files(debs: Path, package: str, ending: str) -> Iterator[str]:
    """The text of a package's files with this ending; compressed ones as latin-1 bytes."""
    (deb,) = debs.glob(f"{package}_*.deb")
    archive = subprocess.run(
        ["dpkg-deb", "--fsys-tarfile", str(deb)], check=True, capture_output=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            name = member.name.rsplit("/", 1)[-1]
            wanted = name.endswith(ending) and not (not ending and "." in name)
            if member.isfile() and wanted and "/doc/fortunes" not in member.name:
                data = tar.extractfile(member)
                assert data is not None
                encoding = "latin-1" if ending.endswith("dz") else "utf-8"
                yield data.read().decode(encoding, "replace")


class _Paragraphs(HTMLParser):
    """Collects the text between two block elements as a paragraph."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.parts: list[str] = []
        self.skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in NO_PROSE:
            self.skipped.append(tag)
        if tag in BLOCKS:
            self.end_paragraph()

    def handle_endtag(self, tag: str) -> None:
        if self.skipped and tag == self.skipped[-1]:
            self.skipped.pop()
        if tag in BLOCKS:
            self.end_paragraph()

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.parts.append(data)

    def end_paragraph(self) -> None:
        self.done.append("".join(self.parts))
        self.parts = []


def html_paragraphs(page: str) -> list[str]:
    """The paragraphs of a page, without its listings, scripts and headers."""
    parser = _Paragraphs()
    parser.feed(page)
    parser.end_paragraph()
    return parser.done


def bible(debs: Path) -> Iterator[str]:
    """The King James Bible, one verse per paragraph, as the package's own reader prints it."""
    with tempfile.TemporaryDirectory() as folder:
        for package in ("bible-kjv", "bible-kjv-text"):
            (deb,) = debs.glob(f"{package}_*.deb")
            subprocess.run(["dpkg-deb", "-x", str(deb), folder], check=True)
        text = subprocess.run(
            [f"{folder}/usr/bin/bible", "-p", f"{folder}/usr/lib", "-f", "gen1:1-rev22:21"],
            check=True,
            capture_output=True,
        ).stdout.decode("latin-1")
    yield from (re.sub(r"^\S+ ", "", verse) for verse in text.splitlines())


def write(path: Path, paragraphs: Iterable[str]) -> None:
    """Write each paragraph's words as a line, unless it is short or was written already."""
    seen: set[str] = set()
    words = 0
    with open(path, "w", encoding="utf-8") as file:
        for paragraph in paragraphs:
            tokens = TOKEN.findall(paragraph.lower())
            line = " ".join(tokens)
            if len(tokens) >= FEWEST_WORDS and line not in seen:
                seen.add(line)
                words += len(tokens)
                file.write(line + "\n")
    print(f"{path}: {words:,} words, {len(seen):,} lines")


if __name__ == "__main__":
    main()
