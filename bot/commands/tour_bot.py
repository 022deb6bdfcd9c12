"""The bot of a tour: `campaign-bot run` by the tour's own clock, which is put forward by hours.

No command, setting or variable leads here. The tour starts it as `python -m bot.commands.tour_bot FILE [--debug]`, and
it runs for nobody but the world of a rehearsal: any other token, and any Bot API but one of this machine, is refused.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

from bot.cli_options import PRIVATE
from bot.commands.run import run
from bot.config import Settings, load_settings, require_token
from bot.config.checks import is_loopback
from bot.errors import CampaignError
from bot.log import configure_log
from bot.rehearsal.shared_clock import SharedClock
from bot.rehearsal.stage import DEBUG
from bot.rehearsal.world.bot_side import REHEARSAL_TOKEN
from bot.roles import Role

OFTEN = timedelta(seconds=1)
"""No chore waits longer for its turn: a minute of the tour is over in no time."""


class NotRehearsing(CampaignError):
    """This runs in a rehearsal only. `campaign-bot run` starts the bot."""

    exit_code = 2


def require_rehearsal(settings: Settings) -> None:
    """Look whether nobody but a rehearsal's made-up people could be written to.

    Raises NotRehearsing.
    """
    if not is_loopback(settings.bot_api_url) or require_token(settings) != REHEARSAL_TOKEN:
        raise NotRehearsing


def main(arguments: list[str]) -> NoReturn:
    """Run until SIGTERM, by the clock whose file is named."""
    os.umask(PRIVATE)
    try:
        settings = load_settings()
        require_rehearsal(settings)
        configure_log(settings, debug=DEBUG in arguments)
        clock = SharedClock(Path(arguments[0]))
        code = run(settings, Role.ALL.value, until_idle=False, clock=clock.now, at_most=OFTEN)
    except CampaignError as error:
        sys.stderr.write(f"{error}\n")
        code = error.exit_code
    sys.exit(code)


if __name__ == "__main__":
    main(sys.argv[1:])
