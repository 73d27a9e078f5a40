"""What the tests of training kernels share: random tables, rings, outputs and windows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from from_python import FromPython

from w2v.training import kernel_arguments, layout
from w2v.training.kernel_arguments import Noise, Outputs, Ring, Soon, Table, Work
from w2v.training.kernels import llvm, noise, tile
from w2v.training.layout import aligned_zeros
from w2v.training.sampling import alias_table, noise_distribution

noise, tile = map(FromPython, (noise, tile))

WIDTHS = (16, 48, 112, 3 * llvm.LANES)


def random_rows(rows: int, width: int, seed: int, scale: float = 0.4) -> Any:
    block = aligned_zeros((rows, 2, width))[:, 0]  # the rows lie apart, as in a run
    block[:] = np.random.default_rng(seed).normal(0, scale, block.shape)
    return block


def random_table(rows: int, width: int, own: int, scale: float = 0.4) -> Table:
    """A table whose first `own` rows differ from the shared ones."""
    copies = np.ascontiguousarray(random_rows(own, width, own))
    return Table(random_rows(rows, width, rows, scale), copies, copies.copy())


def rows_of(table: Table) -> Any:
    """The rows as this thread sees them."""
    rows = np.array(table.shared)
    rows[: len(table.own)] = table.own
    return rows


def random_ring(slots: int, width: int) -> Ring:
    return Ring(*(np.ascontiguousarray(random_rows(slots, width, n)) for n in (3, 4)))


def outputs_of(rows: Any) -> Outputs:
    """Outputs with random weights and labels."""
    random, size = np.random.default_rng(1), len(rows) + layout.COLUMNS
    labels = random.integers(0, 2, size).astype(np.float32)
    weights = random.random(size).astype(np.float32)
    rows = np.append(rows, np.zeros(layout.COLUMNS, np.int64))
    return Outputs(rows, labels, weights, np.zeros_like(rows))


def soon(table: Table) -> Soon:
    """Rows to prefetch, which has no result."""
    return Soon(table, table, 0, 7, 19)


def work(slots: int = 8, fill: float = 0.0) -> Work:
    of_outputs = (np.full((slots, layout.COLUMNS), fill, np.float32) for _ in range(2))
    weights = np.ones(2 * slots + 1, np.float32)
    return Work(np.zeros(2 * slots, np.int64), weights, *of_outputs)


def either(*functions: Any) -> Any:
    """The plain loop, and what the kernel uses (an intrinsic cannot be called from Python)."""
    return pytest.mark.parametrize(
        "functions", [functions[::2], functions[1::2]], ids=["plain", "in use"]
    )


LOW, POSITION = 9, 12  # inputs are the words at 9, 10, 11, 13, 14, ...


def input_slots(n_in: int, ring: int = 16) -> Any:
    """The local rows of the inputs."""
    return np.array([k for k in range(LOW, LOW + n_in + 1) if k != POSITION][:n_in]) % ring


def input_weights(n_in: int) -> Any:
    """How much each of these inputs counts: something else for each distance and each side."""
    return np.float32([0.25, 2.0, 1.0, 0.5, 0.75, 1.25, 0.125, 1.5])[:n_in]


def find_inputs(local: Any, n_in: int, out: Work) -> None:
    """Fill in where they lie and how much they count."""
    places = np.append(np.float32([9, 9]), input_weights(8))
    tile.find_inputs(local, LOW, POSITION, n_in, places, out)


def noise_of(counts: Any, negative: int, bias: float = 0.0) -> Noise:
    return Noise(alias_table(noise_distribution(counts, 0.75)), negative, bias)


def window_arguments(n_out: int) -> tuple[Any, ...]:
    """local, inputs, n_in, table, outputs, n_out of a window with three inputs.

    The first output is to be predicted, the others are noise; each counts once.
    """
    outputs = kernel_arguments.scratch(5, n_out, 16, 2).outputs
    outputs.rows[:n_out] = range(n_out)
    noise.label_centre(outputs.labels)
    noise.weigh_outputs(outputs, n_out)
    local, out = random_ring(16, 48).local, work()
    find_inputs(local, 3, out)
    return local, out.inputs, 3, random_table(40, 48, 3), outputs, n_out


def window_rows(given: tuple[Any, ...]) -> tuple[Any, Any]:
    """The rows of its inputs and outputs, as they are now."""
    local, _, n_in, table, _, n_out = given
    return local[input_slots(n_in)].copy(), rows_of(table)[:n_out]
