"""JSON lines of annotations: every complaint names the file and the line."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from kg.errors import InputError, ReadError

__all__ = ["Annotation", "first_object", "make_record", "read_objects"]


class Annotation(BaseModel):
    """A frozen record of a line; keys that it does not know are left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


A = TypeVar("A", bound=Annotation)


def read_objects(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    """Number, from 1, and object of each line that is not blank; ``.gz`` is unpacked.

    Raises:
        InputError: The file cannot be read.
        ReadError: A line is no JSON object.
    """
    for number, line in _lines(path):
        try:
            data = json.loads(line)
        except (ValueError, RecursionError) as err:
            reason = err.msg if isinstance(err, json.JSONDecodeError) else "unreadable"
            raise ReadError(
                f"not JSON ({reason})",
                source=str(path),
                line=number,
                hint="one JSON object a line; see kg evaluate --help",
            ) from err
        if not isinstance(data, dict):
            raise ReadError(
                f"a JSON {type(data).__name__}, not an object",
                source=str(path),
                line=number,
                hint="one JSON object a line; see kg evaluate --help",
            )
        yield number, data


def first_object(path: Path) -> dict[str, object]:
    """The object of the first line that is not blank: what tells a file's layout.

    Raises:
        InputError: The file cannot be read, or holds nothing.
        ReadError: That line is no JSON object.
    """
    for _, data in read_objects(path):
        return data
    raise InputError(f"'{path}' is empty", hint="it should hold one JSON object a line")


def make_record(model: type[A], data: dict[str, object], path: Path, number: int, hint: str) -> A:
    """Make the record of a line.

    Args:
        model: Class of the record.
        data: The object of the line.
        path: File, for messages.
        number: Line, for messages.
        hint: What such a line holds.

    Raises:
        ReadError: A key is missing or has another type; the reason names the first.
    """
    try:
        return model.model_validate(data)
    except ValidationError as err:
        first = err.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        message = first["msg"].removeprefix("Value error, ")
        reason = f"'{place}': {message[:1].lower()}{message[1:]}" if place else message
        raise ReadError(reason, source=str(path), line=number, hint=hint) from err


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    number = 0
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
                if line.strip():
                    yield number, line
    except UnicodeDecodeError as err:
        raise ReadError(
            "not UTF-8", source=str(path), line=number, hint="save the file as UTF-8"
        ) from err
    except (EOFError, zlib.error, gzip.BadGzipFile) as err:
        raise InputError(f"cannot unpack '{path}'", hint="copy the file again") from err
    except OSError as err:
        raise InputError(f"cannot read '{path}': {err.strerror or err}") from err
