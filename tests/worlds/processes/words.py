"""What the bot says, read once: a process forked from one that has loaded this begins with it.

Nothing else imports this module: reading takes a second.
"""

import pytest

from bot.config import ROOT
from bot.content import Content
from bot.faq import matcher, model
from bot.i18n.catalogs import Catalogs

CATALOGS = Catalogs.load(ROOT / "locales", default="en")
CONTENT = Content.load(ROOT / "content")
MODEL = model.load_model(ROOT / "content", CONTENT)


def begin_with_them() -> None:
    """Let this process take them as they were read."""
    patch = pytest.MonkeyPatch()
    patch.setattr(Catalogs, "load", lambda *_given, **_about: CATALOGS)
    patch.setattr(Content, "load", lambda *_given, **_about: CONTENT)
    patch.setattr(matcher, "load_model", lambda *_given, **_about: MODEL)
