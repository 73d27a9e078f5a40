"""w2v export in little memory: large files, and standard output."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from exporting import Export
from vector_files import path_for, some_vectors, write

from w2v.formats import registry

# --- memory -------------------------------------------------------------------------------------

ROWS_OF_120_MB = 200_000
MOST_MEMORY = 70 << 20


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120 MB of vectors in three formats."""
    folder = tmp_path_factory.mktemp("large")
    vectors = some_vectors([f"w{i}" for i in range(ROWS_OF_120_MB)], 150, counts=False)
    for name in ("word2vec-bin", "safetensors", "w2v"):
        write(vectors, path_for(folder, name))
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux reports it")
@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("v.bin", "o.safetensors"),
        ("v.bin", "o.npz"),
        ("v.bin", "o.w2v"),
        ("v.safetensors", "o.bin"),
        ("v.safetensors", "o.npy"),
        ("v.safetensors", "o.fifu"),
        ("v.w2v", "o.fasttext.bin"),
        ("v.w2v", "o.vec --limit 50000"),
    ],
)
def test_a_conversion_streams(large: Path, tmp_path: Path, source: str, target: str) -> None:
    code = (
        "import resource, sys, numpy, w2v.formats.table; from w2v.cli.main import run;"
        "start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; assert run(sys.argv[1:]) == 0;"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start) * 1024)"
    )
    arguments = ["export", "-m", str(large / source), *f"{tmp_path}/{target}".split()]
    run = [sys.executable, "-c", code, *arguments]
    shown = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert int(shown) < MOST_MEMORY


# --- standard output ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", [n for n, f in registry.FORMATS.items() if f.can_stream])
def test_a_dash_is_standard_output(export: Export, name: str) -> None:
    before = sorted(os.listdir())
    data = export.stream(f"- --format {name} --space-as _")
    assert sorted(os.listdir()) == before
    target = path_for(Path(), name)
    export(f"{target} --space-as _")
    assert data == target.read_bytes()


def test_a_dash_alone_is_word2vec_text(export: Export) -> None:
    assert export.stream("- --limit 1") == b"1 5\nman 1 0 0 0 1\n"


@pytest.mark.parametrize("name", [n for n, f in registry.FORMATS.items() if not f.can_stream])
def test_a_format_that_cannot_be_streamed(export: Export, name: str) -> None:
    message = f"the format {name} cannot go to standard output; name a file instead"
    export.fails(f"- --format {name}", 2, message)
