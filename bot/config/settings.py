"""Every setting: what it is, what it is unless set, and what an operator is told about it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, SecretStr

from bot.config import checks
from bot.config.checks import FREE_RATE, TELEGRAM

ROOT = Path(__file__).resolve().parent.parent.parent
"""The project's folder, with `content/` and `locales/`."""


@dataclass(frozen=True, slots=True)
class Variable:
    """What an operator reads about one setting: in the `.env` that `init` writes, and when it is wrong."""

    means: str
    write: str
    secret: bool = False


def _locale(given: str) -> str:
    locale = given.replace("-", "_")
    there = sorted(file.parent.parent.name for file in ROOT.glob("locales/*/LC_MESSAGES/bot.po"))
    if there and locale not in there:
        raise ValueError(f"there is no such locale, only {', '.join(there)}")
    return locale


class Settings(BaseModel):
    """Every setting, checked. The attribute `bot_token` is the variable `BOT_TOKEN`, and so on."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    bot_token: Annotated[
        SecretStr | None,
        AfterValidator(checks.token),
        Variable("The bot's token.", "Copy it whole from BotFather: 123456789:AA….", secret=True),
    ] = None
    bot_api_url: Annotated[
        str,
        AfterValidator(checks.bot_api_url),
        Variable("The Bot API server.", f"Write an address like {TELEGRAM} or http://127.0.0.1:8081."),
    ] = TELEGRAM
    proxy_url: Annotated[
        SecretStr | None,
        AfterValidator(checks.proxy_url),
        Variable(
            "The proxy through which the Bot API is reached; else HTTPS_PROXY or ALL_PROXY.",
            "Write http://HOST:PORT or socks5://USER:PASSWORD@HOST:PORT.",
            secret=True,
        ),
    ] = None
    database_url: Annotated[
        str,
        AfterValidator(checks.database_url),
        Variable(
            "Where everything is kept.",
            "Write sqlite:///data/campaign.db or postgresql://user:password@host/name.",
            secret=True,
        ),
    ] = "sqlite:///data/campaign.db"
    campaign_key: Annotated[
        SecretStr | None,
        AfterValidator(checks.campaign_key),
        Variable(
            "The campaign key itself, for hosts that keep no files; otherwise use CAMPAIGN_KEY_FILE.",
            "Write the base64 of 64 random bytes, as in the key file that `init` makes.",
            secret=True,
        ),
    ] = None
    campaign_key_file: Annotated[
        Path | None,
        AfterValidator(checks.campaign_key_file),
        Variable(
            "The file with the campaign key. Keep a copy away from this machine and its backups.",
            "Write the path of the key file; campaign.key is looked for unless you do.",
        ),
    ] = None
    owner_ids: Annotated[
        tuple[int, ...],
        BeforeValidator(checks.owner_ids),
        Variable(
            "Telegram ids that own the bot without an invitation.",
            "Write numbers with commas between, for example 1234567,7654321.",
            secret=True,
        ),
    ] = ()
    public_url: Annotated[
        str | None,
        AfterValidator(checks.public_url),
        Variable(
            "The address at which Telegram reaches this server. Set: webhook. Unset: polling.",
            "Write an address like https://bot.example.org.",
        ),
    ] = None
    webhook_secret: Annotated[
        SecretStr | None,
        AfterValidator(checks.webhook_secret),
        Variable(
            "The secret Telegram repeats with each webhook call.",
            "Write 1 to 256 letters, digits, _ or -.",
            secret=True,
        ),
    ] = None
    port: Annotated[
        int,
        AfterValidator(checks.port),
        Variable("The port of the web server.", "Write a number from 1 to 65535, for example 8080."),
    ] = 8080
    paid_broadcast: Annotated[
        bool,
        Variable("Whether Telegram's paid broadcasts (over 30 per second) may be used.", "Write on or off."),
    ] = False
    send_rate: Annotated[
        float,
        AfterValidator(checks.send_rate),
        Variable(
            "The most messages sent per second.",
            "Write a number up to 30, or up to 1000 with PAID_BROADCAST=on.",
        ),
    ] = FREE_RATE
    backup_recipient: Annotated[
        str | None,
        AfterValidator(checks.backup_recipient),
        Variable(
            "The public key that backups are encrypted to, daily; the private half lies elsewhere.",
            "Write what `campaign-bot backup keygen FILE` prints: age1….",
            secret=True,  # it is none; but somebody may write the private one here
        ),
    ] = None
    default_locale: Annotated[
        str,
        AfterValidator(_locale),
        Variable("The language of those whose own is not there.", "Write the name of a folder in locales/."),
    ] = "en"
    pseudo_locale: Annotated[
        bool,
        AfterValidator(checks.pseudo_locale),
        Variable("Whether a rehearsal shows the interface's strings altered, for translators.", "Write off."),
    ] = False
    log_format: Annotated[
        Literal["auto", "console", "json"],
        Variable("How logs look; auto: console on a terminal, else json.", "Write auto, console or json."),
    ] = "auto"

    @property
    def key_file(self) -> Path | None:
        """The file that the campaign key is read from; None where it is in the environment."""
        return self.campaign_key_file if self.campaign_key is None else None

    @property
    def content_folder(self) -> Path:
        """The campaign's words."""
        return ROOT / "content"

    @property
    def locales_folder(self) -> Path:
        """The interface's catalogs."""
        return ROOT / "locales"

    @property
    def sqlite_file(self) -> Path | None:
        """The database file, or None on PostgreSQL."""
        if not self.database_url.startswith("sqlite:///"):
            return None
        return Path(self.database_url.removeprefix("sqlite:///"))

    @property
    def backup_folder(self) -> Path:
        """Where backups are kept: beside a SQLite database, else in the folder the command is called in."""
        beside = self.sqlite_file
        return Path("backups") if beside is None else beside.parent / "backups"

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        """Show no secret, not even by accident."""
        shown = super().__repr_args__()
        return [(name, value) for name, value in shown if name is None or not variable(name).secret]


def variable(field: str) -> Variable:
    """Return what operators read about a setting, by its attribute name."""
    return next(item for item in Settings.model_fields[field].metadata if isinstance(item, Variable))
