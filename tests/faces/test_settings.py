# SPDX-License-Identifier: MIT
"""Where networks run is told by keywords, then by others, then by the environment."""

from __future__ import annotations

import pytest

from npucore.errors import InputError, PluginError
from npucore.faces.settings import ENVIRONMENT, Settings, switch


@pytest.mark.parametrize(
    ("settings", "environment", "names"),
    [
        (Settings("rocket, vsim"), {ENVIRONMENT: "reference"}, ["rocket", "vsim"]),
        (Settings(["vsim"]), {}, ["vsim"]),
        (Settings(), {ENVIRONMENT: "rocket,reference"}, ["rocket", "reference"]),
        (Settings(), {ENVIRONMENT: ""}, ["reference"]),
    ],
    ids=["text", "list", "environment", "nothing"],
)
def test_the_first_that_speaks_counts(
    settings: Settings, environment: dict[str, str], names: list[str]
) -> None:
    assert settings.backends(environment) == names


def test_settings_stand_over_others() -> None:
    over = Settings("rocket", options={"cores": 2})
    merged = over.over(Settings("vsim", True, options={"cores": 1, "trust": "shown"}))
    assert merged == Settings("rocket", True, options={"cores": 2, "trust": "shown"})


def test_what_nobody_has_is_refused() -> None:
    with pytest.raises(PluginError, match="no backend called 'nope'"):
        Settings("rocket,nope").check({})
    with pytest.raises(InputError, match="no option 'colour' in rocket, reference"):
        Settings("rocket", options={"colour": "red"}).check({})
    Settings("rocket", options={"cores": 2}).check({})


def test_a_switch_is_on_or_off() -> None:
    with pytest.raises(InputError, match="'maybe', wanted 1 or true or yes or 0 or false or no"):
        switch("maybe")
