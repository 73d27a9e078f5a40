"""What compiled code calls of numba while it runs."""

from __future__ import annotations

from typing import Any

from numba.core.runtime import rtsys


def start(context: Any) -> None:
    """Make arrays that a kernel creates possible; a second time does nothing.

    context: numba's, for which kernels are compiled
    """
    rtsys.initialize(context)
