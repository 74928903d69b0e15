# SPDX-License-Identifier: MIT
"""Models by the names that Frigate has for them: those that are served, and those it sends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from npucore.errors import InputError
from npucore.files.atomic import replacing
from npucore.frigate.tensors import Frames
from npucore.running.session import Session
from npucore.serving.application import Application
from npucore.serving.models import Model

MOST_MODELS = 8
MOST_BYTES = 512 << 20


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder for models that peers send: how many, and how many bytes in all."""

    folder: Path
    most_models: int = MOST_MODELS
    most_bytes: int = MOST_BYTES

    def check(self, name: str, size: int) -> None:
        """Raise `InputError` if there is no room for a file of *size* bytes called *name*."""
        others = [f for f in self.folder.iterdir() if f.is_file() and f.name != name]
        used = sum(file.stat().st_size for file in others)
        if len(others) >= self.most_models or used + size > self.most_bytes:
            raise InputError(
                f"no room for {name} of {size} bytes in {self.folder}: {len(others)} models of "
                f"{used} bytes are there, {self.most_models} of {self.most_bytes} may be"
            )

    def write(self, name: str, data: bytes) -> Path:
        """Keep *data* as *name*. Raises `InputError` without room, or if it cannot be written."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.check(name, len(data))
        except OSError as error:
            raise InputError(f"{self.folder}: {error.strerror or error}") from error
        path = self.folder / name
        with replacing(path) as file:
            file.write(data)
        return path

    def has(self, name: str) -> Path | None:
        """The file called *name*, None if there is none."""
        path = self.folder / name
        return path if path.is_file() and not path.is_symlink() else None


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """A model, and how frames become its input."""

    model: Model
    frames: Frames


class Models:
    """The models of *application* for Frigate, and those on *shelf*, which *open_model* opens."""

    def __init__(
        self, application: Application, shelf: Shelf, open_model: Callable[[Path], Session]
    ) -> None:
        self._application, self._shelf, self._open = application, shelf, open_model
        self._served: dict[Model, Served] = {}
        self._opened: list[Session] = []
        self._lock = threading.Lock()

    def only(self) -> Served | None:
        """The one model that there is, None if there are several or none."""
        with self._lock:
            models = list(self._application.models.values())
            return self._of(models[0]) if len(models) == 1 else None

    def named(self, name: str) -> Served | None:
        """The model of a file called *name*, None if there is none.

        It is one that is served under that name, with or without its suffix, or one that was sent
        before. Raises what opening it raises.
        """
        with self._lock:
            models = self._application.models
            model = models.get(name) or models.get(Path(name).stem)
            if model is not None:
                return self._of(model)
            path = self._shelf.has(name)
            return None if path is None else self._add(path)

    def keep(self, name: str, data: bytes) -> Served:
        """Keep the model that a peer sends, and open it.

        Raises `InputError` for another one of a name that is served, and without room; a model
        that cannot be opened is not kept.
        """
        with self._lock:
            model = self._application.models.get(name)
            path = self._shelf.has(name)
            if model is not None:
                if path is None or path.read_bytes() != data:
                    raise InputError(f"another model called {name} is served: name this one else")
                return self._of(model)
            path = self._shelf.write(name, data)
            try:
                return self._add(path)
            except BaseException:
                path.unlink(missing_ok=True)
                raise

    def _add(self, path: Path) -> Served:
        session = self._open(path)
        model = Model(path.name, session, self._application.limits)
        try:
            served = self._of(model)
        except BaseException:
            session.close()
            raise
        self._opened.append(session)
        self._application.add(model)
        return served

    def _of(self, model: Model) -> Served:
        if model not in self._served:
            self._served[model] = Served(model, Frames(model.session.network))
        return self._served[model]

    def close(self) -> None:
        """Close the sessions of models that peers have sent."""
        with self._lock:
            for session in self._opened:
                session.close()
            self._opened.clear()
