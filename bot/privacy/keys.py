"""The keys that this process has, while it runs: which of them is current, the database says."""

from pathlib import Path

import structlog

from bot.errors import WrongKey
from bot.privacy.cipher import Cipher
from bot.privacy.key_file import Stamp, stamp_of
from bot.privacy.keyring import CampaignKey, KeyInvalid, KeyMissing, read_key

log = structlog.get_logger(__name__)


class Keys:
    """The keys of the setting or of the file, which is read again when it changes.

    The order in the file says nothing: everybody writes under the key that is named in the database, and knows at most
    one more.
    """

    def __init__(self, key: CampaignKey, *, file: Path | None = None) -> None:
        self._file = file
        # Not of now: the file may have been replaced since the key was read from it.
        self._stamp: Stamp | None = None
        self._known = {each.id: CampaignKey(each.secret) for each in key.ring}
        self._ciphers: dict[bytes, Cipher] = {}
        self._current_id = key.id

    @property
    def ring(self) -> CampaignKey:
        """The keys, the current one first, as the database last said."""
        return self._ring_of(self._current_id)

    @property
    def cipher(self) -> Cipher:
        """What writes under the current key."""
        return self.cipher_of(self._current_id)

    def cipher_of(self, key_id: bytes, *, is_current: bool = True) -> Cipher:
        """Return what writes under this key, which is current from now on; or was, as somebody who only reads sees it.

        Raises WrongKey where it is not among those of the file.
        """
        if key_id not in self._known:
            self.reread(needed=key_id)
        if key_id not in self._known:
            raise WrongKey
        if is_current:
            self._current_id = key_id
        if key_id not in self._ciphers:
            self._ciphers[key_id] = Cipher(self._ring_of(key_id))
        return self._ciphers[key_id]

    def reread(self, *, needed: bytes | None = None) -> bool:
        """Read the file again if it was replaced. Returns whether other keys are known now.

        A file that cannot be read for the moment changes nothing. `needed`: the key that must not be forgotten, by
        default the one in use.
        """
        stamp = None if self._file is None else stamp_of(self._file)
        if self._file is None or stamp is None or stamp == self._stamp:
            return False
        try:
            found = {each.id: CampaignKey(each.secret) for each in read_key(text=None, file=self._file).ring}
        except (KeyMissing, KeyInvalid, OSError) as error:
            log.warning("key_file_unreadable", error=type(error).__name__)
            return False
        needed = self._current_id if needed is None else needed
        if needed not in found:
            if needed not in self._known:
                return False
            newest = next(iter(found))
            found = {needed: self._known[needed], newest: found[newest]}
        self._stamp = stamp
        if found.keys() == self._known.keys():
            return False
        self._known, self._ciphers = found, {}
        if self._current_id not in found:
            self._current_id = needed
        log.info("keys_read", known=len(found))
        return True

    def _ring_of(self, key_id: bytes) -> CampaignKey:
        others = tuple(key for other_id, key in self._known.items() if other_id != key_id)
        return CampaignKey(self._known[key_id].secret, previous=others)
