"""What both pages share: templates, packed data, and a policy that forbids the network."""

from __future__ import annotations

import gzip
import io
import json
import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

from kg.resources import page_asset

__all__ = [
    "content_policy",
    "json_text",
    "packed",
    "page_environment",
    "script_text",
    "style_text",
]

_CLOSES_SCRIPT = re.compile(r"<(?=/script|script|!--)", re.IGNORECASE)
_CLOSES_STYLE = re.compile(r"<(?=/style)", re.IGNORECASE)
_SOURCE_MAP = re.compile(r"^[ \t]*(?://|/\*)[#@] ?sourceMappingURL=.*$", re.MULTILINE)


def page_environment() -> Any:
    """A Jinja environment over the page templates: everything is escaped, nothing undefined."""
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: page_asset("templates", name)),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def packed(data: Any) -> str:
    """Data as JSON, gzipped, in base64: the same bytes each time, and no character of markup."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as file:
        file.write(text.encode("utf-8", "replace"))
    return b64encode(buffer.getvalue()).decode("ascii")


def json_text(data: Any) -> str:
    r"""Data as JSON that may stand inside ``<script type="application/json">``.

    >>> json_text(["</script>"])
    '["\\u003c/script>"]'
    """
    return json.dumps(data, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")


def script_text(source: str) -> str:
    r"""Make a script safe to stand inside ``<script>``: what would end it becomes ``\x3c``.

    >>> script_text("a = '</script>'")
    "a = '\\x3c/script>'"
    """
    return _CLOSES_SCRIPT.sub(r"\\x3c", _SOURCE_MAP.sub("", source)).strip()


def style_text(source: str) -> str:
    """Make a style sheet safe to stand inside ``<style>``."""
    return _CLOSES_STYLE.sub(r"\\3c ", _SOURCE_MAP.sub("", source)).strip()


def content_policy(scripts: list[str], styles: list[str]) -> str:
    """A Content-Security-Policy that runs these very texts and nothing else, and loads nothing.

    Args:
        scripts: Texts of the page's script elements, to the letter.
        styles: Texts of its style elements, to the letter.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hashes(scripts)}",
            f"style-src {_hashes(styles)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hashes(texts: list[str]) -> str:
    digests = (b64encode(sha256(t.encode("utf-8")).digest()).decode("ascii") for t in texts)
    return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
