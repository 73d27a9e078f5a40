"""How many examples the fuzzing tests try.

They are the same in every run. W2V_FUZZ=20 tries twenty times as many, others each time.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("W2V_FUZZ", "1"))


def examples(number: int) -> Any:
    """The settings of a test: how many examples, without a deadline."""
    return settings(
        max_examples=number * TIMES,
        deadline=None,
        derandomize=TIMES == 1,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
