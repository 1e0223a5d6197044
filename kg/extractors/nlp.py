"""The spaCy pipeline, and its results as records."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import NoReturn

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg.config import ExtractConfig
from kg.errors import ConfigError, ExtractionError, KgError
from kg.extractors.candidates import Candidate, abbreviations, candidates, prepare_doc
from kg.extractors.relations import Statement
from kg.extractors.roles import RoleStatement
from kg.extractors.sentences import sentence_spans
from kg.known_names import kind_group
from kg.model import (
    NAMED_KINDS,
    RELATIONS,
    ROLE_PREDICATES,
    ROLES,
    Extraction,
    Mention,
    Paper,
    Predicate,
    RelationMention,
    Role,
)
from kg.names import normal_form

__all__ = ["build_nlp", "check_components", "extract_papers", "extractor_fingerprint"]

_RESULT_DECIDING = (".py", ".tsv", ".txt", ".onnx", ".json")
_ENDLESS = re.compile(r"\S{1000}")
_PLAIN_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_PACKAGE = Path(__file__).resolve().parent
_TRAINED = frozenset({"kg_ner", "kg_entities", "kg_roles", "kg_relations"})
"""Components that read models."""


def check_components(config: ExtractConfig) -> None:
    """See that every component of the pipeline is registered, without loading any.

    Raises:
        ConfigError: One is not.
    """
    _register_components()
    for name in config.pipeline:
        if not Language.has_factory(name):
            raise ConfigError(
                f"extract.pipeline names an unknown component '{name}'",
                hint="a plugin registers it with @Language.component; see `kg plugins`",
            )


def build_nlp(config: ExtractConfig | None = None) -> Language:
    """Make the spaCy pipeline: a blank English tokenizer and the configured components.

    Raises:
        ConfigError: A component is not registered.
    """
    settings = config or ExtractConfig()
    check_components(settings)
    prepare_doc()
    nlp = spacy.blank("en")
    nlp.tokenizer = _LinearTokenizer(nlp.tokenizer, nlp.vocab)
    nlp.max_length = 20_000_000  # characters; the components are linear, unlike a parser
    for name in settings.pipeline:
        own = {"models": settings.models, "model": settings.model}
        told = own if name in _TRAINED else {}
        nlp.add_pipe(name, config=told)
    nlp.set_error_handler(_explain_failure)
    return nlp


def extract_papers(
    papers: Iterable[Paper], *, config: ExtractConfig | None = None, nlp: Language | None = None
) -> Iterator[Extraction]:
    """Read papers, one extraction each, in their order; streams.

    Args:
        papers: Papers with cleaned text.
        config: Pipeline, batch size, and lowest score.
        nlp: A pipeline made by ``build_nlp``; made here if None.

    Raises:
        ExtractionError: A component failed; the message names it and the paper.
    """
    settings = config or ExtractConfig()
    pipe = nlp or build_nlp(settings)
    texts = ((paper.text, paper) for paper in papers)
    for doc, paper in pipe.pipe(texts, as_tuples=True, batch_size=settings.batch_size):
        yield _extraction(doc, paper, settings)


class _LinearTokenizer:
    """spaCy's tokenizer, but for text that it reads in quadratic time: no blank for long.

    Args:
        tokenize: The tokenizer of a pipeline.
        vocab: The vocabulary of that pipeline.
    """

    def __init__(self, tokenize: Callable[[str], Doc], vocab: Vocab) -> None:
        self._tokenize = tokenize
        self._vocab = vocab

    def __call__(self, text: str) -> Doc:
        if _ENDLESS.search(text) is None:
            doc = self._tokenize(text)
        else:
            words = _PLAIN_WORD.findall(text)
            doc = Doc(self._vocab, words=words, spaces=[False] * len(words))
        doc._.kg_text = text
        return doc


def _explain_failure(
    name: str, component: object, docs: Sequence[Doc], error: Exception
) -> NoReturn:
    """Say which component failed on which paper; spaCy calls it with the Docs at hand."""
    paper = getattr(docs[0], "_context", None)
    if isinstance(error, KgError):  # it says itself what is wrong: a model that is not there
        raise error
    place = f"paper '{paper.id}'" if isinstance(paper, Paper) else f"{docs[0].text[:60]!r}"
    raise ExtractionError(
        f"the component '{name}' failed on {place}: {type(error).__name__}: {error}",
        hint="leave it out with --set extract.pipeline=[...], or report it with the paper",
    ) from error


@cache
def extractor_fingerprint(config: ExtractConfig) -> str:
    """SHA-256 of the extractor's code, its data and its settings: what decides a re-read.

    The batch size is left out, for it changes no result.
    """
    digest = hashlib.sha256()
    files = [p for p in _PACKAGE.rglob("*") if p.suffix in _RESULT_DECIDING]
    if config.models is not None:
        files += [p for p in Path(config.models).glob("*") if p.suffix in _RESULT_DECIDING]
    names = {
        p: p.relative_to(_PACKAGE).as_posix() if p.is_relative_to(_PACKAGE) else p.name
        for p in files
    }
    for path in sorted(files, key=lambda p: names[p]):
        digest.update(names[path].encode())
        digest.update(path.read_bytes())
    for name in ("known_names.py", "names.py"):
        digest.update((_PACKAGE.parent / name).read_bytes())
    digest.update(config.model_dump_json(exclude={"batch_size", "models"}).encode())
    return digest.hexdigest()


def _register_components() -> None:
    """Import every module of this package: each registers its component with spaCy."""
    package = import_module("kg.extractors")
    for module in sorted(m.name for m in iter_modules(package.__path__)):
        if module != "nlp":
            import_module(f"kg.extractors.{module}")


def _extraction(doc: Doc, paper: Paper, settings: ExtractConfig) -> Extraction:
    text = paper.text
    long_forms = {
        (a.short_start, a.short_end): text[a.long_start : a.long_end] for a in abbreviations(doc)
    }
    by_short = {
        normal_form(text[start:end]): long for (start, end), long in sorted(long_forms.items())
    }

    def thing(candidate: Candidate) -> tuple[str, str]:
        form = normal_form(text[candidate.start : candidate.end])
        return kind_group(candidate.kind), normal_form(by_short.get(form, form))

    roles: dict[tuple[str, str], Role] = {}
    statements: list[RoleStatement] = doc._.kg_roles or []
    for statement in statements:
        key = thing(statement.candidate)
        roles[key] = min(roles.get(key, "mentions"), statement.role, key=ROLES.index)
    mentions: dict[Candidate, Mention] = {}
    for candidate in candidates(doc):
        if candidate.score < settings.min_score:
            continue
        surface = text[candidate.start : candidate.end]
        long_form = by_short.get(normal_form(surface))
        mentions[candidate] = Mention(
            paper_id=paper.id,
            start=candidate.start,
            end=candidate.end,
            text=surface,
            kind=candidate.kind,
            role=roles.get(thing(candidate), "mentions"),
            extractor=candidate.extractor,
            score=candidate.score,
            long_form=long_form if candidate.kind in NAMED_KINDS else None,
            href=candidate.href,
            url_kind=candidate.url_kind,
        )
    relations = [
        *_role_relations(doc, paper, mentions),
        *_pair_relations(doc, paper, mentions, settings.min_relation_score),
    ]
    return Extraction(paper=paper, mentions=tuple(mentions.values()), relations=tuple(relations))


def _role_relations(
    doc: Doc, paper: Paper, mentions: dict[Candidate, Mention]
) -> Iterator[RelationMention]:
    statements: list[RoleStatement] = doc._.kg_roles or []
    for statement in statements:
        mention = mentions.get(statement.candidate)
        if mention is not None:
            yield RelationMention(
                paper_id=paper.id,
                predicate=_predicate(statement.role, mention.kind),
                subject=paper.id,
                object=mention.id,
                start=statement.start,
                end=statement.end,
                cue=statement.cue,
                extractor="kg_roles",
                score=round(statement.score * mention.score, 4),
            )
    sentences = sentence_spans(doc)
    for mention in mentions.values():
        if mention.kind == "Url":
            first = bisect_right(sentences, mention.start, key=lambda s: s[0]) - 1
            last = bisect_right(sentences, mention.end - 1, key=lambda s: s[0]) - 1
            yield RelationMention(
                paper_id=paper.id,
                predicate="LINKS_TO",
                subject=paper.id,
                object=mention.id,
                start=sentences[first][0],
                end=sentences[last][1],
                extractor=mention.extractor,
                score=mention.score,
            )


def _predicate(role: Role, kind: str) -> Predicate:
    for predicate in ROLE_PREDICATES[role]:
        if RELATIONS[predicate].allows("Paper", kind):
            return predicate
    return "MENTIONS"


def _pair_relations(
    doc: Doc, paper: Paper, mentions: dict[Candidate, Mention], min_score: float
) -> Iterator[RelationMention]:
    statements: list[Statement] = doc._.kg_relations or []
    for statement in statements:
        subject, object_ = mentions.get(statement.subject), mentions.get(statement.object)
        if subject is not None and object_ is not None and statement.score >= min_score:
            yield RelationMention(
                paper_id=paper.id,
                predicate=statement.predicate,
                subject=subject.id,
                object=object_.id,
                start=statement.start,
                end=statement.end,
                cue=statement.cue,
                extractor="kg_relations",
                score=statement.score,
            )
