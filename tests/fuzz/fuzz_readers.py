"""Coverage-guided fuzzing of every reader of vectors and of vocabulary files, with atheris.

    pip install -e '.[test]' atheris
    python tests/fuzz/fuzz_readers.py -max_total_time=3600 -rss_limit_mb=2048 -timeout=20

It starts from a valid small file of every format (in a temporary folder; give a folder as the last
argument to keep what it finds worth keeping). The first byte of an input chooses the format and
which of its files the other bytes stand in for. Only a W2VError that names the file may come out,
in 20 seconds and a bounded amount of memory; anything else ends the run, is printed, and leaves
the input in crash-... in the working folder:

    python tests/fuzz/fuzz_readers.py crash-...

reads that one again. What was found becomes a test in tests/fuzz/test_fuzz_found.py.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import tracemalloc
import warnings
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1]))

with atheris.instrument_imports(include=["w2v"]):
    import mutants

    from w2v.formats.registry import FORMATS

    for _known in FORMATS.values():
        __import__(f"w2v.formats.{_known.module}")

warnings.simplefilter("error")
FOLDER = Path(tempfile.mkdtemp(prefix="w2v-fuzz-"))
SAMPLES = mutants.make_samples(FOLDER / "samples")


def check(data: bytes) -> None:
    """Read one input."""
    if not data:
        return
    number = data[0] % (len(SAMPLES) + 1)
    if number == len(SAMPLES):
        path = FOLDER / "words.txt"
        path.write_bytes(data[1:])
        mutants.check_vocabulary(path)
        return
    sample = SAMPLES[number]
    mutants.check_readers(sample.lay(FOLDER / "x", data[1:]), sample.format)


def main() -> None:
    """Fuzz, with the samples as the first inputs."""
    seeds = FOLDER / "seeds"
    seeds.mkdir()
    for number, sample in enumerate(SAMPLES):
        (seeds / str(sample)).write_bytes(bytes([number]) + sample.data())
    (seeds / "vocabulary").write_bytes(bytes([len(SAMPLES)]) + b"</s> 3\nthe 2\ncat 1\n")
    single = any(Path(argument).is_file() for argument in sys.argv[1:])
    words = FOLDER / "dictionary"
    words.write_text(
        "".join(
            '"' + "".join(f"\\x{byte:02x}" for byte in number) + '"\n'
            for number in mutants.interesting_numbers()
        )
    )
    more = [] if single else [f"-dict={words}", str(seeds)]
    tracemalloc.start()  # once for all: see mutants.bounded_memory
    folders = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    options = [argument for argument in sys.argv[1:] if argument.startswith("-")]
    try:
        atheris.Setup([sys.argv[0], *options, *folders, *more], check)
        atheris.Fuzz()
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)


if __name__ == "__main__":
    main()
