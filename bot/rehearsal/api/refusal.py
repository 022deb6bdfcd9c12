"""How the Bot API says no."""

from bot.errors import CampaignError


class Refusal(CampaignError):
    """The Bot API refuses a request: a code, a description and perhaps how long to wait, in seconds."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after


def bad_request(reason: str) -> Refusal:
    """Return a 400: the request, or what it speaks of, is wrong."""
    return Refusal(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> Refusal:
    """Return a 403: the person cannot be reached."""
    return Refusal(403, f"Forbidden: {reason}")


def conflict(reason: str) -> Refusal:
    """Return a 409: somebody else takes the updates."""
    return Refusal(409, f"Conflict: {reason}")


def unauthorized() -> Refusal:
    """Return a 401: the token is wrong or revoked."""
    return Refusal(401, "Unauthorized")


def too_many_requests(retry_after: int) -> Refusal:
    """Return a 429; `retry_after` in whole seconds."""
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
