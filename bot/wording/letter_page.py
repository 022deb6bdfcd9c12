"""The page with a letter: to be changed, and sent by one's own mail program. It works without a script."""

import base64
import hashlib
from html import escape
from urllib.parse import quote, urlencode

from bot.domain.action_fields import FieldName, field_of, value_for
from bot.domain.alert import Alert
from bot.i18n.localizer import Localizer

STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1.05rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:42rem;padding:1rem}"
    "label{display:block;font-weight:600;margin-top:1rem}"
    "input,textarea{box-sizing:border-box;font:inherit;padding:.5rem;width:100%}"
    "textarea{min-height:18rem}"
    ".row{display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0}"
    "button,a.button{background:#1a5fb4;border:0;border-radius:.4rem;color:#fff;cursor:pointer;font:inherit;"
    "padding:.7rem 1rem;text-decoration:none}"
    "button.copy{background:#4a4a4a}"
    ":focus-visible{outline:3px solid #e5a50a;outline-offset:2px}"
)

SCRIPT = (
    "for(const b of document.querySelectorAll('button.copy')){b.hidden=false;"
    "b.addEventListener('click',async()=>{const f=document.getElementById(b.dataset.of);"
    "try{await navigator.clipboard.writeText(f.value)}"
    "catch(e){f.focus();f.select();document.execCommand('copy')}"
    "document.getElementById('said').textContent=b.dataset.done})}"
)
"""Shows the buttons that copy, which do nothing without it; it sends nothing anywhere."""


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


POLICY = (
    f"default-src 'none'; style-src {_hash(STYLE)}; script-src {_hash(SCRIPT)}; form-action mailto:; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""What the page may do: its own style and script, and handing a form to a mail program; it reaches no server."""


def letter_page(alert: Alert, words: Localizer) -> str:
    """Return the page of an alert's letter for a reader of this locale."""
    address, subject = _value(alert, FieldName.ADDRESS, words), _value(alert, FieldName.SUBJECT, words)
    letter, target = _value(alert, FieldName.LETTER, words), _value(alert, FieldName.TARGET, words)
    title = alert.words(words.locale).title
    # Translators: on the page with a letter: above the field with its text.
    own = words.gettext(
        "Change the letter as you like: letters in your own words get read. You send it from your own account."
    )
    # Translators: on the page with a letter. It says what becomes of what is typed there.
    stays = words.gettext("What you type stays in your browser. This page does not know who you are.")
    # Translators: button on the page with a letter; opens the mail program with all of it.
    send = words.gettext("Open in my email app")
    # Translators: on the page with a letter, before the mail address of an institution.
    to = words.gettext("To")
    # Translators: on the page with a letter, before the subject.
    about = words.gettext("Subject")
    # Translators: on the page with a letter, before its text.
    text = words.gettext("Letter")
    # Translators: link on the page with a letter; opens the mail program with the letter as the campaign wrote it.
    unchanged = words.gettext("Send it as it is")
    direction = "rtl" if words.rtl else "ltr"
    return (
        f'<!doctype html><html lang="{words.locale.replace("_", "-")}" dir="{direction}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>"
        f'<h1 dir="auto">{escape(title)}</h1><p>{escape(own)}</p>'
        f'<form action="mailto:{escape(_mail(address))}" method="get">'
        f'<label for="to">{escape(to)}{_whom(target)}</label>'
        f'<input id="to" dir="ltr" readonly value="{escape(address)}">'
        f'<label for="subject">{escape(about)}</label>'
        f'<input id="subject" name="subject" dir="auto" value="{escape(subject)}">'
        f'<label for="body">{escape(text)}</label>'
        f'<textarea id="body" name="body" dir="auto">\n{escape(letter)}</textarea>'
        f'<div class="row"><button>{escape(send)}</button>'
        f'<a class="button" href="{escape(_mailto(address, subject, letter))}">{escape(unchanged)}</a></div>'
        f"</form>{_copies(words)}"
        f'<p id="said" role="status"></p><p>{escape(stays)}</p></main>'
        f"<script>{SCRIPT}</script></body></html>"
    )


def _copies(words: Localizer) -> str:
    # Translators: on the page with a letter, after a button that copies something was pressed.
    done = words.gettext("Copied.")
    labels = {
        # Translators: button; copies the mail address of an institution.
        "to": words.gettext("Copy the address"),
        # Translators: button; copies the subject of an email.
        "subject": words.gettext("Copy the subject"),
        # Translators: button; copies the text of a letter.
        "body": words.gettext("Copy the letter"),
    }
    buttons = "".join(
        f'<button type="button" class="copy" hidden data-of="{of}" data-done="{escape(done)}">'
        f"{escape(label)}</button>"
        for of, label in labels.items()
    )
    return f'<div class="row">{buttons}</div>'


def _whom(target: str) -> str:
    return f": <bdi>{escape(target)}</bdi>" if target else ""


def _mail(address: str) -> str:
    """Return an address as a mailto link has it (RFC 6068)."""
    return quote(address, safe="@")


def _mailto(address: str, subject: str, letter: str) -> str:
    """Return the link with the letter as it is; its lines end as mail's do (RFC 6068, 5)."""
    body = letter.replace("\n", "\r\n")
    return f"mailto:{_mail(address)}?" + urlencode({"subject": subject, "body": body}, quote_via=quote)


def _value(alert: Alert, name: FieldName, words: Localizer) -> str:
    field = field_of(alert.kind, name)
    return "" if field is None else value_for(alert, field, words.locale) or ""
