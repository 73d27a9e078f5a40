"""Compile the kernels of a run; on a first run, two at a time.

numba compiles a kernel when it is first called and keeps the result in a cache on disk. Compiling
is mostly Python code, which threads cannot share, so the training kernel is compiled in a separate
process while this one compiles the kernel that reads text, and reads. Then the training kernel is
loaded from the cache. Where nothing was ever compiled, that process starts even before this one
imports numba.

    python -m w2v.run.compiling '{"vector_size": 100, ...}' 2 0
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from w2v.config import TrainConfig
from w2v.system.collector import without_collector

if TYPE_CHECKING:
    from w2v.training.trainer import Trainer


class Kernels:
    """The kernels that a run calls. As a context it ends the other process, if there is one.

    `on_wait` is called before the run waits for a kernel that is not in the cache. `freezes` says
    whether rows of the tables stay as they are. Kernels for training are not compiled if
    `only_reading`.
    """

    def __init__(
        self,
        config: TrainConfig,
        threads: int,
        on_wait: Callable[[], None],
        *,
        freezes: bool = False,
        only_reading: bool = False,
    ) -> None:
        self._on_wait = on_wait
        self._process: subprocess.Popen[bytes] | None = None
        how = config, threads, freezes
        helps = not only_reading and _can_help()
        if helps and _nothing_was_compiled():
            self._process = _start(*how)
        try:
            # This imports numba, which takes longer than its import of anything else.
            with without_collector():
                self._counting = importlib.import_module("w2v.corpus.word_table")
                if helps and not self._process and not compile_training(*how, check=True):
                    self._process = _start(*how)
        except BaseException:
            self._end_process()
            raise

    def __enter__(self) -> Kernels:
        return self

    def __exit__(self, *error: object) -> None:
        self._end_process()

    def _end_process(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def for_reading(self) -> None:
        """Compile the kernel that reads text, or load it from the cache."""
        if not is_compiled(self._counting.kernel()):
            self._on_wait()
        with without_collector():
            self._counting.compile_scan()

    def for_training(self, trainer: Trainer) -> None:
        """Compile the training kernel, or load it from the cache."""
        if self._process is not None:
            if self._process.poll() is None:
                self._on_wait()
            self._process.wait()
        trainer.compile()


def is_compiled(kernel: Any) -> bool:
    """Whether numba's cache holds the kernel, for arguments of any types; True without a cache.

    numba has no public way to ask. Its index has a key for each version: the types of the
    arguments, the processor, and digests of the code and of what that closes over.
    """
    try:
        cache = kernel._cache
        wanted = cache._index_key(None, kernel.targetctx.codegen())[1:]
        return any(key[1:] == wanted for key in cache._cache_file._load_index())
    except AttributeError:
        return True


def compile_training(
    config: TrainConfig, threads: int, freezes: bool = False, *, check: bool = False
) -> bool:
    """Compile what training with these options calls unless it is in the cache.

    Returns whether it was in the cache. With `check` nothing is compiled.
    """
    import numpy as np

    from w2v.training.frozen_rows import FrozenRows
    from w2v.training.replica_trainer import trainer_class
    from w2v.training.state import initial_state
    from w2v.training.word_rows import word_rows
    from w2v.words.word_list import WordList

    counts = np.array([3, 2, 1], np.int64)
    small: Any = _SmallCorpus()
    few = config.replace(buckets=100) if config.subwords else config  # the kernels are the same
    rows = word_rows(WordList.from_strings("abc"), counts, few)
    state = initial_state(len(counts), config, len(rows.buckets) if rows else 0)
    one = np.zeros(1, np.int64)
    frozen = FrozenRows(one, one, state) if freezes else None
    how = config, state, threads, frozen
    trainer = trainer_class(config, threads)(small, counts, *how, rows=rows)
    was_compiled = all(map(is_compiled, trainer.kernels))
    if not was_compiled and not check:
        with without_collector():
            trainer.compile()
    return was_compiled


class _SmallCorpus:
    """As much of a corpus as `Trainer.compile` needs."""

    n_tokens = 6

    def slices(self, tokens: int) -> Any:
        """One slice."""
        import numpy as np

        return np.array([0, 1])

    def tokens_before(self, sentence: int) -> int:
        """None."""
        return 0


def _can_help() -> bool:
    """Whether a separate process can save time."""
    from w2v.system.resources import available_threads

    return bool(sys.executable) and available_threads() > 1


def _nothing_was_compiled() -> bool:
    """Whether numba's cache holds no training kernel, by a look at the folder that it uses.

    False if that is not certain: only numba knows where else its cache may be.
    """
    kernels = Path(__file__).parents[1] / "training" / "kernels"
    given = os.environ.get("NUMBA_CACHE_DIR")
    if "NUMBA_DISABLE_JIT" in os.environ or not (given or os.access(kernels, os.W_OK)):
        return False
    return not any(Path(given or kernels / "__pycache__").rglob("training_loop.*.nbi"))


def _start(config: TrainConfig, threads: int, freezes: bool) -> subprocess.Popen[bytes]:
    """A process that compiles the training kernel."""
    arguments = [json.dumps(config.to_dict()), str(threads), str(int(freezes))]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}
    nothing = subprocess.DEVNULL
    return subprocess.Popen(
        [sys.executable, "-m", "w2v.run.compiling", *arguments],
        stdin=nothing,
        stdout=nothing,
        stderr=nothing,
        env=environment,
    )


if __name__ == "__main__":
    # Where scipy is installed, numba would import it, for functions that no kernel calls: 0.2 s.
    sys.modules["scipy"] = None  # type: ignore[assignment]
    threads, freezes = map(int, sys.argv[2:])
    compile_training(TrainConfig(**json.loads(sys.argv[1])), threads, bool(freezes))
