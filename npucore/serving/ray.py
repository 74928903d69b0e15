# SPDX-License-Identifier: MIT
"""The same answers behind Ray Serve: a replica for every core, on one machine or on many.

``serve run npucore.serving.ray:app model=/models/mobilenet.tflite backend=rocket replicas=3``

A front reads HTTP and hands requests to replicas, each of which is a process with a session on a
core. A request whose replica dies is handed to another one: an inference changes nothing, so that
it may run twice. The front holds no session.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError

from npucore.errors import InputError
from npucore.faces.said import say
from npucore.faces.settings import Settings
from npucore.files.artifact import is_artifact
from npucore.running.session import Session
from npucore.serving.application import Application
from npucore.serving.messages import HttpAnswer, HttpRequest, RefusalError, refusal, unpacked
from npucore.serving.models import Limits, Model
from npucore.serving.protocol import first_mistake

if TYPE_CHECKING:
    from ray.serve import Application as RayApplication
    from starlette.requests import Request
    from starlette.responses import Response

NPU, REPLICA = "npu", "npucore-replica"
TOKEN = "NPUCORE_TOKEN"
UNDER_WAY = 2  # of a replica: one on the core, and one whose part on the CPU goes on meanwhile
RETRIES = 10
PAUSE_SECONDS = 0.2  # before a retry, times its number: until Ray knows that a replica is gone


class Arguments(BaseModel):
    """Arguments behind ``npucore.serving.ray:app``, as KEY=VALUE."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(min_length=1)  # [NAME=]FILE, several with commas
    backend: str | None = None
    replicas: PositiveInt = 1
    strict: bool = False
    verbose: bool = False
    placement: str | None = None
    options: str = ""  # KEY:VALUE, several with commas; without cores a replica opens one
    waiting: PositiveInt = 64
    timeout: PositiveInt = 60

    def models(self) -> dict[str, str]:
        """Files by name."""
        pairs = [text.strip().rpartition("=") for text in self.model.split(",")]
        return {name or os.path.splitext(os.path.basename(f))[0]: f for name, _, f in pairs}

    def settings(self) -> Settings:
        """Where the networks of a replica run."""
        pairs = [text.partition(":") for text in self.options.split(",") if text]
        options = {key.strip(): value.strip() for key, _, value in pairs}
        return Settings(self.backend, self.strict, self.verbose, self.placement, options)


def app(arguments: Mapping[str, str]) -> RayApplication:
    """The application that Ray Serve runs. Raises `InputError` for arguments that are none."""
    try:
        asked = Arguments.model_validate(dict(arguments))
    except ValidationError as error:
        raise InputError(f"npucore.serving.ray:app: {first_mistake(error)}") from error
    from ray import serve

    core = serve.deployment(
        Core,
        name="Core",
        num_replicas=asked.replicas,
        max_ongoing_requests=UNDER_WAY,
        ray_actor_options={"num_cpus": 0, "resources": {NPU: 1}},
        health_check_period_s=2,
    )
    front = serve.deployment(
        Front, name="Front", max_ongoing_requests=asked.waiting, ray_actor_options={"num_cpus": 0}
    )
    return front.bind(core.bind(asked), asked, os.environ.get(TOKEN))


class Core:
    """A replica: sessions on one core."""

    def __init__(self, asked: Arguments) -> None:
        limits = Limits(asked.waiting, float(asked.timeout))
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        sessions = {name: _session(name, file, asked) for name, file in asked.models().items()}
        models = [Model(name, session, limits) for name, session in sessions.items()]
        self.application = Application(models, limits)

    async def answer(self, request: HttpRequest) -> HttpAnswer:
        """The answer, and who has given it."""
        answer = await asyncio.to_thread(self.application.answer, request)
        return replace(answer, headers={**answer.headers, REPLICA: self.name})


def _session(name: str, file: str, asked: Arguments) -> Session:
    settings = asked.settings()
    chosen = settings if is_artifact(file) else _with_one_core(settings)
    session = chosen.open_file(file, os.environ)
    say(name, session, settings.verbose)
    return session


def _with_one_core(settings: Settings) -> Settings:
    """*settings* with ``cores=1``, if a backend of them has that option and nobody has set it."""
    one = Settings(settings.backend, options={"cores": "1"})
    try:
        one.check(os.environ)
    except InputError:
        return settings
    return settings.over(Settings(options=one.options))


class Front:
    """Reads HTTP, asks for the token, and hands requests to replicas until one answers."""

    def __init__(self, core: Any, asked: Arguments, token: str | None) -> None:
        self._core, self._limits = core, Limits(asked.waiting, float(asked.timeout))
        self._gate = Application([], self._limits, token)

    async def __call__(self, request: Request) -> Response:
        """The answer of some replica."""
        from starlette.responses import Response

        try:
            answer = await self._answer(await self._read(request))
        except (RefusalError, InputError) as error:
            answer = refusal(error)
        return Response(answer.body, answer.status, dict(answer.headers))

    async def _read(self, request: Request) -> HttpRequest:
        """The request, its body within the limit. Raises `RefusalError`."""
        path = request.scope["path"].rstrip("/")
        read = HttpRequest(request.method, path, dict(request.headers))
        self._gate.admit(read)
        if path == "/metrics":
            sentence = "no metrics here: Ray has its own, of all replicas"
            raise RefusalError(HTTPStatus.NOT_FOUND, sentence)
        body, most = bytearray(), self._limits.body_bytes
        async for part in request.stream():
            body += part
            if len(body) > most:
                sentence = f"a body of more than {most} bytes"
                raise RefusalError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)
        return replace(read, body=unpacked(bytes(body), read.headers, most))

    async def _answer(self, request: HttpRequest) -> HttpAnswer:
        from ray.exceptions import RayActorError

        for attempt in range(RETRIES + 1):
            try:
                answer: HttpAnswer = await self._core.answer.remote(request)
            except RayActorError:  # its replica has died, or does not answer
                await asyncio.sleep(PAUSE_SECONDS * (attempt + 1))
            else:
                return answer
        sentence = f"{RETRIES + 1} replicas died one after the other"
        raise RefusalError(HTTPStatus.SERVICE_UNAVAILABLE, sentence)
