"""What `campaign.toml` says of the campaign, and what is wrong with it."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from bot.content import rules
from bot.content.files import CampaignShape, read_toml
from bot.content.words import Campaign
from bot.domain.alert import DEFAULT_TOPIC
from bot.domain.consent import RenewalRule
from bot.domain.preferences import AT_NIGHT, QuietHours
from bot.domain.schedule import is_zone


def campaign_of(shape: CampaignShape) -> Campaign:
    """Return the campaign as the bot reads it."""
    return Campaign(
        default=shape.default,
        published=date.fromisoformat(f"{shape.statement.published}-01"),
        statement_title=shape.statement.title,
        statement_url=shape.statement.url,
        copy_url=shape.statement.copy_url,
        names=shape.name,
        run_bys=shape.run_by,
        calls=shape.call,
        why=shape.why,
        abouts=shape.about,
        frequencies=shape.how_often,
        alerts_a_week=shape.alerts_a_week,
        contact=shape.contact or "",
        run_by_is_placeholder=shape.run_by_is_placeholder,
        zone=shape.zone,
        answers_distress=shape.answers_distress,
        quiet=QuietHours(start=shape.hours.end * 60, end=shape.hours.begin * 60)
        if shape.hours.end != shape.hours.begin
        else AT_NIGHT,
        renewal=RenewalRule(
            after=timedelta(days=shape.consent.renew_after_days),
            answer_within=timedelta(days=shape.consent.days_to_answer),
        ),
        localities={place.slug: place.name for place in shape.localities},
        alert_topics={topic.slug: topic.name for topic in shape.alert_topics},
    )


def read_campaign(folder: Path) -> Campaign:
    """Read what the content folder says of the campaign itself, and nothing else.

    Raises Unreadable.
    """
    return campaign_of(read_toml(folder / "campaign.toml", CampaignShape))


def beyond_use(shape: CampaignShape) -> Iterator[str]:
    """Yield what a bot has nothing to say with."""
    default = shape.default
    if default not in shape.locales:
        yield f"locales: the default {default} is not among them"
    if shape.why not in shape.entries:
        yield f"why: {shape.why} is not among the entries"
    for table, words in _tables_of(shape):
        if default in shape.locales and default not in words:
            yield f"{table}: is missing in {default}"


def about_campaign(shape: CampaignShape) -> Iterator[str]:
    """Yield what should be mended, and can be lived with."""
    for field_name, listed in (("locales", shape.locales), ("entries", shape.entries)):
        if len(set(listed)) < len(listed):
            yield f"{field_name}: one is listed twice"
    if not is_zone(shape.zone):
        yield f"zone: there is no time zone {shape.zone}; name one like Europe/Madrid (until then it is UTC)"
    if shape.hours.begin == shape.hours.end:
        yield "hours: begin and end are the same; until that is mended, it is 9 to 21"
    places, topics = ([each.slug for each in listed] for listed in (shape.localities, shape.alert_topics))
    for table, slugs in (("localities", places), ("alert_topics", topics)):
        if len(set(slugs)) < len(slugs):
            yield f"{table}: a slug is listed twice"
    taken = {DEFAULT_TOPIC, *(topic.slug for topic in shape.topics)}
    if both := sorted(taken.intersection(topics)):
        yield f"alert_topics: {', '.join(both)} is taken, by a topic of the questions or by the alerts to everybody"
    optional = [(name, words) for name in ("about", "how_often") if (words := getattr(shape, name))]
    for table, words in (*_tables_of(shape), *optional):
        missing = [one for one in shape.locales if one not in words and one != shape.default]
        if missing:
            yield f"{table}: is missing in {', '.join(missing)}"


def about_run_by(shape: CampaignShape) -> Iterator[str]:
    """Yield that nobody answers for the bot yet."""
    if shape.run_by_is_placeholder:
        yield "run_by: names nobody responsible; put your group's name there, and remove run_by_is_placeholder"


def about_titles(shape: CampaignShape) -> Iterator[str]:
    """Yield the topics whose title a phone cuts off: it stands on a button."""
    for topic in shape.topics:
        for locale, title in topic.title.items():
            yield from (f"topics.{topic.slug}.title in {locale}: {each}" for each in rules.about_label(title))


def about_choices(shape: CampaignShape) -> Iterator[str]:
    """Yield the places and topics whose name a phone cuts off: it stands on a button."""
    places = ((f"localities.{each.slug}", each.name) for each in shape.localities)
    topics = ((f"alert_topics.{each.slug}", each.name) for each in shape.alert_topics)
    for table, names in (*places, *topics):
        for locale, name in names.items():
            yield from (f"{table}.name in {locale}: {each}" for each in rules.about_label(name))


def _tables_of(shape: CampaignShape) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the words that campaign.toml has for every locale."""
    yield from (("name", shape.name), ("run_by", shape.run_by), ("call", shape.call))
    yield from ((f"topics.{topic.slug}.title", topic.title) for topic in shape.topics)
    yield from ((f"localities.{place.slug}.name", place.name) for place in shape.localities)
    yield from ((f"alert_topics.{topic.slug}.name", topic.name) for topic in shape.alert_topics)
