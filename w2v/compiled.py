"""Makes numba's cache of compiled code notice changes in other files.

Numba compiles a kernel's helpers into the kernel, even those from other files, but notices a change
only in the kernel's own file. It does compare the values of a kernel's closure, so a cached kernel
has the `code_digest` of the other files as a closure variable.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import ModuleType


def code_digest(*modules: ModuleType) -> str:
    """A digest of the modules' source code, which changes with it.

    Line ends are ignored. A module without source (in a frozen program) is represented by its name.
    """
    digest = hashlib.sha256()
    for module in modules:
        digest.update(module.__name__.encode() + b"\0")
        source = Path(getattr(module, "__file__", None) or "")
        if source.is_file():
            digest.update(source.read_bytes().replace(b"\r", b"") + b"\0")
    return digest.hexdigest()[:16]
