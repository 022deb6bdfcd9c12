"""Reading the settings from the environment and `.env`, and saying what is wrong with them."""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from pydantic import ValidationError

from bot.config.checks import TELEGRAM, is_loopback
from bot.config.settings import Settings, variable
from bot.errors import ConfigInvalid

DEFAULT_KEY_FILE = "campaign.key"


def load_settings(
    env_file: Path = Path(".env"),
    environ: Mapping[str, str] | None = None,
    *,
    overrides: Mapping[str, str] | None = None,
) -> Settings:
    """Read the settings; the environment wins over the file, `overrides` (by attribute) over both.

    Empty means unset; quotes around a value are none of it.
    Raises ConfigInvalid with one line per mistake; no line repeats a secret.
    """
    given, problems = _read_env_file(env_file)
    environ = os.environ if environ is None else environ
    given |= {name: environ[name.upper()] for name in Settings.model_fields if name.upper() in environ}
    given |= overrides or {}
    given = {name: bare for name, value in given.items() if (bare := _bare(value))}
    if "proxy_url" not in given and (proxy := _usual_proxy(environ, given.get("bot_api_url", TELEGRAM))):
        given["proxy_url"] = proxy
    if "campaign_key" not in given:
        given.setdefault("campaign_key_file", DEFAULT_KEY_FILE)
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_url=False)
        problems += [_problem(str(item["loc"][0]), item.get("ctx", {}).get("error"), given) for item in found]
    if problems:
        raise ConfigInvalid(problems)
    return settings


def _bare(value: str) -> str:
    """Return a value without the quotes around it: a shell takes them away, `docker run --env-file` does not."""
    value = value.strip()
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1].strip() if is_quoted else value


def require_token(settings: Settings) -> str:
    """Return the token in clear.

    Raises ConfigInvalid where there is none.
    """
    if settings.bot_token is None:
        raise ConfigInvalid([f"BOT_TOKEN is not set. {variable('bot_token').write}"])
    return settings.bot_token.get_secret_value()


def _usual_proxy(environ: Mapping[str, str], bot_api_url: str) -> str | None:
    """Return the proxy that programs on this machine use. A Bot API server beside us is reached without."""
    named = ((name.lower().rpartition("_"), value.strip()) for name, value in environ.items())
    usual = {scheme: value for (scheme, _, what), value in named if what == "proxy" and value}
    try:
        host = urlsplit(bot_api_url).hostname or ""
        exempt = [name.strip().lstrip("*.") for name in usual.get("no", "").split(",")]
        without = is_loopback(bot_api_url) or any(f".{host}".endswith(f".{name}") for name in exempt if name)
        without = without or usual.get("no", "").strip() == "*"
    except ValueError:  # no address; the setting's own check says so
        return None
    if without:
        return None
    return usual.get("https") or usual.get("all")


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
            field = line.key.lower()
            if line.key.isupper() and field in Settings.model_fields:
                given[field] = line.value
            else:
                problems.append(_unknown(line.key, file))
    return given, problems


def _unknown(name: str, file: Path) -> str:
    known = [field.upper() for field in Settings.model_fields]
    near = difflib.get_close_matches(name.upper(), known, n=1)
    mend = f"Did you mean {near[0]}?" if near else "Take it out."
    return f"{name} in {file} is not a setting of this program. {mend}"


def _problem(field: str, wrong: object, given: Mapping[str, str]) -> str:
    says = variable(field)
    shown = "" if says.secret else f' "{given.get(field, "")[:80]}"'
    return f"{field.upper()}{shown}: {wrong or 'that cannot be read'}. {says.write}"
