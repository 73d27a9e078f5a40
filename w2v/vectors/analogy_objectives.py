"""The two ways to score the answers to an analogy."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

Method = Literal["3cosadd", "3cosmul"]
METHODS: tuple[Method, ...] = get_args(Method)
EPSILON = np.float32(0.000001)  # avoids division by zero; Levy and Goldberg's value
