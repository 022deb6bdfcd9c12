"""Reads a request's body, in each of the forms the Bot API takes, into its fields."""

from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from bot.rehearsal.api.checks import Upload
from bot.rehearsal.api.refusal import bad_request

ATTACHED: Final = "attach://"


def read_fields(content_type: str, body: bytes, query: bytes) -> tuple[dict[str, Any], bool]:
    """Return the fields and whether they are a form's strings rather than JSON values. Raises Refusal."""
    if content_type.startswith("application/json"):
        return _json(body), False
    fields: dict[str, Any] = _urlencoded(query) if query else {}
    if content_type.startswith("multipart/form-data"):
        fields |= _multipart(content_type, body)
    elif body:
        fields |= _urlencoded(body)
    return fields, True


def _json(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise bad_request("can't parse the request's JSON") from None
    if type(given) is not dict:
        raise bad_request("the request's JSON must be an object")
    return given


def _urlencoded(body: bytes) -> dict[str, Any]:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict"))
    except ValueError:
        raise bad_request("strings must be encoded in UTF-8, and fields as name=value") from None


def _multipart(content_type: str, body: bytes) -> dict[str, Any]:
    _, options = parse_options_header(content_type)
    collector = _Collector()
    try:
        parser = MultipartParser(options.get(b"boundary", b""), collector.callbacks())
        parser.write(body)
        parser.finalize()
        return collector.fields()
    except (MultipartParseError, UnicodeDecodeError, ValueError):
        raise bad_request("can't parse the request's multipart form") from None


class _Collector:
    """Gathers the parts of a multipart form."""

    def __init__(self) -> None:
        self._parts: list[tuple[dict[str, bytes], bytes]] = []
        self._headers: dict[str, bytes] = {}
        self._name = b""
        self._value = b""
        self._body: list[bytes] = []

    def callbacks(self) -> Any:
        """Return what the parser calls as it goes."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_part_data": self._data,
            "on_part_end": self._end,
        }

    def fields(self) -> dict[str, Any]:
        """Return the form; a field of `attach://name` becomes the file sent under that name."""
        made: dict[str, Any] = {}
        files: dict[str, Upload] = {}
        for headers, content in self._parts:
            _, options = parse_options_header(headers.get("content-disposition", b""))
            name = options[b"name"].decode() if b"name" in options else ""
            if b"filename" in options:
                kind = headers.get("content-type", b"application/octet-stream").decode()
                files[name] = Upload(
                    file_name=options[b"filename"].decode(), content_type=kind, content=content
                )
            else:
                made[name] = content.decode()
        named = {name: value for name, value in made.items() if value.startswith(ATTACHED)}
        for name, value in named.items():
            file = files.pop(value.removeprefix(ATTACHED), None)
            if file is not None:
                made[name] = file
        return made | files

    def _begin(self) -> None:
        self._headers, self._body = {}, []

    def _header_name(self, chunk: bytes, start: int, end: int) -> None:
        self._name += chunk[start:end]

    def _header_value(self, chunk: bytes, start: int, end: int) -> None:
        self._value += chunk[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.decode().lower()] = self._value
        self._name = self._value = b""

    def _data(self, chunk: bytes, start: int, end: int) -> None:
        self._body.append(chunk[start:end])

    def _end(self) -> None:
        self._parts.append((self._headers, b"".join(self._body)))
