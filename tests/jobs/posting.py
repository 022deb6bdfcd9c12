"""A courier that keeps what it is given, for what tells people something by itself."""

from dataclasses import dataclass, field

from bot.inbox.courier import Posted
from bot.telegram_io.replies import Reply


class Killed(BaseException):
    """The process is killed."""


@dataclass(kw_only=True, slots=True)
class FakeCourier:
    """Keeps what was posted, as far as it reaches somebody. `killed_at`: the process is, instead of posting so many."""

    posted: list[Reply] = field(default_factory=list)
    reaches: bool = True
    fate: Posted = Posted.SETTLED
    killed_at: int | None = None

    async def post_once(self, reply: Reply, *, rank: int) -> Posted:
        """Post a message."""
        assert rank
        if self.killed_at == len(self.posted):
            raise Killed
        if self.reaches:
            self.posted.append(reply)
        return self.fate if self.reaches else Posted.AGAIN
