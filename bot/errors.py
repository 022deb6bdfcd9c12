"""The errors people are meant to see. Each class's docstring says what happened and what to do."""


class CampaignError(Exception):
    """Something expected went wrong; the sentence says what and how to mend it.

    Raised with the operator's sentence in English. Handlers show supporters and organizers a
    translated sentence chosen by the class, never this text.
    """

    exit_code = 1

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or " ".join((type(self).__doc__ or "").split()))


class TooMuchAtOnce(CampaignError):
    """A chat sent more in a minute than is read. What is beyond that has no effect; /stop works always."""


class ConfigInvalid(CampaignError):
    """A setting is missing, unknown or invalid. One line each in `problems`."""

    exit_code = 2

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class ContentInvalid(CampaignError):
    """The campaign's content has gaps or mistakes. One line each in `problems`."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class WrongKey(CampaignError):
    """The campaign key is not the one this database was made with. Put the right key file in its place."""


class DatabaseNewer(CampaignError):
    """The database was made by a newer version of this program. Update the program, or restore a backup."""


class MigrationsPending(CampaignError):
    """The database is from an older version. Run `campaign-bot migrate` first."""


class DatabaseHalfFilled(CampaignError):
    """This database is being filled, or that was broken off. Run `campaign-bot restore` or `move` again to the end."""


class DatabaseMoved(CampaignError):
    """Everything was moved from this database to another. Set DATABASE_URL to that one; this one starts no more."""


class DatabaseUnreachable(CampaignError):
    """The database cannot be reached. Check DATABASE_URL and that the server is running."""


class DiskFull(DatabaseUnreachable):
    """The disk is full. Make room on it, then do the same again: nothing is lost, and nothing half done counts."""


class TokenRefused(CampaignError):
    """Telegram refused the token (401). Get the current one from BotFather and set BOT_TOKEN."""


class LoggedOut(CampaignError):
    """This Bot API has logged the bot out. Set BOT_API_URL to the server it was moved to, or wait for ten minutes."""


class BotApiUnreachable(CampaignError):
    """The Bot API cannot be reached. Check this machine's connection, and BOT_API_URL and PROXY_URL if they are set."""
