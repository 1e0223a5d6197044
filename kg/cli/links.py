"""``kg links``: why the names of an entity are its names."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli._app import KnowledgeBaseArgument, app, one_line
from kg.cli.curate import EntityArgument

if TYPE_CHECKING:
    from kg.decisions import EntityLinks


@app.command("links")
def links_cli(
    kb: KnowledgeBaseArgument,
    entity: EntityArgument,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List every name of an entity, why it was linked to it, and how to undo that.

    Example: kg links papers.kg "reinforcement learning"
    """
    from kg.decisions import links

    found = links(kb, entity)
    if as_json:
        fields = {"entity": found.entity.model_dump(mode="json")}
        names = [asdict(name) for name in found.names]
        decided = [{"entry": d.number, "words": d.words} for d in found.decisions]
        whole = {**fields, "names": names, "decisions": decided}
        typer.echo(json.dumps(whole, ensure_ascii=False, indent=2))
    else:
        _print(found, kb)


def _print(found: EntityLinks, kb: Path) -> None:
    typer.echo(f"{one_line(found.entity.name)} ({found.entity.id})")
    for name in found.names:
        noun = "paper" if name.papers == 1 else "papers"
        sure = f" {name.score:g}" if name.method == "fuzzy" else ""
        kind = "" if name.kind == found.entity.kind else f" (as a {name.kind})"
        typer.echo(f"\n{one_line(name.name)}{kind}: {name.method}{sure}, {name.papers} {noun}")
        typer.echo(f"  {name.paper_id}: {one_line(name.sentence)}")
        if name.undo is not None:
            typer.echo(f"  undo: {one_line(name.undo)}")
    for decision in found.decisions:
        typer.echo(f"\nentry {decision.number}: {one_line(decision.words)}")
        typer.echo(f"  undo: kg undo {shlex.quote(str(kb))} --entry {decision.number}")
