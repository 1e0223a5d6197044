"""Folders on any file system that Spark can write to, through Hadoop's own interface."""

from __future__ import annotations

from typing import Any

from kg.errors import InputError, KgError

__all__ = ["Folder"]


class Folder:
    """A folder; it need not exist.

    Args:
        session: The ``SparkSession``.
        address: Its path or address; a path is one of Spark's default file system.

    Raises:
        InputError: It is no address, or one that Spark cannot reach.
    """

    def __init__(self, session: Any, address: str) -> None:
        self._session = session
        context = session.sparkContext
        try:
            path = context._jvm.org.apache.hadoop.fs.Path(address)
            self._fs = path.getFileSystem(context._jsc.hadoopConfiguration())
            self._path = self._fs.makeQualified(path)
        except Exception as err:  # whatever the file system throws, by way of py4j
            reason = _reason(err)
            raise InputError(f"cannot use '{address}': {reason}", hint="check the address") from err

    def __str__(self) -> str:
        return str(self._path.toString())

    def __truediv__(self, name: str) -> Folder:
        return Folder(self._session, f"{self}/{name}")

    @property
    def name(self) -> str:
        """Last part of the address."""
        return str(self._path.getName())

    def names(self) -> set[str]:
        """What is in it; nothing where it does not exist.

        Raises:
            InputError: It is a file.
        """
        if not self._fs.exists(self._path):
            return set()
        if not self._fs.getFileStatus(self._path).isDirectory():
            raise InputError(f"'{self}' is a file", hint="name a folder")
        return {str(s.getPath().getName()) for s in self._fs.listStatus(self._path)}

    def remove(self, name: str) -> None:
        """Remove a file or folder in it, where there is one."""
        if name in self.names():
            (self / name).delete()

    def delete(self) -> None:
        """Remove it with all that is in it, or the file that it is."""
        self._fs.delete(self._path, True)

    def is_beside(self, other: Folder) -> bool:
        """Whether another folder is on the same file system."""
        return bool(self._fs.getUri().equals(other._fs.getUri()))

    def move_to(self, other: Folder) -> None:
        """Give it another address on the same file system, where nothing is yet.

        Raises:
            KgError: It was not moved.
        """
        if not self._fs.rename(self._path, other._path):
            raise KgError(
                f"cannot move '{self}' to '{other}'",
                hint="let the working folder be on the file system of the tables",
            )

    def write_text(self, name: str, text: str) -> None:
        """Write a file in it."""
        path = self._session.sparkContext._jvm.org.apache.hadoop.fs.Path(f"{self}/{name}")
        file = self._fs.create(path, True)
        try:
            file.write(text.encode())
        finally:
            file.close()


def _reason(error: Exception) -> str:
    java = getattr(error, "java_exception", None)
    said = str(java.toString() if java is not None else error)
    return " ".join(said.split())[:300]
