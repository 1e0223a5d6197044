"""Named plugins: built-ins and third-party ones register the same way."""

from __future__ import annotations

import importlib
import inspect
import os
import pkgutil
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import Any, Generic, TypeVar

from kg.errors import ConfigError, InputError, UnknownNameError

__all__ = ["Registry", "read_plugin_options"]

T = TypeVar("T")


class Registry(Generic[T]):
    """A table of plugins, filled lazily.

    Built-ins are the public modules of ``package``, imported in sorted order at the first
    look-up; after them come entry points of the group named like the package. The environment
    variable ``KG_PLUGINS`` limits which entry points load: a comma-separated list, empty for none.

    Args:
        package: Dotted name of the package whose modules register themselves here.
        what: What one of these is called in messages, such as ``reader``.
    """

    def __init__(self, package: str, what: str) -> None:
        self.package = package
        self.what = what
        self._items: dict[str, T] = {}
        self._suffixes: dict[str, str] = {}
        self._discovered = False

    def register(self, name: str, *, suffixes: tuple[str, ...] = ()) -> Callable[[T], T]:
        """Decorate a plugin with its one canonical name and the file suffixes it answers to.

        The same plugin may register again: by its decorator, then by its entry point.

        Raises:
            ConfigError: Another plugin has the name or a suffix.
        """

        def add(item: T) -> T:
            taken = [s for s in suffixes if self._suffixes.get(s, name) != name]
            if self._items.get(name, item) is not item or taken:
                clash = taken[0] if taken else name
                raise ConfigError(f"two plugins register the {self.what} '{clash}'")
            self._items[name] = item
            self._suffixes.update(dict.fromkeys(suffixes, name))
            return item

        return add

    def get(self, name: str) -> T:
        """Return the plugin of that name.

        Raises:
            UnknownNameError: No such plugin; the hint names the nearest, or all of them.
        """
        self._discover()
        if name not in self._items:
            near = get_close_matches(name, self._items, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"one of: {', '.join(self.names())}"
            raise UnknownNameError(f"unknown {self.what} '{name}'", hint=hint)
        return self._items[name]

    def names(self) -> tuple[str, ...]:
        """Every registered name, sorted."""
        self._discover()
        return tuple(sorted(self._items))

    def suffixes(self) -> dict[str, str]:
        """File suffix (with its dot, lower case) -> plugin name."""
        self._discover()
        return dict(sorted(self._suffixes.items()))

    def name_for(self, filename: str) -> str | None:
        """Name of the plugin whose longest suffix the file name ends in, or None."""
        lowered = filename.lower()
        hits = [s for s in self.suffixes() if lowered.endswith(s)]
        return self._suffixes[max(hits, key=len)] if hits else None

    def _discover(self) -> None:
        if self._discovered:
            return
        self._discovered = True  # before the imports, for a plugin may look up another
        try:
            self._load()
        except BaseException:
            self._discovered = False
            raise

    def _load(self) -> None:
        package = importlib.import_module(self.package)
        for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
            if not module.startswith("_"):
                importlib.import_module(f"{self.package}.{module}")
        allowed = os.environ.get("KG_PLUGINS")
        wanted = None if allowed is None else {n.strip() for n in allowed.split(",")}
        for point in sorted(entry_points(group=self.package), key=lambda p: p.name):
            if wanted is None or point.name in wanted:
                self.register(point.name)(point.load())


def read_plugin_options(
    plugin: Callable[..., Any], name: str, values: Mapping[str, str]
) -> dict[str, Any]:
    """Turn options given as text into what a plugin takes, by the types of its parameters.

    Args:
        plugin: What takes the options as keyword arguments.
        name: What it is called in messages.
        values: Option -> its value as text; options that the plugin does not name stay text.

    Raises:
        InputError: A value does not fit its option.
    """
    parameters = inspect.signature(plugin).parameters
    kinds = {key: str(parameters[key].annotation) for key in values if key in parameters}
    options: dict[str, Any] = {}
    for key, value in values.items():
        kind = kinds.get(key, "str")
        try:
            if "bool" in kind:
                options[key] = {"true": True, "false": False}[value.lower()]
            else:
                options[key] = int(value) if "int" in kind else value
        except (KeyError, ValueError):
            wanted = "true or false" if "bool" in kind else "a whole number"
            raise InputError(f"option '{key}' of '{name}' takes {wanted}, not '{value}'") from None
    return options
