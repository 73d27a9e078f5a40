"""What numba's cache of compiled code has to know.

Numba compiles a kernel's helpers into it, also those of other files, but notices a change only in
the kernel's own file. What it does compare are the values of a kernel's closure: a kernel that is
cached takes `code_digest` of the other files as a closure variable.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import ModuleType


def code_digest(*modules: ModuleType) -> str:
    """A digest of the source of modules: other code, another digest.

    Line ends do not count. A module without source (in a frozen program) counts by its name.
    """
    digest = hashlib.sha256()
    for module in modules:
        digest.update(module.__name__.encode() + b"\0")
        source = Path(getattr(module, "__file__", None) or "")
        if source.is_file():
            digest.update(source.read_bytes().replace(b"\r", b"") + b"\0")
    return digest.hexdigest()[:16]
