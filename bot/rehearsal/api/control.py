"""The strings of a rehearsal in another process: what a bench or a kill test pulls and reads over HTTP."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from itertools import islice
from typing import Any, Final
from urllib.parse import parse_qs

import orjson

from bot.errors import CampaignError
from bot.rehearsal.api.http import Request, Response
from bot.rehearsal.world.faults import Faults
from bot.rehearsal.world.limits import Limits
from bot.rehearsal.world.people import Impossible, Json
from bot.rehearsal.world.world import World

PREFIX: Final = "/control/"


def control(world: World, request: Request) -> Response:
    """Answer a request to /control/…: JSON in, JSON out, one sentence when something is wrong."""
    action = ACTIONS.get((request.verb, request.path.removeprefix(PREFIX)))
    if action is None:
        return _told(404, {"error": "There is no such control."})
    try:
        given = orjson.loads(request.body) if request.body else _query(request)
        return _told(200, action(world, given))
    except CampaignError as error:
        return _told(400, {"error": str(error)})
    except (KeyError, TypeError, ValueError) as error:
        return _told(400, {"error": f"The request cannot be read: {type(error).__name__} {error}."})


def stats(world: World, _given: Json) -> Json:
    """Tell what was asked and what was accepted."""
    return {
        "accepted": len(world.ledger),
        "accepted_chats": len(world.ledger.per_chat),
        "duplicates": world.ledger.duplicates(),
        "violations": world.gate.violations,
        "too_many": world.gate.refused,
        "requests": dict(world.requests),
        "outcomes": dict(world.outcomes),
        "faults": {str(kind): count for kind, count in world.faults.struck.items()},
        "pending_updates": len(world.updates),
        "people": len(world.people),
    }


def _faults(world: World, given: Json) -> Json:
    world.faults = Faults.from_plan(given)
    return {}


def _limits(world: World, given: Json) -> Json:
    world.gate.limits = Limits(**given)
    return asdict(world.gate.limits)


def _people(world: World, given: Json) -> Json:
    made = [
        world.add_person(
            name=each["name"],
            language_code=each.get("language_code"),
            chat_id=each.get("chat_id"),
            started=each.get("started", False),
        )
        for each in given["people"]
    ]
    return {"chat_ids": [person.chat_id for person in made]}


def _say(world: World, given: Json) -> Json:
    """Let one person, or those of `count` people from `chat_id` on who can, send the same text."""
    if "count" not in given:
        return {"update_id": world.say(given["chat_id"], given["text"])}
    said = 0
    for chat_id in range(given["chat_id"], given["chat_id"] + given["count"]):
        with suppress(Impossible):
            world.say(chat_id, given["text"])
            said += 1
    return {"said": said}


def _tap(world: World, given: Json) -> Json:
    return {"callback_id": world.tap(given["chat_id"], given["message_id"], given["callback_data"])}


def _block(world: World, given: Json) -> Json:
    world.block(given["chat_id"])
    return {}


def _unblock(world: World, given: Json) -> Json:
    world.unblock(given["chat_id"])
    return {}


def _token(world: World, given: Json) -> Json:
    world.token_revoked = bool(given["revoked"])
    return {}


def _accepted(world: World, given: Json) -> Json:
    """Tell what was accepted, in order, after the first so many: to whom, and as which message."""
    after = islice(world.ledger, int(given.get("after", 0)), None)
    return {"accepted": [(each.chat_id, each.message_id) for each in after]}


def _count(world: World, _given: Json) -> Json:
    """Tell only how many messages were accepted: it costs nothing, however often it is asked."""
    return {"accepted": len(world.ledger)}


def _messages(world: World, given: Json) -> Json:
    person = world.people[int(given["chat_id"])]
    return {
        "messages": [
            {**world.as_json(person, message), "deleted": message.deleted, "edited": message.edited}
            for message in person.messages
        ]
    }


ACTIONS: Final[dict[tuple[str, str], Callable[[World, Json], Any]]] = {
    ("GET", "stats"): stats,
    ("GET", "count"): _count,
    ("GET", "accepted"): _accepted,
    ("GET", "messages"): _messages,
    ("POST", "faults"): _faults,
    ("POST", "limits"): _limits,
    ("POST", "people"): _people,
    ("POST", "say"): _say,
    ("POST", "tap"): _tap,
    ("POST", "block"): _block,
    ("POST", "unblock"): _unblock,
    ("POST", "token"): _token,
}


def _query(request: Request) -> Json:
    return {name: values[-1] for name, values in parse_qs(request.query.decode()).items()}


def _told(status: int, answer: Any) -> Response:
    return Response(status=status, body=orjson.dumps(answer))
