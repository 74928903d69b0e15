# SPDX-License-Identifier: MIT
"""Requests that are wrong: each gets its 4xx, and the server goes on."""

from __future__ import annotations

import contextlib
import json

import pytest

from npucore.running.session import Session
from tests.material.malformed import SOUND, malformed
from tests.material.served import doubling, reply, serving


@pytest.mark.parametrize(
    "count", [500, pytest.param(10_000, marks=[pytest.mark.slow, pytest.mark.long])]
)
def test_each_is_refused_in_a_sentence(count: int) -> None:
    with (
        Session(doubling(), "reference") as session,
        serving(session) as client,
        contextlib.closing(client.connection()) as connection,
    ):
        for seed in range(count):
            connection.request("POST", "/v2/models/double/infer", body := malformed(seed))
            told = reply(connection)
            assert 400 <= told.status < 500, (seed, told, body[:200])
            assert told.json["error"], (seed, told)
        connection.request("POST", "/v2/models/double/infer", json.dumps(SOUND))
        assert reply(connection).status == 200
