"""The rehearsal's page over HTTP: what it shows, and what the simulated people do when it is touched."""

import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.rehearsal.api.methods_files import attachment
from bot.rehearsal.page.fault_buttons import BY_NAME
from bot.rehearsal.page.loopback_guard import LoopbackOnly
from bot.rehearsal.page.snapshots import Stage
from bot.rehearsal.world.people import Impossible, Json
from bot.rehearsal.world.world import World

PAGE = Path(__file__).parent / "static"
TAP_PATIENCE = 10.0
"""Seconds that a phone waits for the bot to answer a tap."""
LARGEST_BODY = 256 * 1024
"""Bytes of one request; far more than the longest message a person can write."""


LARGEST_FILE = 8 * 1024 * 1024
"""Bytes of a request with a file in it: five megabytes, as letters."""


class Deed(BaseModel):
    """What somebody does on their phone."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    chat_id: int


class Say(Deed):
    """They send a text."""

    text: str


class Attach(Deed):
    """They send a picture or a file; `content` in base64."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    content: Annotated[str, StringConstraints(min_length=1)]


class Tap(Deed):
    """They press a button, perhaps of a message that has gone since."""

    message_id: int
    data: str


class AskInline(Deed):
    """They type the bot's name and this in some chat."""

    query: Annotated[str, StringConstraints(max_length=256)]


class Choose(Deed):
    """They post what was offered."""

    query_id: str
    result_id: str


class Newcomer(BaseModel):
    """Somebody new; `language` is what their Telegram says, None when it says nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
    language: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")] | None


class Ordered(BaseModel):
    """A trouble asked for by its name."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    name: str


Asked = TypeVar("Asked", bound=BaseModel)
Endpoint = Callable[[Request], Awaitable[Response]]


def rehearsal_app(
    world: World,
    *,
    claim_code: str | None,
    organizer: int | None = None,
    languages: Sequence[str] = (),
) -> Starlette:
    """Return the page for a world.

    `organizer` is the chat id of the person whose phone claims the bot with `claim_code`; `languages` are
    offered for new people (none named: those that the world's people have).
    """
    spoken = dict.fromkeys(person.language_code for person in world.people.values() if person.language_code)
    offered = tuple(languages) or tuple(spoken)
    page = Page(Stage(world=world, organizer=organizer, claim_code=claim_code, languages=offered))
    return Starlette(
        routes=[
            Route("/", lambda _: RedirectResponse("/rehearsal")),
            Route("/rehearsal", lambda _: FileResponse(PAGE / "index.html")),
            Mount("/rehearsal/static", StaticFiles(directory=PAGE)),
            Route("/rehearsal/events", page.events),
            Route("/rehearsal/files/{file_id}", page.file),
            Route("/rehearsal/people", page.find, methods=["GET"]),
            Route("/rehearsal/people", _deed(Newcomer, page.add), methods=["POST"]),
            Route("/rehearsal/say", _deed(Say, page.say), methods=["POST"]),
            Route("/rehearsal/attach", _deed(Attach, page.attach, most=LARGEST_FILE), methods=["POST"]),
            Route("/rehearsal/tap", _deed(Tap, page.tap), methods=["POST"]),
            Route("/rehearsal/inline", _deed(AskInline, page.ask_inline), methods=["POST"]),
            Route("/rehearsal/choose", _deed(Choose, page.choose), methods=["POST"]),
            Route("/rehearsal/block", _deed(Deed, page.block), methods=["POST"]),
            Route("/rehearsal/unblock", _deed(Deed, page.unblock), methods=["POST"]),
            Route("/rehearsal/deactivate", _deed(Deed, page.deactivate), methods=["POST"]),
            Route("/rehearsal/faults", _deed(Ordered, page.trouble), methods=["POST"]),
        ],
        middleware=[Middleware(LoopbackOnly)],
        exception_handlers={HTTPException: _refused, Impossible: _impossible},
    )


class Page:
    """The endpoints: one method for each thing the page reads or a person does."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.world = stage.world

    async def events(self, request: Request) -> Response:
        """Stream the world and the phones asked for with `chat=`, as they change."""
        asked = [int(chat) for chat in request.query_params.getlist("chat") if chat.isdecimal()]
        return EventSourceResponse(self._told(self.stage.chosen(asked)))

    async def find(self, request: Request) -> Response:
        """List the people that match `find=`."""
        return JSONResponse(self.stage.find(request.query_params.get("find", "")))

    async def file(self, request: Request) -> Response:
        """Return a picture or document that the bot sent."""
        file = self.world.files.get(request.path_params["file_id"])
        if file is None:
            raise HTTPException(404, "There is no such file.")
        if file.kind == "photo":
            return Response(file.content, media_type="image/jpeg")  # browsers look at the content itself
        return Response(
            file.content, media_type="application/octet-stream", headers={"Content-Disposition": "attachment"}
        )

    async def add(self, asked: Newcomer) -> Json:
        """Give somebody new a phone."""
        return {"id": self.world.add_person(name=asked.name, language_code=asked.language).chat_id}

    async def say(self, asked: Say) -> Json:
        """Let a person write."""
        self.world.say(asked.chat_id, asked.text)
        return {}

    async def attach(self, asked: Attach) -> Json:
        """Let a person send a file; what is a picture goes as a photo, as apps send them."""
        try:
            content = base64.b64decode(asked.content, validate=True)
        except ValueError as error:
            raise Impossible("That file cannot be read.") from error
        self.world.send_file(asked.chat_id, attachment(content, asked.name))
        return {}

    async def tap(self, asked: Tap) -> Json:
        """Let a person tap; the answer is the bot's, or None when none comes in `TAP_PATIENCE`."""
        callback_id = self.world.tap(asked.chat_id, asked.message_id, asked.data)
        answers = self.world.answers
        try:
            await self.world.wait_for(lambda: callback_id in answers, timeout=TAP_PATIENCE)
        except TimeoutError:
            return {"answer": None}
        return {"answer": answers[callback_id]}

    async def ask_inline(self, asked: AskInline) -> Json:
        """Let a person ask in inline mode; what is offered, or nothing when no answer comes in `TAP_PATIENCE`."""
        query_id = self.world.ask_inline(self._known(asked), asked.query)
        offers = self.world.offers
        try:
            await self.world.wait_for(lambda: query_id in offers, timeout=TAP_PATIENCE)
        except TimeoutError:
            return {"id": query_id, "results": [], "button": None}
        return {"id": query_id, **offers[query_id].as_dict()}

    async def choose(self, asked: Choose) -> Json:
        """Let a person post what was offered into their chat."""
        self.world.choose_result(self._known(asked), asked.query_id, asked.result_id)
        return {}

    async def block(self, asked: Deed) -> Json:
        """Let a person block the bot."""
        self.world.block(self._known(asked))
        return {}

    async def unblock(self, asked: Deed) -> Json:
        """Let a person unblock it."""
        self.world.unblock(self._known(asked))
        return {}

    async def deactivate(self, asked: Deed) -> Json:
        """Let a person delete their account."""
        self.world.deactivate(self._known(asked))
        return {}

    async def trouble(self, asked: Ordered) -> Json:
        """Let something go wrong."""
        trouble = BY_NAME.get(asked.name)
        if trouble is None:
            raise Impossible("There is no such trouble to make.")
        return {"said": trouble.make(self.world)}

    def _known(self, asked: Deed) -> int:
        if asked.chat_id not in self.world.people:
            raise Impossible("There is no such person.")
        return asked.chat_id

    async def _told(self, chats: Sequence[int]) -> AsyncIterator[ServerSentEvent]:
        async for kind, content in self.stage.changes(chats):
            yield ServerSentEvent(event=kind, data=json.dumps(content, ensure_ascii=False))


def _deed(kind: type[Asked], do: Callable[[Asked], Awaitable[Json]], *, most: int = LARGEST_BODY) -> Endpoint:
    """Return an endpoint that reads one thing asked for in JSON, does it and answers in JSON."""

    async def endpoint(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            raise HTTPException(415, "Only JSON is understood here.")
        body = await request.body()
        if len(body) > most:
            raise HTTPException(413, "That is too long.")
        try:
            asked = kind.model_validate_json(body)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "the request"
            raise HTTPException(400, f"Not understood: {place}: {first['msg']}.") from error
        return JSONResponse(await do(asked))

    return endpoint


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for nothing else
    return JSONResponse({"error": error.detail}, status_code=error.status_code)


async def _impossible(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=409)
