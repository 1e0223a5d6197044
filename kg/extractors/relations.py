"""Relations between the things of one paper, one sentence at a time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence

from spacy.language import Language
from spacy.tokens import Doc

from kg.extractors.candidates import (
    Abbreviation,
    Candidate,
    abbreviations,
    candidates,
    prepare_doc,
    text_of,
)
from kg.extractors.clauses import Clause
from kg.extractors.ner import load_tagger
from kg.extractors.relation_features import PAIR_GROUPS
from kg.extractors.relation_rules import RULES, Statement
from kg.extractors.relation_scoring import paper_things, score_relations
from kg.extractors.roles import RoleStatement
from kg.extractors.scorers import load_scorer, scorer_suffix
from kg.extractors.sentences import sentence_spans
from kg.model import RELATIONS, Role
from kg.names import normal_form

__all__ = ["Statement", "find_relations"]

_AVAILABLE: dict[str, tuple[str, ...]] = {
    "code": ("Method", "Benchmark", "Dataset"),
    "model": ("Method", "Dataset", "Benchmark"),
    "demo": ("Method", "Benchmark", "Dataset"),
    "video": ("Method", "Benchmark", "Dataset"),
    "project_page": ("Method", "Benchmark", "Dataset"),
    "dataset": ("Dataset", "Benchmark"),
}
"""Kind of address -> kinds of introduced things it may belong to, the likeliest first."""


def find_relations(
    text: str,
    found: Sequence[Candidate],
    sentences: Sequence[tuple[int, int]],
    roles: Sequence[RoleStatement],
    shorts: Iterable[Abbreviation] = (),
) -> list[Statement]:
    """Find relations, one sentence at a time.

    "Our method" and its like stand for the one method that the paper introduces. A sentence with
    a negation before the cue states nothing. The rules and their scores were chosen by their
    precision on annotated training papers.

    Args:
        text: Title, blank line, abstract.
        found: The settled names, by place, without overlaps.
        sentences: Character spans of the sentences, in order.
        roles: What the things are to the paper.
        shorts: Short forms with the long forms that the text gives for them.

    Returns:
        Statements that fit the relation table, by place; one a sentence and triple.
    """
    introduced = _introduced(roles)
    main = introduced.get("Method")
    form = _forms(text, shorts)
    role_of = _roles_of_all(found, roles, form)
    starts = [c.start for c in found]
    statements: list[Statement] = []
    for start, end in sentences:
        names = found[bisect_left(starts, start) : bisect_left(starts, end)]
        if not names:
            continue
        here = [c for c in names if c.kind == "Method" and role_of.get(c) == "introduces"]
        same = (c for c in here if main is not None and form(c) == form(main))
        own = next(same, here[0] if here else None)
        clause = Clause(text, start, end, names, role_of, own or main, own is not None)
        for rule in RULES:
            statements.extend(rule(clause))
        statements.extend(_addresses(clause, introduced))
    allowed = (
        s
        for s in statements
        if s.subject != s.object and RELATIONS[s.predicate].allows(s.subject.kind, s.object.kind)
    )
    best: dict[tuple[object, ...], Statement] = {}
    for statement in sorted(allowed, key=_place):  # one a sentence and triple: the surest
        key = (statement.start, statement.subject, statement.predicate, statement.object)
        if key not in best or statement.score > best[key].score:
            best[key] = statement
    return sorted(best.values(), key=_place)


def _introduced(roles: Sequence[RoleStatement]) -> dict[str, Candidate]:
    """Kind -> the surest name of what the paper introduces, the earliest of equals."""
    best: dict[str, RoleStatement] = {}
    for statement in roles:
        if statement.role == "introduces":
            kind = statement.candidate.kind
            if kind not in best or statement.score > best[kind].score:
                best[kind] = statement
    return {kind: s.candidate for kind, s in best.items()}


def _forms(text: str, shorts: Iterable[Abbreviation]) -> Callable[[Candidate], str]:
    """What tells two mentions of one thing: the normal form, of the long form for a short one."""
    same = {
        normal_form(text[a.short_start : a.short_end]): normal_form(text[a.long_start : a.long_end])
        for a in shorts
    }

    def form(candidate: Candidate) -> str:
        own = normal_form(text[candidate.start : candidate.end])
        return same.get(own, own)

    return form


def _roles_of_all(
    found: Sequence[Candidate], roles: Sequence[RoleStatement], form: Callable[[Candidate], str]
) -> dict[Candidate, Role]:
    """The role of every mention: roles are stated where the text shows them best."""
    by_form = {(form(s.candidate), s.candidate.kind): s.role for s in roles}
    known = {c: by_form.get((form(c), c.kind)) for c in found}
    return {candidate: role for candidate, role in known.items() if role is not None}


def _addresses(clause: Clause, introduced: dict[str, Candidate]) -> Iterator[Statement]:
    """AVAILABLE_AT: the address of what the paper introduces."""
    for url in clause.of_kind("Url"):
        for kind in _AVAILABLE.get(url.url_kind or "", ()):
            if kind in introduced:
                subject = introduced[kind]
                yield Statement(subject, "AVAILABLE_AT", url, clause.start, clause.end, "", 0.8)
                break


def _place(statement: Statement) -> tuple[object, ...]:
    return (
        statement.start,
        statement.predicate,
        statement.subject.start,
        statement.object.start,
        statement.cue,
        statement.score,
    )


@Language.factory("kg_relations", default_config={"models": None, "model": "accurate"})
def make_relation_reader(
    nlp: Language, name: str, models: str | None, model: str
) -> Callable[[Doc], Doc]:
    """Keep the relations between the settled candidates.

    Args:
        nlp: The pipeline.
        name: Name of the component.
        models: Folder of the models; None for those of the package.
        model: ``accurate`` or ``fast``, as in ``ExtractConfig``.
    """
    suffix = scorer_suffix(model)

    def read_relations(doc: Doc) -> Doc:
        text, found, sentences = text_of(doc), candidates(doc), sentence_spans(doc)
        roles: list[RoleStatement] = doc._.kg_roles or []
        rules = find_relations(text, found, sentences, roles, abbreviations(doc))
        output = doc._.kg_tagger
        scorers = {
            group: load_scorer(f"relations-{group}{suffix}", models) for group in PAIR_GROUPS
        }
        if output is None and any(scorer.needs_tagger for scorer in scorers.values()):
            doc._.kg_relations = sorted(rules, key=_place)
            return doc
        scored = score_relations(
            text,
            found,
            paper_things(doc._.kg_things or [], roles),
            sentences,
            rules,
            scorers,
            load_tagger(models) if output is not None and not suffix else None,
            output,
        )
        addresses = [s for s in rules if s.predicate == "AVAILABLE_AT"]
        doc._.kg_relations = sorted([*scored, *addresses], key=_place)
        return doc

    return read_relations


prepare_doc()
