"""The digest of a kernel's code: numba's cache sees a change of all that a kernel takes in."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from test_house import MODULES, imports

from w2v.kernels import disk_cache
from w2v.text.kernels import scan
from w2v.training.kernels import combine, training_loop


def taken_in(module: str) -> set[str]:
    """The modules whose code a module takes in: those that it imports, and those that they do."""
    found = {name for name in imports(module, at_start=True) if name in MODULES}
    return found.union(*map(taken_in, found))


@pytest.mark.parametrize(
    ("module", "kernel"),
    [
        (training_loop, training_loop.training_kernel("skipgram", "ns", False, False)),
        (training_loop, training_loop.training_kernel("cbow", "hs", False, False)),
        (scan, scan.scan),
        *((combine, function) for function in combine.functions()),
    ],
)
def test_the_cache_of_compiled_code_sees_a_change_of_what_it_takes_in(
    module: Any, kernel: Any
) -> None:
    wanted = taken_in(module.__name__) - {"w2v"}
    assert {taken.__name__ for taken in module.TAKEN_IN} == wanted
    closure = getattr(kernel, "__wrapped__", kernel).__closure__
    contents = [cell.cell_contents for cell in closure]
    assert disk_cache.code_digest(*module.TAKEN_IN) in contents
    # Anything else, such as a compiled function, would be another in each process.
    assert {type(content) for content in contents} <= {str, bool}
    # These have no cache of their own, which would need a digest too.
    files = [MODULES[name] for name in sorted(wanted)]
    assert not any(re.search("cache.{1,4}True", file.read_text("utf-8")) for file in files)


def test_other_code_has_another_digest(tmp_path: Path) -> None:
    module, other = ModuleType("some"), ModuleType("other")
    digests = []
    for module.__name__, code in (("a", b"x = 1\n"), ("a", b"x = 2\n"), ("b", b"x = 2\n")):
        (tmp_path / "some.py").write_bytes(code)
        module.__file__ = str(tmp_path / "some.py")
        digests.append(disk_cache.code_digest(module))
        (tmp_path / "some.py").write_bytes(code.replace(b"\n", b"\r\n"))
        assert disk_cache.code_digest(module) == digests[-1]
        digests.append(disk_cache.code_digest(module, other))
    assert len(set(digests)) == 6
