"""The engine for Ray: the extractor in actors of Ray Data, or the whole build.

``extract`` hands groups of papers to Ray Data and gives back what each has found as soon as it has
ended, so that the ledger keeps it; Ray repeats what an actor loses. ``build_tables`` does the whole
build there, see ``kg.engines._ray_tables``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa

from kg.config import Config, ExtractConfig
from kg.engines._engine import ENGINES, TablesReport
from kg.engines.batches import extract_batches
from kg.errors import InputError
from kg.intake import Progress, Silent

__all__ = ["RayEngine"]

_BATCHES = 4
"""Batches of papers in a task: enough to forget what a task costs, few to lose with one."""
_LEAST_STORE = 75 * 2**20
"""Bytes of shared memory below which Ray does not start."""


@ENGINES.register("ray")
class RayEngine:
    """Extracts in actors of Ray.

    Args:
        workers: Actors; 0 for as many as Ray has cores.
        address: Address of the cluster, such as ``auto`` or ``HOST:6379``; empty for what the
            variable ``RAY_ADDRESS`` says, else this machine.
        work: Folder for what a job that writes tables keeps until it ends; one in the target by
            default.
        object_store_memory: Bytes of shared memory for Ray on this machine; 0 for 512 MB.

    Raises:
        InputError: An option does not fit.
    """

    def __init__(
        self,
        *,
        workers: int = 0,
        address: str = "",
        work: str = "",
        object_store_memory: int = 0,
    ) -> None:
        if 0 != object_store_memory < _LEAST_STORE:
            raise InputError(
                f"the engine 'ray' does not start with object_store_memory={object_store_memory}",
                hint=f"give at least {_LEAST_STORE} bytes",
            )
        self._workers, self._address, self._work = workers, address, work
        given = {"object_store_memory": object_store_memory}
        self._settings = {name: value for name, value in given.items() if value}

    def extract(
        self, batches: Iterator[pa.RecordBatch], config: ExtractConfig, *, total: int
    ) -> Iterator[pa.RecordBatch]:
        """Extract batches; see ``Engine.extract``."""
        from kg.engines._ray_session import ACTOR_RETRIES, explained, ray_session

        with ray_session(self._address, self._workers, self._settings) as ray, explained():
            actors = self._actors(ray)
            size = max(1, min(_BATCHES, total // (8 * actors * config.batch_size)))
            groups = iter(lambda: list(islice(batches, size)), [])
            tables = [ray.put(pa.Table.from_batches(group)) for group in groups]
            if not tables:
                return
            found = ray.data.from_arrow_refs(tables).map_batches(
                _Extractor,
                fn_constructor_args=(config,),
                batch_size=None,
                batch_format="pyarrow",
                zero_copy_batch=True,
                compute=ray.data.ActorPoolStrategy(size=min(actors, len(tables))),
                **ACTOR_RETRIES,
            )
            for table in found.iter_batches(batch_size=None, batch_format="pyarrow"):
                yield from table.to_batches()

    def build_tables(
        self,
        sources: Sequence[str],
        target: str,
        config: Config,
        *,
        format: str | None = None,
        strict: bool = False,
        curation: str = "",
        progress: Progress | None = None,
    ) -> TablesReport:
        """Read sources and write tables; see ``TableEngine.build_tables``."""
        from kg.engines._ray_session import explained, ray_session
        from kg.engines._ray_tables import RayTablesJob

        with ray_session(self._address, self._workers, self._settings) as ray, explained():
            meter, actors = progress or Silent(), self._actors(ray)
            job = RayTablesJob(ray, actors, target, config, curation, self._work, meter)
            return job.run(sources, format=format, strict=strict)

    def _actors(self, ray: Any) -> int:
        return self._workers or max(1, int(ray.cluster_resources().get("CPU", 1)))


class _Extractor:
    """An actor; the pipeline is loaded with its first papers."""

    def __init__(self, config: ExtractConfig) -> None:
        self._config = config

    def __call__(self, papers: pa.Table) -> Iterator[pa.Table]:
        batches = papers.to_batches(max_chunksize=self._config.batch_size)
        for found in extract_batches(batches, self._config):
            yield pa.Table.from_batches([found])
