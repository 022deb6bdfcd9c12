"""The server's HTTP: every form of body, pipelining, and requests that are none."""

import asyncio

import aiohttp
import pytest

from bot.rehearsal.world.people import Person
from tests.rehearsal.conftest import Line


async def raw(line: Line, *requests: bytes) -> bytes:
    """Write requests in one go on one connection; returns all that comes back before it closes."""
    host, _, port = line.server.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"".join(requests))
    await writer.drain()
    try:
        async with asyncio.timeout(5):
            return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


def get(line: Line, method: str, *, host: str = "127.0.0.1:1", closing: bool = False) -> bytes:
    last = "Connection: close\r\n" if closing else ""
    path = line.url(method).removeprefix(line.server.url)
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{last}\r\n".encode()


async def test_a_form(line: Line, amal: Person) -> None:
    """Numbers, booleans and objects are read from a form's strings."""
    form = {
        "chat_id": str(amal.chat_id),
        "text": "a&b=c ✓",
        "disable_notification": "true",
        "reply_markup": '{"inline_keyboard":[[{"text":"Go","callback_data":"a"}]]}',
    }
    async with line.session.post(line.url("sendMessage"), data=form) as response:
        assert response.status == 200
    (message,) = amal.messages
    assert (message.text, message.silent) == ("a&b=c ✓", True)
    assert message.buttons() == [{"text": "Go", "callback_data": "a"}]


async def test_a_query(line: Line, amal: Person) -> None:
    query = {"chat_id": str(amal.chat_id), "text": "hello"}
    async with line.session.get(line.url("sendMessage"), params=query) as response:
        assert response.status == 200
    assert [message.text for message in amal.messages] == ["hello"]


@pytest.mark.parametrize("named", ["document", "attach://file0"])
async def test_a_file(named: str, line: Line, amal: Person) -> None:
    """A file comes under its field's name or is attached under another; its id can be sent again."""
    form = aiohttp.FormData({"chat_id": str(amal.chat_id), "caption": "ملف"})
    if named != "document":
        form.add_field("document", named)
    form.add_field(
        named.removeprefix("attach://"), b"a,b\r\n\r\n1,2", filename="a.csv", content_type="text/csv"
    )
    async with line.session.post(line.url("sendDocument"), data=form) as response:
        document = (await response.json())["result"]["document"]
    assert (document["file_name"], document["file_size"]) == ("a.csv", 10)
    await line.call("sendDocument", chat_id=amal.chat_id, document=document["file_id"])
    assert [each.attachment.content for each in amal.messages if each.attachment] == [b"a,b\r\n\r\n1,2"] * 2
    assert amal.messages[0].text == "ملف"


@pytest.mark.parametrize(
    ("content_type", "body", "reason"),
    [
        ("application/json", b"{", "can't parse the request's JSON"),
        ("application/json", b"[]", "the request's JSON must be an object"),
        (
            "application/x-www-form-urlencoded",
            b"text",
            "strings must be encoded in UTF-8, and fields as name=value",
        ),
        (
            "application/x-www-form-urlencoded",
            b"text=%ff",
            "strings must be encoded in UTF-8, and fields as name=value",
        ),
        ("multipart/form-data; boundary=x", b"nothing", "can't parse the request's multipart form"),
        (
            "application/x-www-form-urlencoded",
            b"chat_id=1&text=x&entities=[",
            'can\'t parse field "entities" as JSON',
        ),
    ],
)
async def test_bodies_that_cannot_be_read(content_type: str, body: bytes, reason: str, line: Line) -> None:
    headers = {"Content-Type": content_type}
    async with line.session.post(line.url("sendMessage"), data=body, headers=headers) as response:
        assert (await response.json())["description"] == f"Bad Request: {reason}"


async def test_pipelined_requests_are_answered_in_order(line: Line) -> None:
    """A poll that waits holds back the answers behind it."""
    poll = get(line, "getUpdates?timeout=1")
    answers = await raw(line, poll, get(line, "getMe"), get(line, "nothing", closing=True))
    assert answers.count(b"HTTP/1.1 ") == 3
    order = [answers.index(each) for each in (b'"result":[]', b"rehearsal_bot", b"method not found")]
    assert order == sorted(order)


async def test_another_host_is_refused(line: Line) -> None:
    """A page on the net that had its name point here cannot use the server."""
    assert (await raw(line, get(line, "getMe", host="evil.example", closing=True))).startswith(
        b"HTTP/1.1 403"
    )


async def test_what_is_no_http(line: Line) -> None:
    assert (await raw(line, b"\x16\x03\x01 hello\r\n\r\n")).startswith(b"HTTP/1.1 400")


async def test_other_paths(line: Line) -> None:
    async with line.session.get(f"{line.server.url}/") as response:
        assert (response.status, response.headers["Content-Type"]) == (404, "application/json")
        assert "Date" in response.headers
