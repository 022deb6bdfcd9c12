"""What an alert says is kept by revision, and approvals are of plans.

Each alert's words become its first revision, its author that revision's editor: who else wrote was not kept. An
approval said nothing of payment before, and let its broadcast go either way: it becomes one of each plan, where it
was of the words as they stand. Any other keeps its old hash, which no plan has, and approves nothing, as before.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
moment = sa.DateTime(timezone=True)

alerts = sa.table(
    "alerts",
    sa.column("id", big_id),
    sa.column("author_id", big_id),
    sa.column("kind", sa.String),
    sa.column("base", sa.String),
    sa.column("topic", sa.String),
    sa.column("link", sa.String),
    sa.column("deadline", moment),
    sa.column("details", sa.JSON),
    sa.column("corrects_id", big_id),
    sa.column("created_at", moment),
)
translations = sa.table(
    "translations", *(sa.column(name) for name in ("alert_id", "locale", "title", "text", "button"))
)
revisions = sa.table(
    "alert_revisions",
    sa.column("alert_id", big_id),
    sa.column("number", sa.Integer),
    sa.column("content", sa.JSON),
    sa.column("editor_id", big_id),
    sa.column("at", moment),
)
plans = sa.table("plans", sa.column("sha256", sa.String), sa.column("body", sa.Text))
approvals = sa.table(
    "approvals",
    sa.column("id", big_id),
    sa.column("alert_id", big_id),
    sa.column("organizer_id", big_id),
    sa.column("plan_sha256", sa.String),
    sa.column("revision", sa.Integer),
    sa.column("by_author", sa.Boolean),
    sa.column("approved_at", moment),
)


def upgrade() -> None:
    """Write revisions and plans from what is there, then drop what they replace."""
    op.create_table(
        "alert_revisions",
        sa.Column("alert_id", big_id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("editor_id", big_id, nullable=True),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name=op.f("fk_alert_revisions_alert_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["editor_id"], ["organizers.id"], name=op.f("fk_alert_revisions_editor_id")),
        sa.PrimaryKeyConstraint("alert_id", "number", name=op.f("pk_alert_revisions")),
    )
    op.create_table(
        "plans",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_plans")),
    )
    op.execute("ALTER TABLE approvals RENAME COLUMN content_hash TO plan_sha256")
    op.add_column("approvals", sa.Column("revision", sa.Integer(), nullable=True))
    for alert in op.get_bind().execute(sa.select(alerts)).all():
        _carry_over(alert)
    op.drop_table("translations")
    for name in ("state", "kind", "base", "topic", "link", "deadline", "details"):
        op.drop_column("alerts", name)


def _carry_over(alert: Any) -> None:
    """Write an alert's first revision, and make its approvals those of its plans."""
    connection = op.get_bind()
    written = {
        row.locale: row
        for row in connection.execute(sa.select(translations).where(translations.c.alert_id == alert.id))
    }
    words = _words(alert, written)
    topic = [{"topic": alert.topic}]
    connection.execute(
        sa.insert(revisions).values(
            alert_id=alert.id,
            number=1,
            content=words | {"audience": topic},
            editor_id=alert.author_id,
            at=alert.created_at,
        )
    )
    before = _old_hash(alert, words)
    of_this = (approvals.c.alert_id == alert.id, approvals.c.plan_sha256 == before)
    found = connection.execute(sa.select(approvals).where(*of_this).order_by(approvals.c.id)).all()
    if not found:
        return
    audience = topic if alert.corrects_id is None else [{"got": alert.corrects_id}]
    free, paid = (_keep_plan(words, audience, alert.corrects_id, paid=paid) for paid in (False, True))
    connection.execute(sa.update(approvals).where(*of_this).values(plan_sha256=free, revision=1))
    twins = [
        {
            "alert_id": alert.id,
            "organizer_id": each.organizer_id,
            "plan_sha256": paid,
            "revision": 1,
            "by_author": each.by_author,
            "approved_at": each.approved_at,
        }
        for each in found
    ]
    connection.execute(sa.insert(approvals), twins)


def _words(alert: Any, written: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": alert.kind,
        "base": alert.base,
        "link": alert.link,
        "deadline": _utc(alert.deadline),
        "details": alert.details,
        "translations": {
            locale: {"title": row.title, "text": row.text, "button": row.button}
            for locale, row in written.items()
        },
    }


def _utc(at: datetime | None) -> str | None:
    """Return a moment as it was hashed; SQLite keeps no zone."""
    if at is None:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _old_hash(alert: Any, words: dict[str, Any]) -> str:
    """Return the hash that an approval of this alert had until now."""
    said = words | {
        "topic": alert.topic,
        "corrects": alert.corrects_id,
        "translations": {
            locale: [each["title"], each["text"], each["button"]]
            for locale, each in words["translations"].items()
        },
    }
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _keep_plan(words: dict[str, Any], audience: Any, corrects: int | None, *, paid: bool) -> str:
    """Write a plan down, once. Returns its hash."""
    plan = {
        "words": words,
        "audience": audience,
        "start": "on_confirmation",
        "missing": "base",
        "canary": True,
        "paid": paid,
        "corrects": corrects,
    }
    body = json.dumps(plan, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(body.encode()).hexdigest()
    connection = op.get_bind()
    if connection.execute(sa.select(plans.c.sha256).where(plans.c.sha256 == digest)).first() is None:
        connection.execute(sa.insert(plans).values(sha256=digest, body=body))
    return digest
