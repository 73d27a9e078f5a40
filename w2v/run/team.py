"""Team: how the processes of a run share its steps. The only process of a run does all of them.

The first process alone speaks, locks, saves and writes; the others train.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from w2v.arrays import Integers
from w2v.cluster.group import Group
from w2v.cluster.hosts import Places
from w2v.config import TrainConfig
from w2v.errors import UsageError, W2VError
from w2v.messages import counted
from w2v.run.options import RunOptions
from w2v.system.resources import available_threads
from w2v.text.sources import Source

if TYPE_CHECKING:
    from w2v.corpus.corpus import Corpus
    from w2v.corpus.epoch_rest import EpochRest
    from w2v.training.exchange import Exchange
    from w2v.training.group_exchange import Exchanged, GroupExchange
    from w2v.training.state import TrainingState
    from w2v.training.trainer import Trainer

# Of a state, all but the tables.
_PROGRESS = (
    *("slices_done", "words_done", "loss_sum", "loss_count"),
    *("epoch_losses", "epoch_words"),
)
_NOT_SHARED = "works on one process only, not on the {} of this run; "


class Team:
    """The processes of a run; all of them make one and call its methods in the same order.

    Attributes
    ----------
    group : the processes
    is_first : whether this is the one that speaks
    """

    def __init__(self, group: Group) -> None:
        self.group = group
        self.is_first, self.is_alone = group.rank == 0, group.size == 1
        self._places = None if self.is_alone else Places.of(group)
        self._exchange: GroupExchange | None = None

    def threads(self, wanted: int | None) -> int:
        """How many threads this process trains on, unless the user wants another number."""
        if wanted is not None:
            return wanted
        return available_threads() if self._places is None else self._places.threads()

    def notes(self, threads: int) -> list[str]:
        """What the user should know about the processes and their machines."""
        if self._places is None:
            return []
        hosts, size = self._places.n_hosts, self.group.size
        where = "this machine" if hosts == 1 else f"{hosts} machines"
        each = counted(threads, "thread")
        pinned = self._places.pinned()
        return [f"{size} processes of {each} on {where}", *([pinned] if pinned else [])]

    def check(self, sources: Any, options: RunOptions, shaping: dict[str, Any]) -> None:
        """Raise W2VError if several processes cannot share this run, or do not mean the same."""
        if self.is_alone:
            return
        self._check_options(options, shaping)
        if not isinstance(sources, Sequence):
            raise UsageError("text from Python " + _NOT_SHARED.format(self.group.size) + "save it")
        mine = {**shaping, "text": [_described(source) for source in sources]}
        self.group.agree()
        first = json.loads(self.group.share(json.dumps(mine).encode()))
        self._compare(json.loads(json.dumps(mine)), first)

    def _check_options(self, options: RunOptions, shaping: dict[str, Any]) -> None:
        """Raise UsageError for an option that several processes do not share."""
        why = _NOT_SHARED.format(self.group.size)
        if shaping["deterministic"] and shaping["threads"] > 1:
            raise UsageError(f"--deterministic {why}with --threads 1 each, they are so without it")

    def _compare(self, mine: dict[str, Any], first: dict[str, Any]) -> None:
        """Raise W2VError if this process has other options or another text than the first one."""
        ours, theirs = mine.pop("text"), first.pop("text")
        for name, value in mine.items():
            if first.get(name) != value:
                raise W2VError(
                    f"{name.replace('_', '-')} is {value} here and {first.get(name)} on rank 0; "
                    "start all processes with the same command"
                )
        for here, there in zip([*ours, None], [*theirs, None], strict=False):
            if here != there:
                raise W2VError(
                    f"the text differs from that of rank 0: {_shown(here)} here, {_shown(there)} "
                    "there; all processes need the same files"
                )

    def decide(self, value: bool) -> bool:
        """What the first process says."""
        return bool(self.group.agree(facts=[value]).facts[0][0])

    def all_say(self, value: bool) -> bool:
        """Whether all processes say so."""
        return all(stated for (stated,) in self.group.agree(facts=[value]).facts)

    def in_turn(self, work: Callable[[], None]) -> None:
        """Do something that leaves a cache: first in one process of each machine, then the rest."""
        if self.group.host_rank == 0:
            work()
        self.group.agree()
        if self.group.host_rank:
            work()

    def spread(self, state: TrainingState) -> None:
        """Give all processes the first one's state."""
        if self.is_alone:
            return
        import numpy as np

        self.group.agree()
        for block in state.blocks:
            self.group.overwrite(block)
        first = {name: getattr(state, name) for name in _PROGRESS}
        for name, value in json.loads(self.group.share(json.dumps(first).encode())).items():
            setattr(state, name, value)
        shape = json.loads(self.group.share(json.dumps(state.private.shape).encode()))
        private = np.frombuffer(self.group.share(state.private.tobytes()), np.float32)
        state.private = private.reshape(shape)

    def exchange(
        self,
        config: TrainConfig,
        corpus: Corpus,
        state: TrainingState,
        threads: int,
        own: Exchange,
    ) -> Exchange:
        """How this process exchanges with the others, besides its `own` exchange. See `start`."""
        if self.is_alone:
            return own
        from w2v.training.group_exchange import GroupExchange

        all_tokens = corpus.summary.n_retained
        self._exchange = GroupExchange(
            self.group, config, state, all_tokens, corpus.n_tokens, threads, own
        )
        return self._exchange

    def start(self, trainer: Trainer, counts: Integers, rest: EpochRest | None) -> None:
        """Plan the exchanges of a trainer. rest : of the epoch, if others began it."""
        begins = 0 if rest is None else trainer.slices.leave_out(rest)
        state = trainer.state
        if self._exchange is None:
            state.slices_done = max(state.slices_done, begins)
            return
        from w2v.training.combination import Exposure
        from w2v.training.private_rows import private_words

        exposure = Exposure(counts, trainer.config, trainer.noise_probabilities, trainer.tree)
        private = private_words(trainer.config, counts, self.group.size, self._exchange.restored)
        self._exchange.start(state, exposure, private, trainer.n_slices, begins)
        self.in_turn(self._exchange.compile)

    def on_exchange(self, report: Callable[[Exchanged], None]) -> None:
        """Call `report` after each exchange."""
        if self._exchange is not None:
            self._exchange.report = report

    def share_of_exchanges(self, seconds: float) -> float | None:
        """The share of `seconds` that exchanges took, waiting included."""
        if self._exchange is None:
            return None
        return self._exchange.seconds / seconds


def _described(source: Source) -> list[Any]:
    """The name and the size of a file."""
    is_file = source.path is not None and source.path.is_file()
    return [source.name, source.path.stat().st_size if is_file and source.path else None]


def _shown(file: list[Any] | None) -> str:
    """A file and its size, for a message."""
    return "no more files" if file is None else f"{file[0]} of {file[1]:,} bytes"
