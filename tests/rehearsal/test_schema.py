"""The field tables, held against the published ones and against another library's models."""

import json
from pathlib import Path
from typing import Any

import aiogram.methods
import pytest
from pydantic import BaseModel

from bot.rehearsal.api.bot_api import PLAYED
from bot.rehearsal.api.schema import METHODS, NOT_PLAYED
from bot.rehearsal.api.schema_types import TYPES, UNIONS
from bot.rehearsal.world.updates import KINDS

PUBLISHED = Path(__file__).parents[3] / "shared" / "bot-api.json"

Tables = dict[str, Any]


@pytest.fixture(scope="module")
def published() -> Tables:
    if not PUBLISHED.is_file():
        pytest.skip("../shared/bot-api.json, the published tables, is not here")
    tables: Tables = json.loads(PUBLISHED.read_text())
    return tables


def written(fields: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name: field["type"] + "!" * field["required"] for name, field in fields.items()}


def test_every_method_of_the_tables_is_played() -> None:
    assert PLAYED.keys() == METHODS.keys()


@pytest.mark.parametrize("method", METHODS)
def test_methods_are_the_published_ones(method: str, published: Tables) -> None:
    """Each method has exactly the fields, kinds and requirements of the Bot API's documentation."""
    assert METHODS[method] == written(published["methods"][method]["fields"])


@pytest.mark.parametrize("kind", TYPES)
def test_objects_are_the_published_ones(kind: str, published: Tables) -> None:
    """Each object has exactly the fields, kinds and requirements of the Bot API's documentation."""
    assert TYPES[kind] == written(published["types"][kind]["fields"])


def test_update_kinds_are_the_published_ones(published: Tables) -> None:
    assert published["types"]["Update"]["fields"].keys() - {"update_id"} == KINDS


def test_unions_name_known_objects() -> None:
    assert {kind for members in UNIONS.values() for kind in members.values()} <= TYPES.keys()


def test_fields_not_played_exist() -> None:
    assert NOT_PLAYED.keys() <= {name for fields in METHODS.values() for name in fields}


@pytest.mark.parametrize("method", METHODS)
def test_another_library_knows_no_other_fields(method: str) -> None:
    """What aiogram's model of a method can send, the table takes; what it must send, the table knows."""
    model: type[BaseModel] = getattr(aiogram.methods, method[0].upper() + method[1:])
    current = {name: each for name, each in model.model_fields.items() if not _deprecated(each)}
    assert current.keys() <= METHODS[method].keys()
    required = {name for name, each in current.items() if each.is_required()}
    assert {name for name, kind in METHODS[method].items() if kind.endswith("!")} >= required - {"text"}


def _deprecated(field: Any) -> bool:
    return bool((field.json_schema_extra or {}).get("deprecated"))
