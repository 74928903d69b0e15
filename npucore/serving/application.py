# SPDX-License-Identifier: MIT
"""Answers to requests, apart from the server that reads them."""

from __future__ import annotations

import hmac
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from importlib import metadata

from npucore.errors import NpucoreError
from npucore.serving import deepstack, doods, protocol
from npucore.serving.messages import HttpAnswer, HttpRequest, RefusalError, document, refusal
from npucore.serving.models import DEFAULT, Limits, Model, metrics
from npucore.serving.photos import Detectors
from npucore.vision.reading import USUAL, Reading

MODEL = re.compile(r"/v2/models/([^/]+)(?:/versions/([^/]+))?(?:/(ready|config|infer))?")
VERSION, EXTENSIONS = metadata.version("npucore"), ["binary_tensor_data"]
TEXT = "text/plain; version=0.0.4; charset=utf-8"
LIVE, READY = "/v2/health/live", "/v2/health/ready"
POSTED = (doods.DETECT, "/v2/repository/index")


class Application:
    """Answers requests to *models* in three dialects: Open Inference, DOODS, DeepStack.

    Parameters
    ----------
    models
        To begin with; `add` adds others.
    limits
        What clients may ask for.
    token
        What a client has to send; None for nothing.
    reading
        How the answers of detectors are read: names of classes, the kind of network.
    """

    def __init__(
        self,
        models: Iterable[Model],
        limits: Limits = DEFAULT,
        token: str | None = None,
        reading: Reading = USUAL,
    ) -> None:
        self.models: Mapping[str, Model] = {model.name: model for model in models}
        self.limits, self.token, self.reading = limits, token, reading
        self.stopping = False
        self._adding = threading.Lock()
        self._detectors = Detectors(reading)

    def add(self, model: Model) -> None:
        """Serve one more, or another one under its name."""
        with self._adding:
            self.models = {**self.models, model.name: model}

    def answer(self, request: HttpRequest) -> HttpAnswer:
        """The answer to *request*, an error of the client's or the network's among them."""
        try:
            self.admit(request)
            if request.method not in ("GET", "POST"):
                raise RefusalError(HTTPStatus.METHOD_NOT_ALLOWED, f"{request.method}, wanted GET")
            return self._get(request) if request.method == "GET" else self._post(request)
        except (RefusalError, NpucoreError) as error:
            return refusal(error)

    def admit(self, request: HttpRequest) -> None:
        """Raise `RefusalError` without the token; DeepStack's clients have it in the body."""
        if request.path in (LIVE, READY) or deepstack.is_path(request.path):
            return
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        self._check(given or request.headers.get(doods.KEY, ""))

    def _check(self, given: str) -> None:
        if self.token is not None and not hmac.compare_digest(given.encode(), self.token.encode()):
            raise RefusalError(HTTPStatus.UNAUTHORIZED, "no token, or not the right one", last=True)

    def _get(self, request: HttpRequest) -> HttpAnswer:
        path = request.path
        if path == LIVE:
            return HttpAnswer()
        if path == READY:
            return self._ready()
        if path == "/metrics":
            return HttpAnswer(metrics(self.models).encode(), {"Content-Type": TEXT})
        if path == "/v2":
            return document({"name": "npucore", "version": VERSION, "extensions": EXTENSIONS})
        if path == doods.DETECTORS:
            return document(doods.detectors(self._detectors.among(self.models)))
        if path in POSTED or deepstack.is_path(path):
            raise RefusalError(HTTPStatus.METHOD_NOT_ALLOWED, f"GET of {path}, wanted POST")
        model, what = self._model(path)
        if what == "ready":
            return self._ready()
        if what == "infer":
            raise RefusalError(HTTPStatus.METHOD_NOT_ALLOWED, "GET of infer, wanted POST")
        tell: Callable[..., object] = protocol.config if what == "config" else protocol.metadata
        return document(tell(model.name, model.session.inputs, model.session.outputs))

    def _post(self, request: HttpRequest) -> HttpAnswer:
        path = request.path
        if path == "/v2/repository/index":
            states = [{"name": n, "version": "1", "state": "READY"} for n in self.models]
            return document(states)
        if path == doods.DETECT:
            return document(doods.detect(request.body, self._detectors.named(self.models)))
        if deepstack.is_path(path):
            return self._deepstack(request)
        model, what = self._model(path)
        if what != "infer":
            raise RefusalError(HTTPStatus.METHOD_NOT_ALLOWED, f"POST of {path}, wanted GET")
        asked = protocol.parse(request.body, _head_bytes(request))
        outputs = model.infer(asked.inputs)
        return HttpAnswer(*protocol.answer(model.name, asked, outputs))

    def _deepstack(self, request: HttpRequest) -> HttpAnswer:
        form = deepstack.parse(request.body, request.headers.get("content-type", ""))
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        self._check(given or form.key)
        named = self._detectors.named(self.models)
        return document(deepstack.answer(form, named(deepstack.model_of(request.path))))

    def _model(self, path: str) -> tuple[Model, str | None]:
        found, models = MODEL.fullmatch(path), self.models
        if found is None:
            raise RefusalError(HTTPStatus.NOT_FOUND, f"nothing at {path}")
        name, version, what = found.groups()
        if name not in models or version not in (None, "1"):
            known = ", ".join(models)
            raise RefusalError(
                HTTPStatus.NOT_FOUND,
                f"no model {name!r} of version {version or 1}, there is {known}",
            )
        return models[name], what

    def _ready(self) -> HttpAnswer:
        if self.stopping:
            raise RefusalError(HTTPStatus.SERVICE_UNAVAILABLE, "the server stops", last=True)
        return HttpAnswer()


def number(headers: Mapping[str, str], name: str) -> int | None:
    """A header's number, None without one. Raises `RefusalError` for one that is no number."""
    text = headers.get(name.lower())
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        sentence = f"{name}: {text!r}, wanted a number"
        raise RefusalError(HTTPStatus.BAD_REQUEST, sentence, last=True)
    return int(text)


def _head_bytes(request: HttpRequest) -> int | None:
    return number(request.headers, protocol.HEADER_LENGTH)
