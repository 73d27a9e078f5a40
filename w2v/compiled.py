"""Makes numba's cache of compiled code notice changes in other files.

Numba compiles a kernel's helpers into the kernel, even those from other files, but notices a change
only in the kernel's own file. It does compare the values of a kernel's closure, so a cached kernel
has the `code_digest` of the other files as a closure variable.
"""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path
from types import ModuleType
from typing import Any


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


def usable(kernel: Any) -> Any:
    """The kernel; its cache is emptied if it cannot be read.

    Such a cache names types that an older version of w2v had, or is damaged. numba reads the types
    before it compares the version of the code, and fails.
    """
    file = getattr(getattr(kernel, "_cache", None), "_cache_file", None)
    if file is None:
        return kernel
    with contextlib.suppress(OSError):  # numba reports these
        try:
            file._load_index()
        except OSError:
            raise
        except Exception:  # whatever a file that cannot be read raises
            file.flush()
    return kernel
