"""A whole build inside Ray Data: files in, the tables of ``kg.tables`` out, nothing large here.

The steps between two shuffles are tasks of ``kg.engines._ray_tasks``. Each writes what it has made
into the working folder, under the name of its part, so that a repeated task changes nothing; what
comes back are counts, and samples of keys that tell where to cut a table that is to be in order.
Only the decision on the entities is made in the driver, from the distinct names.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from kg.config import Config
from kg.engines import _ray_tasks as tasks
from kg.engines import stages
from kg.engines._fsspec import Folder, files_of, size_of
from kg.engines._ray_session import ACTOR_RETRIES
from kg.engines._tables_job import SHOWN, TablesJob, work_address
from kg.errors import KgError
from kg.intake import Progress
from kg.tables import table_schema

__all__ = ["RayTablesJob"]

_LEAST, _MOST = 64, 1024
"""Papers of a task that extracts."""
_PART, _TEXT = 16 * 2**20, 64 * 2**20
"""Bytes of packed data, and of text, that make a part."""
_BATCHES = 100
"""Batches of entities in a file."""


class RayTablesJob(TablesJob[Folder]):
    """One run.

    Args:
        ray: The module, with a cluster.
        actors: How many load the pipeline.
        target: Address of the folder.
        config: Settings.
        curation: Text of a ``curation.toml``.
        work: Address of the folder for working folders; empty for one in the target.
        meter: Told which stage begins.

    Raises:
        InputError: The target cannot be used.
    """

    def __init__(
        self,
        ray: Any,
        actors: int,
        target: str,
        config: Config,
        curation: str,
        work: str,
        meter: Progress,
    ) -> None:
        folder = Folder(target)
        working = Folder(work_address(folder, work))
        super().__init__(folder, working, config, curation, meter)
        self._ray, self._actors = ray, actors

    def _read(self, sources: Sequence[str], format: str | None) -> None:
        files = [file for source in sources for file in files_of(source)]
        keep = partial(tasks.keep_winners, folder=self._fresh("winners"))
        parts = max(self._actors, sum(map(size_of, files)) // _TEXT)
        read = partial(tasks.read_files, format=format)
        rows = self._numbered(files, read, stages.RECORDS, "id", tasks.hashed(parts))
        report = self._report
        for told in self._grouped(rows, "id", parts, keep):
            report.read += told["good"]
            report.skipped += told["skipped"]
            report.problems.extend(told["problems"])
        report.problems = sorted(report.problems)[:SHOWN]

    def _leave_out_copies(self) -> None:
        winners = self._work / "winners"
        keep = partial(tasks.keep_originals, folder=self._fresh("papers"))
        parts = self._parts([winners])
        self._ids = list[str]()
        read = partial(tasks.read_parts, folder=winners)
        hashed = tasks.hashed(parts)
        rows = self._numbered(winners.parts(), read, stages.WINNERS, "title_key", hashed)
        for told in self._grouped(rows, "title_key", parts, keep):
            self._report.papers += told["papers"]
            self._report.copies += told["copies"]
            self._ids.extend(told["keys"])
        winners.delete()

    def _extract(self) -> None:
        config, pending = self._config.extract, self._fresh("pending")
        parts = self._parts([self._work / "papers", *self._former()])
        size = max(_LEAST, min(_MOST, self._report.papers // (16 * self._actors)))
        keep = partial(tasks.keep_pending, folder=pending, size=size)
        rows = self._papers_and_found(tasks.hashed(parts))
        for told in self._grouped(rows, "id", parts, keep):
            self._report.extracted += told["pending"]
        if names := pending.parts():
            arguments = (config, pending, self._work / "found")
            for _ in self._each(names, tasks.ExtractParts, arguments).iter_rows():
                pass
        pending.delete()
        whole = partial(
            tasks.keep_whole,
            corpus=self._fresh("corpus"),
            new=self._fresh("new"),
            fingerprint=self._fingerprint,
        )
        rows = self._papers_and_found(tasks.ranged(self._ids, parts))
        for _ in self._grouped(rows, "id", parts, whole):
            pass

    def _papers_and_found(self, bucket: tasks.Bucket) -> Any:
        papers = self._work / "papers"
        read: tasks.Read = partial(tasks.read_papers, folder=papers)
        rows = self._numbered(papers.parts(), read, tasks.EITHER, "id", bucket)
        for folder in self._former():
            read = partial(tasks.read_found, folder=folder, fingerprint=self._fingerprint)
            if names := folder.parts():
                rows = rows.union(self._numbered(names, read, tasks.EITHER, "id", bucket))
        return rows

    def _link(self) -> None:
        corpus, profiles = self._work / "corpus", self._fresh("profiles")
        count = partial(stages.profile_rows, curation=self._curation)
        read = partial(tasks.read_parts, folder=corpus, stage=count)
        parts = self._parts([corpus])
        keep = partial(tasks.keep_merged, folder=profiles)
        hashed = tasks.hashed(parts)
        rows = self._numbered(corpus.parts(), read, stages.PROFILES, "key", hashed)
        for _ in self._grouped(rows, "key", parts, keep):
            pass
        with tempfile.TemporaryDirectory(prefix="kg-rules-") as scratch:
            merged = (batch for name in profiles.parts() for batch in profiles.read_part(name))
            config = self._config.link
            warnings = stages.decide(merged, Path(scratch), config, self._curation)
            self._report.warnings.extend(warnings)
            self._keep_entities(Path(scratch))
            rules = self._ray.put(tasks.packed(Path(scratch)))
        arguments = (rules, corpus, self._fresh("linked"), self._work / "new" / "mentions")
        self._keys = list[str]()
        for told in self._each(corpus.parts(), tasks.LinkParts, arguments).iter_rows():
            self._keys.extend(told["keys"])

    def _keep_entities(self, rules: Path) -> None:
        rows = stages.table_rows(stages.entity_records(rules), "entities")
        number = 0
        while some := list(islice(rows, _BATCHES)):
            name = f"part-{number:08d}"
            (self._work / "new" / "entities").write_part(name, some, table_schema("entities"))
            number += 1

    def _write_tables(self) -> None:
        linked, new = self._work / "linked", self._work / "new"
        if self._keys:
            parts = self._parts([linked])
            read = partial(tasks.read_parts, folder=linked)
            ranges = tasks.ranged(self._keys, parts)
            rows = self._numbered(linked.parts(), read, stages.LINKED, "key", ranges)
            keep = partial(tasks.keep_relations, new=new)
            for _ in self._grouped(rows, "key", parts, keep):
                pass
        for name in ("entities", "relations", "evidence", "mentions"):
            if not (new / name).parts():
                (new / name).write_part("part-00000000", (), table_schema(name))

    def _count_rows(self, table: Folder) -> int:
        return table.count_rows()

    def _fresh(self, name: str) -> Folder:
        """A folder of the working folder, without what a stopped run left in it."""
        self._work.remove(name)
        return self._work / name

    def _parts(self, folders: Sequence[Folder]) -> int:
        """Into how many parts to divide what is in folders."""
        return max(self._actors, sum(folder.size() for folder in folders) // _PART)

    def _each(self, names: Sequence[str], task: Any, arguments: tuple[Any, ...] = ()) -> Any:
        """What a task makes of each name; a class makes actors, with these arguments."""
        data = self._ray.data
        rows = data.from_arrow([pa.table({"name": [name]}) for name in names])
        if not isinstance(task, type):
            return rows.map_batches(task, batch_size=None, batch_format="pyarrow")
        return rows.map_batches(
            task,
            fn_constructor_args=arguments,
            batch_size=None,
            batch_format="pyarrow",
            compute=data.ActorPoolStrategy(size=min(self._actors, len(names))),
            **ACTOR_RETRIES,
        )

    def _numbered(
        self,
        names: Sequence[str],
        read: tasks.Read,
        schema: pa.Schema,
        key: str,
        bucket: tasks.Bucket,
    ) -> Any:
        """What a task reads of these names, each row with its bucket."""
        numbers = partial(tasks.with_buckets, read=read, schema=schema, key=key, bucket=bucket)
        return self._each(names, numbers)

    def _grouped(
        self,
        rows: Any,
        key: str,
        buckets: int,
        task: Callable[[str, pa.Table], Iterator[pa.Table]],
    ) -> Iterator[dict[str, Any]]:
        """What a task tells of each bucket; it gets the rows in the order of a key."""
        groups = rows.groupby(tasks.BUCKET, num_partitions=buckets)
        ordered = partial(tasks.in_order, key=key, task=task)
        told = set[int]()
        for one in groups.map_groups(ordered, batch_format="pyarrow").iter_rows():
            if one[tasks.BUCKET] in told:  # the second part would have replaced the first
                raise KgError("Ray has cut a group in two", hint="another version may not do so")
            told.add(one[tasks.BUCKET])
            yield one
