"""The pages of letters: unguessable, without cookie, log or need of a script, in nine languages."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote

import httpx
import pytest
from structlog.testing import capture_logs

from bot.domain.alert import ActionKind, Alert
from bot.privacy.page_codes import PageCodes
from bot.services import actions
from bot.store.store import Store
from bot.web.app import web_app
from bot.web.letters import Letters, letter_path
from bot.web.readiness import Readiness
from bot.wording.letter_page import POLICY, SCRIPT, STYLE, letter_page
from tests import shipped
from tests.making import KEY, NOW, draft, words

CATALOGS = shipped.catalogs()
CODES = PageCodes(KEY)

LETTER = 'Dear council,\n\nplease end the <contract> & "think" of us.'


def email() -> Alert:
    """Return an alert that asks for a letter."""
    return replace(
        draft(),
        kind=ActionKind.EMAIL,
        link=None,
        details={"target": "The council", "address": "office@council.example"},
        translations={
            "en": replace(words(), fields={"subject": "The contract", "letter": LETTER}),
            "ar": replace(
                words("ar"), title="اكتبوا", fields={"subject": "العقد", "letter": "إلى المجلس\nشكرًا"}
            ),
        },
    )


class Read(HTMLParser):
    """What a browser finds in a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.attributes: dict[str, dict[str, str | None]] = {}
        self.texts: dict[str, str] = {}
        self.links: list[str] = []
        self._in = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element by its id, or else by its name."""
        given = dict(attrs)
        self._in = given.get("id") or tag
        self.attributes[self._in] = given
        if tag in ("a", "form"):
            self.links.append(given.get("href") or given.get("action") or "")

    def handle_data(self, data: str) -> None:
        """Note the text of an element."""
        self.texts[self._in] = self.texts.get(self._in, "") + data


async def ask(store: Store, path: str) -> httpx.Response:
    """Ask the application for a page."""

    async def find(alert_id: int) -> Alert | None:
        async with store.reading() as tx:
            return await actions.letter(tx, alert_id)

    app = web_app(
        readiness=Readiness(store, database=None, is_deaf=lambda: False, clock=lambda: NOW),
        webhook=None,
        letters=Letters(find, CATALOGS, CODES),
    )
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://bot.example") as client:
        return await client.get(path)


@pytest.mark.parametrize("locale", CATALOGS.locales)
async def test_in_every_language(store: Store, locale: str) -> None:
    """The page is in the reader's language and direction, with the letter of their language or the base's."""
    async with store.transaction() as tx:
        alert = await tx.alerts.add(email(), now=NOW)
    with capture_logs() as logged:
        answer = await ask(store, letter_path(CODES.code(alert.id), locale))
    assert answer.status_code == 200
    assert logged == []
    page = Read(answer.text)
    assert page.attributes["html"] == {
        "lang": locale.replace("_", "-"),
        "dir": "rtl" if locale in ("ar", "he") else "ltr",
    }
    shown = alert.translations["ar" if locale == "ar" else "en"]
    assert page.texts["body"].removeprefix("\n") == shown.fields["letter"]
    assert page.attributes["subject"]["value"] == shown.fields["subject"]
    assert page.attributes["to"]["value"] == "office@council.example"


async def test_nothing_is_known_of_who_looks(store: Store) -> None:
    """No cookie is set, nothing is kept or referred, and no server is reached from the page."""
    async with store.transaction() as tx:
        alert = await tx.alerts.add(email(), now=NOW)
    answer = await ask(store, letter_path(CODES.code(alert.id), "en"))
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["content-security-policy"] == POLICY
    assert "http" not in re.sub("<script>.*</script>", "", answer.text)
    assert all(link.startswith("mailto:office@council.example") for link in Read(answer.text).links)


@pytest.mark.parametrize("path", ["/letter/x/en", f"/letter/{'A' * 32}/en", "/letter/"])
async def test_what_leads_nowhere(store: Store, path: str) -> None:
    """A made-up address shows nothing; nor does one in a language that there is not."""
    async with store.transaction() as tx:
        alert = await tx.alerts.add(email(), now=NOW)
        other = await tx.alerts.add(draft(), now=NOW)
    assert (await ask(store, path)).status_code == 404
    assert (await ask(store, letter_path(CODES.code(alert.id), "xx"))).status_code == 404
    assert (await ask(store, letter_path(CODES.code(other.id), "en"))).status_code == 404
    assert (await ask(store, letter_path(CODES.code(999), "en"))).status_code == 404


def test_without_a_script() -> None:
    """A form hands subject and letter, as they were changed, to the mail program; a link does with them as they are."""
    page = letter_page(email(), CATALOGS.words("en"))
    read = Read(page)
    assert read.attributes["form"] == {"action": "mailto:office@council.example", "method": "get"}
    assert [read.attributes[name]["name"] for name in ("subject", "body")] == ["subject", "body"]
    link = next(each for each in read.links if "?" in each)
    assert parse_qs(link.partition("?")[2]) == {
        "subject": ["The contract"],
        "body": [LETTER.replace("\n", "\r\n")],
    }
    assert "+" not in unquote(link)
    assert all("hidden" in part for part in re.findall('<button type="button"[^>]*>', page))


def test_the_policy_allows_just_its_own() -> None:
    """What is in the page is what its policy names: the words of an alert cannot run."""
    evil = replace(email(), translations={"en": replace(words(), title="<script>alert(1)</script>")})
    page = letter_page(evil, CATALOGS.words("en"))
    assert re.findall("<script>(.*?)</script>", page) == [SCRIPT]
    assert re.findall("<style>(.*?)</style>", page) == [STYLE]
    assert "unsafe" not in POLICY
