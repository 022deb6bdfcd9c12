"""The settings: read from the environment and `.env`, checked before anything starts."""

import base64
import binascii
import difflib
import ipaddress
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, ValidationInfo, field_validator

from bot.errors import ConfigInvalid

ROOT = Path(__file__).resolve().parent.parent
TELEGRAM = "https://api.telegram.org"
DEFAULT_KEY_FILE = Path("campaign.key")
KEY_BYTES = 64
FREE_RATE, PAID_RATE = 30.0, 1000.0  # core.telegram.org/bots/faq#broadcasting-to-users
WEBHOOK_PORTS = (443, 80, 88, 8443)  # core.telegram.org/bots/api#setwebhook


@dataclass(frozen=True, slots=True)
class Variable:
    """What an operator reads about one setting: in the `.env` that `init` writes, and when it is wrong."""

    means: str
    write: str
    secret: bool = False


class Settings(BaseModel):
    """Every setting, checked. The attribute `bot_token` is the variable `BOT_TOKEN`, and so on."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    bot_token: Annotated[
        SecretStr | None,
        Variable("The bot's token.", "Copy it whole from BotFather: 123456789:AA….", secret=True),
    ] = None
    bot_api_url: Annotated[
        str, Variable("The Bot API server.", f"Write an address like {TELEGRAM} or http://127.0.0.1:8081.")
    ] = TELEGRAM
    database_url: Annotated[
        str,
        Variable(
            "Where everything is kept.",
            "Write sqlite:///data/campaign.db or postgresql://user:password@host/name.",
            secret=True,
        ),
    ] = "sqlite:///data/campaign.db"
    campaign_key: Annotated[
        SecretStr | None,
        Variable(
            "The campaign key itself, for hosts without files; otherwise use CAMPAIGN_KEY_FILE.",
            "Write the base64 of 64 random bytes (the content of the key file that `init` makes).",
            secret=True,
        ),
    ] = None
    campaign_key_file: Annotated[
        Path | None,
        Variable(
            "The file with the campaign key (campaign.key unless set). Keep a copy away from this machine and its backups.",
            "Write the path of the key file, for example campaign.key.",
        ),
    ] = None
    owner_ids: Annotated[
        tuple[int, ...],
        Variable(
            "Telegram ids that own the bot without an invitation.",
            "Write numbers with commas between, for example 1234567,7654321.",
            secret=True,
        ),
    ] = ()
    public_url: Annotated[
        str | None,
        Variable(
            "The address at which Telegram reaches this server. Set: webhook. Unset: polling.",
            "Write an address like https://bot.example.org.",
        ),
    ] = None
    webhook_secret: Annotated[
        SecretStr | None,
        Variable(
            "The secret Telegram repeats with each webhook call.",
            "Write 1 to 256 letters, digits, _ or -.",
            secret=True,
        ),
    ] = None
    port: Annotated[
        int, Variable("The port of the web server.", "Write a number from 1 to 65535, for example 8080.")
    ] = 8080
    paid_broadcast: Annotated[
        bool,
        Variable("Whether Telegram's paid broadcasts (over 30 per second) may be used.", "Write on or off."),
    ] = False
    send_rate: Annotated[
        float,
        Variable(
            "The most messages sent per second.",
            "Write a number up to 30, or up to 1000 with PAID_BROADCAST=on.",
        ),
    ] = FREE_RATE
    default_locale: Annotated[
        str,
        Variable("The language of those whose own is not there.", "Write the name of a folder in locales/."),
    ] = "en"
    log_format: Annotated[
        Literal["auto", "console", "json"],
        Variable("How logs look; auto: console on a terminal, else json.", "Write auto, console or json."),
    ] = "auto"

    @property
    def on_loopback(self) -> bool:
        """Whether the Bot API server is on this machine: a rehearsal or a trial, not Telegram."""
        return _is_loopback(urlsplit(self.bot_api_url).hostname)

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

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        """Show no secret, not even by accident."""
        return [
            (name, value)
            for name, value in super().__repr_args__()
            if name is None or not variable(name).secret
        ]

    @field_validator("bot_token")
    @classmethod
    def _token_is_whole(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token.get_secret_value()):
            raise ValueError("it does not look like a token")
        return token

    @field_validator("bot_api_url")
    @classmethod
    def _api_is_address(cls, url: str) -> str:
        parts = _address(url)
        if parts.scheme == "http" and parts.hostname == urlsplit(TELEGRAM).hostname:
            raise ValueError("the token would travel unencrypted")
        return url.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database_is_known(cls, url: str) -> str:
        if url.startswith("postgres://"):
            url = "postgresql://" + url.removeprefix("postgres://")
        scheme, _, rest = url.partition("://")
        if scheme not in {"sqlite", "postgresql"}:
            raise ValueError("it is neither SQLite nor PostgreSQL")
        if scheme == "sqlite" and (not rest.startswith("/") or rest in {"/", "/:memory:"}):
            raise ValueError("it names no file")
        if scheme == "postgresql" and not urlsplit(url).path.strip("/"):
            raise ValueError("it names no database")
        return url

    @field_validator("campaign_key")
    @classmethod
    def _key_is_whole(cls, key: SecretStr | None) -> SecretStr | None:
        if key is None:
            return None
        try:
            length = len(base64.b64decode(key.get_secret_value().strip(), validate=True))
        except (binascii.Error, ValueError):
            raise ValueError("it is not base64") from None
        if length != KEY_BYTES:
            raise ValueError(f"it holds {length} bytes instead of {KEY_BYTES}")
        return key

    @field_validator("campaign_key_file")
    @classmethod
    def _one_key(cls, file: Path | None, others: ValidationInfo) -> Path | None:
        if file is not None and others.data.get("campaign_key") is not None:
            raise ValueError("CAMPAIGN_KEY is set as well; keep one of the two")
        return file

    @field_validator("owner_ids", mode="before")
    @classmethod
    def _ids_are_listed(cls, ids: object) -> object:
        if not isinstance(ids, str):
            return ids
        listed = [part.strip() for part in ids.split(",") if part.strip()]
        if not all(re.fullmatch(r"[1-9][0-9]{0,15}", part) for part in listed):
            raise ValueError("it is not a list of Telegram ids")
        return tuple(int(part) for part in listed)

    @field_validator("public_url")
    @classmethod
    def _telegram_can_reach(cls, url: str | None, others: ValidationInfo) -> str | None:
        if url is None:
            return None
        parts = _address(url)
        if others.data.get("bot_api_url") == TELEGRAM:
            if parts.scheme != "https":
                raise ValueError("Telegram calls https addresses only")
            if (parts.port or 443) not in WEBHOOK_PORTS:
                raise ValueError("Telegram calls the ports 443, 80, 88 and 8443 only")
        return url.rstrip("/")

    @field_validator("webhook_secret")
    @classmethod
    def _secret_is_allowed(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.get_secret_value()):
            raise ValueError("Telegram does not take it")
        return secret

    @field_validator("port")
    @classmethod
    def _port_exists(cls, port: int) -> int:
        if not 1 <= port <= 65535:  # noqa: PLR2004  (TCP's own range, as the sentence says)
            raise ValueError("there is no such port")
        return port

    @field_validator("send_rate")
    @classmethod
    def _rate_is_allowed(cls, rate: float, others: ValidationInfo) -> float:
        if not math.isfinite(rate) or rate <= 0:
            raise ValueError("it must be more than 0")
        most = PAID_RATE if others.data.get("paid_broadcast") else FREE_RATE
        url = others.data.get("bot_api_url", "")
        if rate > most and not _is_loopback(urlsplit(url).hostname):
            raise ValueError(f"Telegram allows {most:g} per second")
        return rate

    @field_validator("default_locale")
    @classmethod
    def _locale_exists(cls, locale: str) -> str:
        locale = locale.replace("-", "_")
        there = sorted(file.parent.parent.name for file in ROOT.glob("locales/*/LC_MESSAGES/bot.po"))
        if there and locale not in there:
            raise ValueError(f"there is no such locale, only {', '.join(there)}")
        return locale


def variable(field: str) -> Variable:
    """Return what operators read about a setting, by its attribute name."""
    return next(item for item in Settings.model_fields[field].metadata if isinstance(item, Variable))


def load_settings(
    env_file: Path = Path(".env"),
    environ: Mapping[str, str] | None = None,
    *,
    overrides: Mapping[str, str] | None = None,
) -> Settings:
    """Read the settings; the environment wins over the file, `overrides` over both. Empty means unset.

    Raises ConfigInvalid with one line per mistake; no line repeats a secret.
    """
    given, problems = _read_env_file(env_file)
    environ = os.environ if environ is None else environ
    given |= {name: environ[name.upper()] for name in Settings.model_fields if name.upper() in environ}
    given |= overrides or {}
    given = {name: value.strip() for name, value in given.items() if value.strip()}
    if "campaign_key" not in given:
        given.setdefault("campaign_key_file", str(DEFAULT_KEY_FILE))
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        problems += [
            _problem(str(item["loc"][0]), item.get("ctx", {}).get("error"), given)
            for item in error.errors(include_url=False)
        ]
    if problems:
        raise ConfigInvalid(problems)
    return settings


def require_token(settings: Settings) -> str:
    """Return the token in clear, or raise ConfigInvalid where there is none."""
    if settings.bot_token is None:
        raise ConfigInvalid([f"BOT_TOKEN is not set. {variable('bot_token').write}"])
    return settings.bot_token.get_secret_value()


def _read_env_file(file: Path) -> tuple[dict[str, str], list[str]]:
    try:
        with file.open(encoding="utf-8-sig") as stream:
            lines = list(parse_stream(stream))
    except FileNotFoundError:
        return {}, []
    except (OSError, UnicodeDecodeError) as error:
        return {}, [f"{file} cannot be read ({type(error).__name__}). Make it a readable text file."]
    given: dict[str, str] = {}
    problems: list[str] = []
    for line in lines:
        if line.error or (line.key is not None and line.value is None):
            number = line.original.line
            problems.append(f"{file} line {number} is not a setting. Write NAME=value, or # before a remark.")
        elif line.key is not None and line.value is not None:
            if line.key.lower() in Settings.model_fields and line.key.isupper():
                given[line.key.lower()] = line.value
            else:
                problems.append(_unknown(line.key, file))
    return given, problems


def _unknown(name: str, file: Path) -> str:
    known = [field.upper() for field in Settings.model_fields]
    near = difflib.get_close_matches(name.upper(), known, n=1)
    mend = f"Did you mean {near[0]}?" if near else "Take it out."
    return f"{name} in {file} is not a setting of this program. {mend}"


def _problem(field: str, error: object, given: Mapping[str, str]) -> str:
    says = variable(field)
    shown = "" if says.secret else f' "{given.get(field, "")[:80]}"'
    wrong = f"{error}." if error else "that cannot be read."
    return f"{field.upper()}{shown}: {wrong} {says.write}"


def _address(url: str) -> Any:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or re.search(r"\s", url):
        raise ValueError("it is not a web address")
    return parts


def _is_loopback(host: str | None) -> bool:
    if host is None:
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
