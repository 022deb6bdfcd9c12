"""What the owners are told when something is wrong for the whole campaign, and when it is over."""

from bot.domain.health import Episode, Trouble
from bot.domain.rich_text import bold, joined
from bot.i18n.localizer import Localizer
from bot.wording.screen import Screen, screen
from bot.wording.times import at_in_zone

DOCTOR = "campaign-bot doctor"


def trouble_screen(localizer: Localizer, episode: Episode, *, zone: str) -> Screen:
    """Tell what is wrong, since when, what it means for people, and what mends it."""
    # Translators: below the headline of what is wrong with the bot; {moment} is a date and time.
    since = localizer.gettext("Since {moment}.", moment=at_in_zone(localizer, episode.since, zone))
    effect = f"{since} {_effect(localizer, episode.trouble)}"
    return screen(
        joined([bold(headline(localizer, episode.trouble)), effect, _mend(localizer, episode.trouble)]), []
    )


def trouble_over_screen(localizer: Localizer, episode: Episode, *, zone: str) -> Screen:
    """Tell that it is over. Of what could not be told before, this is the first that is heard."""
    until = episode.over_at or episode.since
    # Translators: {what} is a headline that was sent earlier, such as "The database is full."; {since} and {until} are
    # dates with times.
    over = localizer.gettext(
        "All is well again. It was from {since} to {until}: {what}",
        since=at_in_zone(localizer, episode.since, zone),
        until=at_in_zone(localizer, until, zone),
        what=headline(localizer, episode.trouble),
    )
    return screen(joined([over]), [])


def headline(localizer: Localizer, trouble: Trouble) -> str:
    """Return what is wrong, in a sentence."""
    match trouble:
        case Trouble.TOKEN_REFUSED:
            # Translators: headline to the owners; the token is what the bot signs in with at Telegram.
            return localizer.gettext("Telegram refused the bot’s token.")
        case Trouble.DEAF:
            # Translators: headline to the owners of a campaign.
            return localizer.gettext("The bot does not hear Telegram.")
        case Trouble.SCHEDULER_DEAD:
            # Translators: headline to the owners; what is scheduled does not go out.
            return localizer.gettext("The bot’s scheduler does not run.")
        case Trouble.BACKUP_OVERDUE:
            # Translators: headline to the owners.
            return localizer.gettext("The backup is overdue.")
        case Trouble.DATABASE_FULL:
            # Translators: headline to the owners; there is no room left on the disk.
            return localizer.gettext("The database is full.")
        case Trouble.DATABASE_READ_ONLY:
            # Translators: headline to the owners.
            return localizer.gettext("The database cannot be written.")
        case Trouble.DATABASE_AWAY:
            # Translators: headline to the owners.
            return localizer.gettext("The database does not answer.")


def _effect(localizer: Localizer, trouble: Trouble) -> str:
    match trouble:
        case Trouble.TOKEN_REFUSED:
            # Translators: what it means that Telegram refused the bot's token.
            return localizer.gettext("Nobody was answered, and nothing was sent.")
        case Trouble.DEAF:
            # Translators: what it means that the bot does not hear Telegram. Telegram keeps messages for a day.
            return localizer.gettext(
                "What people write waits at Telegram, for a day at the most, and nobody is answered."
            )
        case Trouble.SCHEDULER_DEAD:
            # Translators: what it means that the scheduler does not run.
            return localizer.gettext(
                "Alerts that repeat, reminders and digests do not go out, and pauses do not end."
            )
        case Trouble.BACKUP_OVERDUE:
            # Translators: what it means that the last backup is older than two days; above stands since when.
            return localizer.gettext("If the disk were lost now, so would be all that came since.")
        case Trouble.DATABASE_FULL | Trouble.DATABASE_READ_ONLY | Trouble.DATABASE_AWAY:
            # Translators: what it means that nothing can be written into the database.
            return localizer.gettext(
                "Nobody is answered, and nothing is sent. Nothing is lost: it goes on by itself afterwards."
            )


def _mend(localizer: Localizer, trouble: Trouble) -> str:
    match trouble:
        case Trouble.TOKEN_REFUSED:
            # Translators: what to do; {handle} is @BotFather, {name} the name of a setting.
            return localizer.gettext(
                "Get the current token from {handle}, and set it as {name}.",
                handle="@BotFather",
                name="BOT_TOKEN",
            )
        case Trouble.DEAF:
            # Translators: what to do; {command} is a command for whoever runs the bot on its computer.
            return localizer.gettext(
                "Another program may use the bot’s token, or its webhook leads elsewhere. Ask whoever runs it to call "
                "{command}: it says why.",
                command=DOCTOR,
            )
        case Trouble.SCHEDULER_DEAD:
            # Translators: what to do; {command} is a command for whoever runs the bot on its computer.
            return localizer.gettext(
                "Ask whoever runs the bot to start its scheduler again: {command}",
                command="campaign-bot run --role scheduler",
            )
        case Trouble.BACKUP_OVERDUE:
            # Translators: what to do; {command} is a command for whoever runs the bot on its computer.
            return localizer.gettext(
                "Ask whoever runs the bot to make one now: {command}", command="campaign-bot backup"
            )
        case Trouble.DATABASE_FULL:
            # Translators: what to do when there is no room left on the disk.
            return localizer.gettext("Ask whoever runs the bot to make room on its disk.")
        case Trouble.DATABASE_READ_ONLY:
            # Translators: what to do when the bot cannot write into its database; {command} is a command.
            return localizer.gettext(
                "Ask whoever runs the bot whether it may still write into its folder: {command} says.",
                command=DOCTOR,
            )
        case Trouble.DATABASE_AWAY:
            # Translators: what to do when the database does not answer; {command} is a command.
            return localizer.gettext(
                "Ask whoever runs the bot whether the database’s server runs: {command} says.", command=DOCTOR
            )
