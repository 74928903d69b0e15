# SPDX-License-Identifier: MIT
"""A delegate: where networks are to run, for every network that a host applies it to."""

from __future__ import annotations

import os
import sys

from npucore.contract.backend import Backend
from npucore.errors import NpucoreError
from npucore.faces.said import say
from npucore.faces.settings import Settings
from npucore.litert.external.context import Context
from npucore.litert.external.model import model_of
from npucore.litert.external.taking import Taken, Taking
from npucore.litert.opening import NAMELESS
from npucore.running.opening import open_all
from npucore.running.placing import placing_of


class ExternalDelegate:
    """Takes of networks what its backends do, as *settings* and then the environment say.

    Raises `NpucoreError` for a backend or an option that is not there.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings.over(Settings.of_environment(os.environ))
        self._settings.check(os.environ)
        self._placing = placing_of(self._settings.placement, None, self._settings.strict)
        self._backends()

    def take(self, context: Context) -> Taken | None:
        """Compile what is taken of a context's network, and say on the standard error what is.

        None for a network that cannot be read, or gives nothing: it stays the host's. If the
        settings are strict, raises `FallbackError` for what is left to the host.
        """
        name = NAMELESS
        try:
            model = model_of(context)
            name = model.name
            if not model.graph.outputs:  # it sets variables, once
                return None
            taking = Taking(context, model, self._backends(), self._placing)
        except NpucoreError as error:
            if self._settings.strict:
                raise
            print(f"npucore: {name}: nothing is taken: {error}", file=sys.stderr, flush=True)
            return None
        taken = taking.taken(self._settings.strict)
        say(name, taken, self._settings.verbose)
        return taken

    def _backends(self) -> list[Backend]:
        """The backends, opened anew: each network has its own."""
        return open_all(self._settings.backends(os.environ), None, **self._settings.options)[0]
