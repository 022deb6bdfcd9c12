"""The local Bot API as a server on loopback; `python -m bot.rehearsal.api.server` runs it on its own."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from typing import Final
from urllib.parse import unquote

import orjson

from bot.errors import CampaignError
from bot.rehearsal.api.bot_api import Call, Reply, answer, download
from bot.rehearsal.api.control import PREFIX, control
from bot.rehearsal.api.http import Connection, Request, Response
from bot.rehearsal.api.webhook import Courier
from bot.rehearsal.world.bot_side import REHEARSAL_TOKEN
from bot.rehearsal.world.faults import FaultKind, FaultRule, Faults
from bot.rehearsal.world.limits import TELEGRAM, UNLIMITED, Limits
from bot.rehearsal.world.people import Crowd
from bot.rehearsal.world.world import World

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
FILES: Final = "/file/bot"
NOT_FOUND: Final = b'{"ok":false,"error_code":404,"description":"Not Found"}'
NOT_HERE: Final = (
    b'{"ok":false,"error_code":403,"description":"Forbidden: this server answers its own machine only"}'
)
HTML: Final = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


class RehearsalServer:
    """A world behind HTTP. With `controlled`, /control/… answers too: for a server of its own process.

    `webhook_pause` is how many seconds pass before an update refused by the webhook is brought again.
    """

    def __init__(self, world: World, *, controlled: bool = False, webhook_pause: float = 1.0) -> None:
        self._world = world
        self._controlled = controlled
        self._pause = webhook_pause
        self._connections: set[Connection] = set()
        self._server: asyncio.Server | None = None
        self._courier: asyncio.Task[None] | None = None
        self.url = ""

    async def start(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; `url` is known from now on. Port 0 takes any that is free."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Connection(self._route, self._connections), host, port, backlog=1024
        )
        taken = self._server.sockets[0].getsockname()[1]
        self.url = f"http://{host}:{taken}"
        self._courier = asyncio.create_task(Courier(self._world, pause=self._pause).run())

    async def stop(self) -> None:
        """Stop listening, end every connection and bring no more updates."""
        if self._server is None or self._courier is None:
            return
        self._courier.cancel()
        with suppress(asyncio.CancelledError):
            await self._courier
        self._server.close()
        for connection in list(self._connections):
            connection.close()
        await self._server.wait_closed()
        self._server = self._courier = None

    def _route(self, request: Request) -> Response | Awaitable[Response]:
        if not _is_local(request.host):
            return Response(status=403, body=NOT_HERE)
        path = request.path if "%" not in request.path else unquote(request.path)
        if path.startswith("/bot"):
            token, _, method = path.removeprefix("/bot").partition("/")
            return self._call(
                Call(
                    token=token,
                    method=method,
                    content_type=request.content_type,
                    body=request.body,
                    query=request.query,
                )
            )
        if path.startswith(FILES):
            token, _, file_path = path.removeprefix(FILES).partition("/")
            status, content = download(self._world, token, file_path)
            return Response(status=status, body=content, content_type="application/octet-stream")
        if self._controlled and path.startswith(PREFIX):
            return control(self._world, request)
        return Response(status=404, body=NOT_FOUND)

    def _call(self, call: Call) -> Response | Awaitable[Response]:
        fault = self._world.faults.strike(call.method.lower())
        if fault is None:
            reply = answer(self._world, call)
            return (
                Response(status=reply[0], body=reply[1]) if isinstance(reply, tuple) else _later(reply, None)
            )
        if fault.kind in {FaultKind.UNAUTHORIZED, FaultKind.TOO_MANY} or fault.carried_out:
            reply = answer(self._world, call, fault)
            return _troubled(reply, fault) if isinstance(reply, tuple) else _later(reply, fault)
        return _troubled((fault.status, NOT_FOUND), fault)


async def _later(reply: Awaitable[Reply], fault: FaultRule | None) -> Response:
    status, body = await reply
    return Response(status=status, body=body) if fault is None else _troubled((status, body), fault)


def _troubled(reply: Reply, fault: FaultRule) -> Response:
    """Return the answer as the fault leaves it."""
    status, body = reply
    match fault.kind:
        case FaultKind.UNAUTHORIZED | FaultKind.TOO_MANY:
            return Response(status=status, body=body)
        case FaultKind.HTML:
            return Response(status=502, body=HTML, content_type="text/html")
        case FaultKind.SERVER_ERROR:
            told = {"ok": False, "error_code": fault.status, "description": "Internal Server Error"}
            return Response(status=fault.status, body=orjson.dumps(told))
        case _:
            return Response(status=status, body=body, trouble=fault.kind, seconds=fault.seconds)


def _is_local(host: str) -> bool:
    """Tell whether a request was meant for this machine: a page elsewhere cannot name it so."""
    name, _, port = host.rpartition(":")
    return (name if port.isdigit() else host) in LOOPBACK


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve a world until interrupted; prints its URL once it listens."""
    asked = _parser().parse_args(arguments)
    try:
        world = _world(asked)
    except CampaignError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    import uvloop  # noqa: PLC0415  there is none on Windows, where only this entry point is missing

    try:
        uvloop.run(_serve(world, asked.port))
    except KeyboardInterrupt:
        return 130
    return 0


async def _serve(world: World, port: int) -> None:
    server = RehearsalServer(world, controlled=True)
    await server.start(port=port)
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def _world(asked: argparse.Namespace) -> World:
    crowd = None
    if asked.crowd:
        crowd = Crowd(
            first_id=asked.first_id,
            size=asked.crowd,
            blocked_share=asked.blocked,
            deactivated_share=asked.deactivated,
        )
    named = {"none": UNLIMITED, "telegram": TELEGRAM}
    try:
        limits = named.get(asked.limits) or Limits(**orjson.loads(asked.limits))
        faults = Faults.from_plan(orjson.loads(asked.faults))
    except (TypeError, orjson.JSONDecodeError) as error:
        raise CampaignError(f"--limits or --faults cannot be read: {error}.") from error
    return World(token=asked.token, limits=limits, faults=faults, crowd=crowd)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.rehearsal.api.server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any that is free")
    parser.add_argument("--token", default=REHEARSAL_TOKEN)
    parser.add_argument(
        "--crowd", type=int, default=0, metavar="N", help="so many people of whom only counts are kept"
    )
    parser.add_argument("--first-id", type=int, default=1_000_000, help="the crowd's first chat id")
    parser.add_argument("--blocked", type=float, default=0.0, metavar="SHARE", help="of the crowd, 0 to 1")
    parser.add_argument(
        "--deactivated", type=float, default=0.0, metavar="SHARE", help="of the crowd, 0 to 1"
    )
    parser.add_argument("--limits", default="none", help="none, telegram, or JSON with the fields of Limits")
    parser.add_argument("--faults", default="{}", metavar="JSON", help='{"seed": 1, "rules": [{"kind": …}]}')
    return parser


if __name__ == "__main__":
    sys.exit(main())
