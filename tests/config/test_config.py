"""The settings: what is taken, what is refused, and in which words."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Settings, load_settings, require_token, variable
from bot.config.checks import is_loopback
from bot.errors import ConfigInvalid
from tests.making import KEY_TEXT as KEY

TOKEN = "123456789:AAabcdefghijklmnopqrstuvwxyz_-12345"
NOWHERE = Path("/nonexistent/.env")


def read(**environ: str) -> Settings:
    return load_settings(NOWHERE, environ)


def refusals(environ: dict[str, str], env_file: Path = NOWHERE) -> list[str]:
    with pytest.raises(ConfigInvalid) as refused:
        load_settings(env_file, environ)
    return refused.value.problems


def refusal(**environ: str) -> str:
    try:
        read(**environ)
    except ConfigInvalid as refused:
        return str(refused)
    return ""


def test_defaults() -> None:
    """Nothing set is a bot on SQLite that polls Telegram."""
    settings = read()
    assert settings.bot_api_url == "https://api.telegram.org"
    assert settings.database_url == "sqlite:///data/campaign.db"
    assert settings.sqlite_file == Path("data/campaign.db")
    assert settings.campaign_key_file == Path("campaign.key")
    assert settings.public_url is None
    assert settings.send_rate == 30
    assert (settings.port, settings.default_locale, settings.log_format) == (8080, "en", "auto")


def test_everything_set() -> None:
    """Each variable reaches its attribute."""
    settings = read(
        BOT_TOKEN=TOKEN,
        BOT_API_URL="http://127.0.0.1:8081/",
        DATABASE_URL="postgres://a:b@host/campaign",
        CAMPAIGN_KEY=KEY,
        OWNER_IDS="7, 8,",
        PUBLIC_URL="https://bot.example.org/",
        WEBHOOK_SECRET="s3cret",
        PORT=" 80 ",
        SEND_RATE="5000",
        PAID_BROADCAST="on",
        DEFAULT_LOCALE="en",
        LOG_FORMAT="json",
    )
    assert require_token(settings) == TOKEN
    assert settings.bot_api_url == "http://127.0.0.1:8081"
    assert settings.database_url == "postgresql://a:b@host/campaign"
    assert settings.sqlite_file is None
    assert settings.campaign_key_file is None
    assert settings.owner_ids == (7, 8)
    assert settings.public_url == "https://bot.example.org"
    assert (settings.port, settings.send_rate, settings.paid_broadcast) == (80, 5000, True)


def test_environment_wins(tmp_path: Path) -> None:
    """The environment wins over `.env`, what the command line gave over both."""
    file = tmp_path / ".env"
    file.write_text("# a remark\nPORT=1\nexport SEND_RATE='2'\nLOG_FORMAT=json\n", encoding="utf-8")
    settings = load_settings(file, {"PORT": "3"}, overrides={"log_format": "console"})
    assert (settings.port, settings.send_rate, settings.log_format) == (3, 2, "console")


def test_absolute_sqlite_path() -> None:
    """Four slashes begin an absolute path."""
    assert read(DATABASE_URL="sqlite:////var/lib/x.db").sqlite_file == Path("/var/lib/x.db")


@pytest.mark.parametrize(
    ("environ", "line"),
    [
        ({"BOT_TOKEN": "hello"}, "BOT_TOKEN: it does not look like a token. Copy it whole"),
        ({"BOT_API_URL": "ftp://x"}, 'BOT_API_URL "ftp://x": it is not a web address. Write'),
        ({"BOT_API_URL": "http://api.telegram.org"}, "would travel unencrypted"),
        ({"DATABASE_URL": "mysql://x:pw@y/z"}, "DATABASE_URL: it is neither SQLite nor PostgreSQL. Write"),
        ({"DATABASE_URL": "sqlite://x"}, "DATABASE_URL: it names no file."),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL: it names no file."),
        ({"DATABASE_URL": "postgresql://x:pw@y"}, "DATABASE_URL: it names no database."),
        ({"CAMPAIGN_KEY": "%%%"}, "CAMPAIGN_KEY: it is not base64. Write"),
        ({"CAMPAIGN_KEY": "AAAA"}, "CAMPAIGN_KEY: it holds 3 bytes instead of 64."),
        (
            {"CAMPAIGN_KEY": KEY, "CAMPAIGN_KEY_FILE": "x"},
            'CAMPAIGN_KEY_FILE "x": CAMPAIGN_KEY is set as well',
        ),
        ({"OWNER_IDS": "@ann"}, "OWNER_IDS: it is not a list of Telegram ids. Write numbers"),
        ({"PUBLIC_URL": "http://x.org"}, 'PUBLIC_URL "http://x.org": Telegram calls https addresses only.'),
        ({"PUBLIC_URL": "https://x.org:8080"}, "443, 80, 88 and 8443 only"),
        ({"WEBHOOK_SECRET": "pass word"}, "WEBHOOK_SECRET: Telegram does not take it. Write 1 to 256"),
        ({"PORT": "0"}, 'PORT "0": there is no such port. Write a number'),
        ({"PORT": "http"}, 'PORT "http": that cannot be read. Write a number'),
        ({"SEND_RATE": "31"}, 'SEND_RATE "31": Telegram allows 30 per second.'),
        ({"SEND_RATE": "1001", "PAID_BROADCAST": "on"}, "Telegram allows 1000 per second"),
        ({"SEND_RATE": "0"}, "it must be more than 0"),
        ({"SEND_RATE": "inf", "BOT_API_URL": "http://127.0.0.1:1"}, "it must be more than 0"),
        ({"PAID_BROADCAST": "perhaps"}, 'PAID_BROADCAST "perhaps": that cannot be read. Write on or off.'),
        ({"DEFAULT_LOCALE": "xx"}, 'DEFAULT_LOCALE "xx": there is no such locale'),
        ({"PSEUDO_LOCALE": "on"}, "it is for a Bot API server on this machine only. Write off."),
        ({"LOG_FORMAT": "xml"}, 'LOG_FORMAT "xml": that cannot be read. Write auto, console or json.'),
    ],
)
def test_refused(environ: dict[str, str], line: str) -> None:
    """A wrong value is one line: the variable, what is wrong, what to write."""
    problems = refusals(environ)
    assert len(problems) == 1
    assert line in problems[0]
    assert problems[0].startswith(tuple(environ))
    assert "\n" not in problems[0]


def test_all_mistakes_at_once() -> None:
    """Every mistake is named in one go."""
    assert len(refusals({"PORT": "x", "LOG_FORMAT": "y", "BOT_TOKEN": "z"})) == 3


def test_unknown_names_in_env_file(tmp_path: Path) -> None:
    """A name that is no setting is told, with the nearest that is; the environment's others are none of ours."""
    file = tmp_path / ".env"
    file.write_text("BOT_TOKN=x\nFAVOURITE_COLOUR=red\nhello there\nport=1\n", encoding="utf-8")
    assert refusals({"FAVOURITE_COLOUR": "red"}, file) == [
        f"BOT_TOKN in {file} is not a setting of this program. Did you mean BOT_TOKEN?",
        f"FAVOURITE_COLOUR in {file} is not a setting of this program. Take it out.",
        f"{file} line 3 is not a setting. Write NAME=value, or # before a remark.",
        f"port in {file} is not a setting of this program. Did you mean PORT?",
    ]


def test_unreadable_env_file(tmp_path: Path) -> None:
    """A `.env` that is no text is one line too."""
    file = tmp_path / ".env"
    file.write_bytes(b"\xff\xfe\x00")
    assert "cannot be read" in refusals({}, file)[0]


def test_empty_is_unset() -> None:
    """An empty value is as good as none."""
    assert read(BOT_TOKEN="", PORT=" ", PUBLIC_URL="").bot_token is None


def test_token_is_asked_for() -> None:
    """Where a token is needed and missing, the line says where to get it."""
    with pytest.raises(ConfigInvalid, match=r"BOT_TOKEN is not set\. Copy it whole from BotFather"):
        require_token(read())


SECRETS = [name.upper() for name in Settings.model_fields if variable(name).secret]


@given(around=st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_no_refusal_repeats_a_secret(around: str) -> None:
    """Whatever is written where a secret belongs, the refusal does not repeat it."""
    for name in SECRETS:
        for start in ("", "postgresql://u:", "123:"):
            assert "open-sesame" not in refusal(**{name: f"{start}{around}open-sesame{around}"})


def test_settings_show_no_secret() -> None:
    """Printed settings hold no secret."""
    shown = repr(
        read(BOT_TOKEN=TOKEN, CAMPAIGN_KEY=KEY, DATABASE_URL="postgresql://a:pw99@h/n", OWNER_IDS="424242")
    )
    for secret in (TOKEN, KEY, "pw99", "424242"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://localhost:1", True),
        ("http://127.0.0.9", True),
        ("http://[::1]:2", True),
        ("https://127.0.0.1.example.org", False),
        ("https://api.telegram.org", False),
    ],
)
def test_loopback(url: str, loopback: bool) -> None:
    """Only this machine is on loopback."""
    assert is_loopback(url) is loopback


@pytest.mark.parametrize(
    ("environ", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://p:3128"}, "http://p:3128"),
        ({"https_proxy": "http://p:3128/"}, "http://p:3128"),
        ({"ALL_PROXY": "socks5h://u:pw99@p:1080"}, "socks5://u:pw99@p:1080"),
        ({"HTTPS_PROXY": "http://p:1", "ALL_PROXY": "socks5://p:2"}, "http://p:1"),
        ({"HTTP_PROXY": "http://p:1"}, None),
        ({"HTTPS": "http://p:1", "HTTPS_PROXY": " "}, None),
        ({"HTTPS_PROXY": "http://p:1", "PROXY_URL": "socks5://q:2"}, "socks5://q:2"),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "example.org, .telegram.org"}, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "gram.org"}, "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1", "no_proxy": "*"}, None),
        ({"HTTPS_PROXY": "http://p:1", "BOT_API_URL": "http://127.0.0.1:8081"}, None),
        ({"PROXY_URL": "http://p:1", "BOT_API_URL": "http://127.0.0.1:8081"}, "http://p:1"),
    ],
)
def test_proxy(environ: dict[str, str], proxy: str | None) -> None:
    """PROXY_URL, else what the machine's programs use; a Bot API server beside us is reached without theirs."""
    found = load_settings(Path("/nonexistent"), environ).proxy_url
    assert (found.get_secret_value() if found else None) == proxy


@pytest.mark.parametrize(
    "given",
    ["p:3128", "https://p:1", "socks5://p", "http://:1", "http://u:pw99@p:x", "ftp://p:1", "http://p :1"],
)
def test_no_proxy_address(given: str) -> None:
    """What is no proxy's address is refused, without its password, wherever it comes from."""
    for name in ("PROXY_URL", "ALL_PROXY"):
        with pytest.raises(ConfigInvalid, match="PROXY_URL: it is not the address of a proxy") as raised:
            load_settings(Path("/nonexistent"), {name: given})
        assert "pw99" not in str(raised.value)


@pytest.mark.parametrize("quote", ["'", '"'])
def test_quoted(quote: str) -> None:
    """Quotes around a value, which `docker run --env-file` keeps, are none of it; those within are."""
    given = {"PORT": f"{quote}8081{quote}", "DATABASE_URL": f'{quote}sqlite:///it\'s "here".db{quote}'}
    found = load_settings(Path("/nonexistent"), given)
    assert (found.port, found.database_url) == (8081, 'sqlite:///it\'s "here".db')
    assert (
        load_settings(Path("/nonexistent"), {"OWNER_IDS": quote * 2}).owner_ids == load_settings().owner_ids
    )
