"""The details of an alert: the kind of its action, its link and what else the action needs, to be changed."""

from bot.domain.action_fields import FieldName, fields_of
from bot.domain.alert import Alert
from bot.domain.rich_text import bold, joined
from bot.i18n.localizer import Localizer
from bot.telegram_io.compose_buttons import EditField, EditKind, EditLink, OpenFields
from bot.telegram_io.organizer_buttons import OpenAlert
from bot.wording.action_kinds import action_lines
from bot.wording.drafts import more_button
from bot.wording.field_names import field_name
from bot.wording.screen import Press, Screen, in_rows, screen


def details_button(localizer: Localizer, alert: Alert) -> Press:
    """Return the way to the details."""
    # Translators: button on an organizer's board; shows what the alert asks for, its link, and what else the action
    # needs: an institution, a number, a place … Short.
    return Press(localizer.gettext("Details"), OpenFields(alert.id))


def details_screen(localizer: Localizer, alert: Alert) -> Screen:
    """Show the details, those that are words in the alert's first language, and a button for each."""
    # Translators: title of what an alert's action needs: an institution, a number, a place …
    head = bold(localizer.gettext("Details"))
    # Translators: under it, where some of these are words.
    hint = localizer.gettext("Other languages: choose the language on the alert, then the detail.")
    own = fields_of(alert.kind, per_locale=True)
    text = joined([head, action_lines(localizer, alert), hint if own else ""])
    # Translators: button; changes the kind of action that the alert asks for.
    kind = Press(localizer.gettext("Kind"), EditKind(alert.id))
    # Translators: button; changes the address that the alert's main button opens.
    link = Press(localizer.gettext("Link"), EditLink(alert.id))
    fields = [
        Press(
            field_name(localizer, each.name),
            EditField(alert.id, each.name, alert.base if each.per_locale else None),
        )
        for each in fields_of(alert.kind)
        if each.name is not FieldName.LINK and (not each.per_locale or alert.base in alert.translations)
    ]
    # Translators: button; back to an alert's board.
    back = Press(localizer.gettext("Back to the alert"), OpenAlert(alert.id))
    return screen(text, [[kind, link], *in_rows(fields, 2), [more_button(localizer, alert), back]])
