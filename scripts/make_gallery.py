"""Make all of visualizations/gallery: pages of the sample graph, pictures of them, and a manifest.

    python scripts/make_gallery.py           # make gallery

The pages come from the command ``kg demo``; the pictures are taken by one Chromium. Whatever else
lies in the folder is taken out, except its README. ``tests/pages/test_gallery.py`` checks that
what is committed is current.
"""

from __future__ import annotations

import json
import platform
import random
import subprocess
import sys
import tempfile
from dataclasses import asdict, replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from scripts.screenshot import View, take  # noqa: E402

GALLERY = ROOT / "visualizations" / "gallery"
MANIFEST = "gallery.json"
TITLE = "Sample papers"
EXPLORER = "sample.html"
ENTITY = "glue.html"
ENTITY_ID = "benchmark:glue"

_OPEN_FIRST = "document.querySelector('#panel summary').click()"
_WIDE = View(width=1400, height=860)
SHOTS: dict[str, tuple[str, View]] = {
    "sample.png": (EXPLORER, replace(_WIDE, fragment=f"node={ENTITY_ID}", script=_OPEN_FIRST)),
    "sample-dark.png": (EXPLORER, replace(_WIDE, dark=True)),
    "sample-phone.png": (EXPLORER, View(width=390, height=844)),
    "sample-table.png": (EXPLORER, replace(_WIDE, fragment="view=table")),
    "glue.png": (ENTITY, _WIDE),
}
"""File of a picture -> the page it shows, and how that is looked at."""


def make_pages(folder: Path) -> dict[str, str]:
    """Build the sample in a folder; returns the texts of the gallery's pages by file name."""
    from kg.pages.site import render_alone
    from kg.snapshot import load_graph

    command = [sys.executable, "-m", "kg", "demo", "--to", str(folder), "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise SystemExit(done.stderr)
    graph = load_graph(folder / "sample.kg")
    return {
        EXPLORER: (folder / "sample.html").read_text("utf-8"),
        ENTITY: render_alone(graph, ENTITY_ID, title=TITLE),
    }


def arithmetic() -> dict[str, str]:
    """What the sample graph depends on but the repository does not hold.

    The model that reads the papers computes in 8 bits and in floats, with kernels that ONNX
    Runtime chooses by processor: products of 8 bits saturate on some, and sums of floats differ
    in their last bits. Either moves scores, and a few relations with them. So a small computation
    of both sorts is run, and a hash taken of its very bits. Communities and layout depend on the
    build of igraph, words and sentences on the version of spaCy.
    """
    import numpy as np
    import onnxruntime
    from onnx import TensorProto, helper

    size = 96
    float32, uint8, int8 = TensorProto.FLOAT, TensorProto.UINT8, TensorProto.INT8
    nodes = [
        helper.make_node("MatMul", ["x", "y"], ["product"]),
        helper.make_node("Softmax", ["product"], ["shares"]),
        helper.make_node("Erf", ["product"], ["errors"]),
        helper.make_node("MatMulInteger", ["a", "b"], ["integers"]),
    ]
    sides = [size, size]
    inputs = [("x", float32), ("y", float32), ("a", uint8), ("b", int8)]
    outputs = [("shares", float32), ("errors", float32), ("integers", TensorProto.INT32)]
    graph = helper.make_graph(
        nodes,
        "arithmetic",
        [helper.make_tensor_value_info(name, kind, sides) for name, kind in inputs],
        [helper.make_tensor_value_info(name, kind, sides) for name, kind in outputs],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    draw = random.Random(0)

    def numbers(low: int, high: int, kind: Any) -> Any:
        found = [draw.randint(low, high) for _ in range(size * size)]
        return np.array(found, dtype=kind).reshape(size, size)

    found = session.run(
        None,
        {
            "x": numbers(-999, 999, np.float32) / 700,
            "y": numbers(-999, 999, np.float32) / 700,
            "a": numbers(0, 255, np.uint8),
            "b": numbers(-127, 127, np.int8),
        },
    )
    return {
        "machine": platform.machine(),
        "bits": sha256(b"".join(part.tobytes() for part in found)).hexdigest()[:16],
        **{name: version(name) for name in ("igraph", "onnxruntime", "spacy", "tokenizers")},
    }


def describe(folder: Path) -> str:
    """The manifest.

    It holds the SHA-256 of every page and picture, what each picture was taken of and how, and
    the arithmetic of the machine that made them.
    """
    digests = {
        name: sha256((folder / name).read_bytes()).hexdigest()
        for name in (EXPLORER, ENTITY, *SHOTS)
    }
    pictures = {
        name: {
            "sha256": digests[name],
            "page": page,
            "page_sha256": digests[page],
            "view": asdict(view),
        }
        for name, (page, view) in SHOTS.items()
    }
    pages = {name: {"sha256": digests[name]} for name in (EXPLORER, ENTITY)}
    whole = {"made_with": arithmetic(), "pages": pages, "pictures": pictures}
    return json.dumps(whole, indent=2) + "\n"


def main() -> int:
    """Make the pages, take the pictures, write the manifest."""
    with tempfile.TemporaryDirectory() as folder:
        pages = make_pages(Path(folder))
    for name, text in pages.items():
        (GALLERY / name).write_text(text, "utf-8", newline="\n")
    shots = [(GALLERY / page, GALLERY / name, view) for name, (page, view) in SHOTS.items()]
    problems = take(shots)
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if problems:
        return 1
    (GALLERY / MANIFEST).write_text(describe(GALLERY), "utf-8", newline="\n")
    for path in GALLERY.iterdir():
        if path.name not in {*pages, *SHOTS, MANIFEST, "README.md"}:
            path.unlink()
    for name in (*pages, *SHOTS, MANIFEST):
        print(f"{(GALLERY / name).stat().st_size / 1000:8,.0f} kB  {name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
