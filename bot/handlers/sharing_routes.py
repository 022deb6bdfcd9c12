"""What is done with links into the chat: come by one, share one, lead one elsewhere."""

from bot.domain.organizer import Right
from bot.handlers import arriving, links, sharing, welcome
from bot.handlers.declared import Room
from bot.handlers.route import opens, presses
from bot.telegram_io import link_buttons, sharing_buttons

ROOM = Room(
    modules=(arriving, sharing, links),
    buttons=(
        presses(sharing_buttons.StartBy, welcome.start_by),
        presses(sharing_buttons.ShareAlert, sharing.share_alert),
        opens(sharing_buttons.BringFriend, sharing.bring_friend),
        presses(link_buttons.OpenLink, links.open_link, needs=Right.LOOK),
        presses(link_buttons.LinkPoster, links.send_link_poster, needs=Right.LOOK),
        presses(link_buttons.LinkLanguages, links.offer_link_languages, needs=Right.LOOK),
        presses(link_buttons.LinkGoals, links.offer_link_goals, needs=Right.LOOK),
    ),
)
