# SPDX-License-Identifier: MIT
"""Documents against the schemas that are published for them."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

from npucore.cli.schemas import DOCUMENTS, json_schema


def is_as_published(document: Any, command: str) -> bool:
    """Whether it is what ``npucore schema COMMAND`` says; without jsonschema pydantic judges."""
    try:
        import jsonschema
    except ImportError:
        try:
            TypeAdapter(DOCUMENTS[command]).validate_json(json.dumps(document))
        except ValueError:
            return False
        return True
    return bool(jsonschema.Draft202012Validator(json_schema(command)).is_valid(document))
