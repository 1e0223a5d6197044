"""Files that travel with the package: found in an installed wheel or in a checkout."""

from __future__ import annotations

from pathlib import Path

from kg.errors import InputError

__all__ = ["data_path", "page_asset"]

_PACKAGE = Path(__file__).resolve().parent


def data_path(*parts: str) -> Path:
    """Path of a file inside the package.

    Raises:
        InputError: The file is not there: a broken installation.
    """
    path = _PACKAGE.joinpath(*parts)
    if not path.exists():
        raise InputError(
            f"missing package file '{'/'.join(parts)}'", hint="reinstall kg: its files are damaged"
        )
    return path


def page_asset(folder: str, name: str) -> str:
    """Text of a page asset (``templates`` or ``dist``), from the wheel or the checkout.

    Raises:
        InputError: The file is not there: a broken installation.
    """
    checkout = _PACKAGE.parent / "visualizations"
    places = (
        _PACKAGE / "pages" / folder / name,
        checkout / folder / name,
        checkout / "explorer" / folder / name,
    )
    for place in places:
        if place.is_file():
            return place.read_text("utf-8")
    raise InputError(
        f"missing page asset '{folder}/{name}'", hint="reinstall kg: its files are damaged"
    )
