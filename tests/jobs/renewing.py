"""People whose consent is to be renewed, by a clock of the test."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.content import Consents, Wording
from bot.delivery.liveness import Heartbeat
from bot.domain.consent import Consent, RenewalRule
from bot.domain.preferences import CampaignHours, QuietHours
from bot.domain.subscriber import SubscriberState
from bot.jobs.renewals import ConsentRenewals, look_through
from bot.jobs.telling import Teller
from bot.services import subscriptions
from bot.store.store import Store
from tests import shipped
from tests.jobs.posting import FakeCourier
from tests.making import CHAT, NOW

CATALOGS = shipped.catalogs()
CAMPAIGN = CampaignHours(quiet=QuietHours(start=21 * 60, end=9 * 60), zone="UTC")
RULE = RenewalRule()
DAY = timedelta(days=1)


def words(version: str) -> Wording:
    """Return words of a version."""
    return Wording(version=version, locale="en", text=f"Words {version}.", sha256=version.rjust(64, "0"))


@dataclass(kw_only=True, slots=True)
class Renewing:
    """The people of a list, and what asks them."""

    store: Store
    courier: FakeCourier = field(default_factory=FakeCourier)
    now: datetime = NOW
    wordings: dict[str, Wording] = field(default_factory=lambda: {"en": words("1")})
    _living: Teller | None = None

    @property
    def version(self) -> str:
        """Of the words as they are now."""
        return self.consents.version

    @property
    def consents(self) -> Consents:
        """What people agree to."""
        return Consents(wordings=self.wordings, default="en", rule=RULE)

    def change_words(self, version: str) -> None:
        """Let the words be others from now on."""
        self.wordings["en"] = words(version)

    async def join(self, people: int, *, first: int = 0) -> None:
        """Let people say yes to the words as they are now."""
        async with self.store.transaction() as tx:
            for n in range(first, first + people):
                await subscriptions.join(tx, CHAT + n, wording=words(self.version), now=self.now)

    def process(self) -> Teller:
        """Start one more process."""
        return Teller(
            ConsentRenewals(consents=self.consents, catalogs=CATALOGS, campaign=CAMPAIGN),
            store=self.store,
            courier=self.courier,  # type: ignore[arg-type]  # the one method that it needs
            clock=lambda: self.now,
            heartbeat=Heartbeat(store=self.store, clock=lambda: self.now),
        )

    async def turn(self) -> None:
        """Let the process that lives do what is due."""
        self._living = self._living or self.process()
        await self._living.turn()

    def die(self) -> None:
        """Let the process that lives be one that was killed; another one does what is due from here on."""
        self._living = None

    async def look_through(self) -> None:
        """Look through the list, where that is due."""
        await look_through(self.store, lambda: self.now, self.consents, CAMPAIGN)

    async def day(self, days: int = 1) -> None:
        """Let so many days pass, and at the end of them everything happen that is due."""
        self.now += days * DAY
        await self.look_through()
        await self.turn()

    def asked(self) -> list[int]:
        """Return whom the bot asked since the last look, by the last digits of their chats."""
        posted, self.courier.posted = self.courier.posted, []
        return sorted(reply.parameters["chat_id"] - CHAT for reply in posted)

    async def says_yes(self, n: int) -> bool:
        """Let somebody tap the yes under the words as they are now."""
        async with self.store.transaction() as tx:
            return await subscriptions.renew(tx, CHAT + n, wording=words(self.version), now=self.now)

    async def states(self) -> Counter[SubscriberState]:
        """Return how many people stand where."""
        async with self.store.reading() as tx:
            return Counter(await tx.subscribers.count_states())

    async def records(self, n: int) -> list[Consent]:
        """Return somebody's consent records."""
        async with self.store.reading() as tx:
            person = await tx.subscribers.find(CHAT + n)
            assert person is not None
            return await tx.consents.of(person.id)
