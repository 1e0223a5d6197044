"""Extraction as a function over Arrow batches: the one thing that every engine runs.

A batch carries papers as the ledger stores them, and what comes back is what the ledger stores:
JSON text, so that no engine needs to know the records. The pipeline is loaded once a process;
between batches nothing is kept that could change a result.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import pyarrow as pa

from kg.config import ExtractConfig
from kg.errors import KnowledgeBaseError
from kg.extractors import build_nlp, extract_papers
from kg.ledger import ExtractionRow
from kg.model import Paper

__all__ = [
    "EXTRACTIONS",
    "PAPERS",
    "extract_batches",
    "extraction_rows",
    "paper_batch",
    "papers_of",
    "worker_pipeline",
]

PAPERS = pa.schema([pa.field("id", pa.string(), False), pa.field("record", pa.string(), False)])
"""A paper: its id, and its record as JSON."""
EXTRACTIONS = pa.schema(
    [
        pa.field("paper_id", pa.string(), False),
        pa.field("content_hash", pa.string(), False),
        pa.field("record", pa.string(), False),
    ]
)
"""What was found in a paper: the fields of ``kg.ledger.ExtractionRow``."""


def paper_batch(rows: Iterable[tuple[str, str]]) -> pa.RecordBatch:
    """A batch of papers from their ids and records (JSON)."""
    ids, records = zip(*rows, strict=True)
    return pa.record_batch([pa.array(ids), pa.array(records)], schema=PAPERS)


def papers_of(batch: pa.RecordBatch) -> list[Paper]:
    """The papers of a batch, in its order.

    Raises:
        KnowledgeBaseError: A record is not that of a paper.
    """
    papers = []
    for key, record in zip(*(column.to_pylist() for column in batch.columns), strict=True):
        try:
            papers.append(Paper.model_validate_json(record))
        except ValueError as err:
            said = " ".join(str(err).split())[:300]
            raise KnowledgeBaseError(
                f"the record of paper '{key}' is damaged: {said}",
                hint="see what else is: kg doctor PAPERS.kg",
            ) from err
    return papers


def extract_batches(
    batches: Iterable[pa.RecordBatch], config: ExtractConfig
) -> Iterator[pa.RecordBatch]:
    """Read papers batch by batch; the pipeline is loaded once a process.

    Args:
        batches: Papers; schema ``PAPERS``.
        config: What the extractor is to do.

    Yields:
        For each batch what was found in its papers, in their order; schema ``EXTRACTIONS``.

    Raises:
        ExtractionError: A component failed; the message names it and the paper.
        KnowledgeBaseError: A record is not that of a paper.
    """
    for batch in batches:
        found = extract_papers(papers_of(batch), config=config, nlp=worker_pipeline(config))
        rows = [ExtractionRow.of(extraction) for extraction in found]
        columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        if rows:
            yield pa.record_batch(columns, schema=EXTRACTIONS)


def extraction_rows(batch: pa.RecordBatch) -> list[ExtractionRow]:
    """The rows of a batch as the ledger takes them."""
    columns = [column.to_pylist() for column in batch.columns]
    return [ExtractionRow(*row) for row in zip(*columns, strict=True)]


@cache
def worker_pipeline(config: ExtractConfig) -> Any:
    """The pipeline of this process; its type is spaCy's own matter."""
    nlp = build_nlp(config)
    # names and models stay, and what a paper leaves is not in cycles: looking through all of it
    # for garbage again and again takes a fifth of the time
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    return nlp
