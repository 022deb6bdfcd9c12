"""Codes of pages: read back, also after a change of the key, and never guessed."""

from hypothesis import given
from hypothesis import strategies as st

from bot.privacy.keyring import CampaignKey
from bot.privacy.page_codes import CODE_LENGTH, PageCodes
from tests.making import KEY

CODES = PageCodes(KEY)
NEW_KEY = CampaignKey(b"new" + bytes(61), previous=(KEY,))


@given(st.integers(1, 2**62))
def test_read_back(alert_id: int) -> None:
    """A code has one length whatever it stands for, goes into an address as it is, and is read back."""
    code = CODES.code(alert_id)
    assert len(code) == CODE_LENGTH
    assert code.replace("-", "").replace("_", "").isalnum()
    assert CODES.alert_id(code) == alert_id


def test_after_a_change_of_the_key() -> None:
    """What was made under the key of before still leads there; another campaign's does not."""
    assert PageCodes(NEW_KEY).alert_id(CODES.code(7)) == 7
    assert PageCodes(CampaignKey(bytes(64))).alert_id(CODES.code(7)) is None


@given(st.text(max_size=40) | st.text("abcdefgh0123-_", min_size=CODE_LENGTH, max_size=CODE_LENGTH))
def test_what_is_no_code(text: str) -> None:
    """What was made up leads nowhere."""
    assert CODES.alert_id(text) is None
