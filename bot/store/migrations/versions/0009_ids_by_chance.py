"""People's ids are drawn at random, and no row about them has a number: nothing tells who came before whom.

Everybody gets a new id, those who were erased and are only counted as well. A canary under way goes on with as many
people as it still had, who are others now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
moment = sa.DateTime(timezone=True)

RANDOM = {
    # Never 0 or less: 62 random bits, and one.
    "sqlite": "(random() & 4611686018427387903) + 1",
    # By the strong generator: what `random()` draws can be reckoned from what it drew before.
    # Digits 13 and 17 are always the same.
    "postgresql": (
        "(('x' || substr(u, 1, 12) || substr(u, 21, 4))::bit(64)::bigint & 4611686018427387903) + 1"
        " FROM (SELECT old, replace(gen_random_uuid()::text, '-', '') AS u FROM {everybody}) AS drawn"
    ),
}

CACHE_KIB = 128 << 10
"""At the most, while SQLite migrates: the index of a million refs takes a third of it."""

EVERYBODY = "(SELECT id AS old FROM subscribers UNION SELECT subscriber_id FROM deliveries) AS everybody"

NUMBER = {
    # By the index there is: a window would be sorted in memory.
    "sqlite": (
        "(SELECT count(*) FROM consents_before AS e WHERE e.subscriber_id = b.subscriber_id AND e.id <= b.id)"
    ),
    "postgresql": "row_number() OVER (PARTITION BY b.subscriber_id ORDER BY b.id)",
}
"""The place of a consent record among its person's."""

COPIES = {
    "subscribers": (
        "SELECT new, ref, state, locale, joined_on FROM drawn_ids CROSS JOIN subscribers_before b WHERE b.id = old"
    ),
    "subscriptions": (
        "SELECT topic, new FROM drawn_ids CROSS JOIN subscriptions_before b WHERE b.subscriber_id = old"
    ),
    "consents": (
        "SELECT new, {number}, event, wording_version, wording_sha256, locale, method, day"
        " FROM drawn_ids CROSS JOIN consents_before b WHERE b.subscriber_id = old"
    ),
    "deliveries": (
        "SELECT broadcast_id, new, b.state, attempts, due_at, worker, message_id, error"
        " FROM drawn_ids CROSS JOIN deliveries_before b WHERE b.subscriber_id = old"
    ),
    "conversations": "SELECT ref, step, updated_at FROM conversations_before",
    "languages": "SELECT ref, locale FROM languages_before",
}
"""What each table holds afterwards. Rows are read, and so written, in the order of the new ids, without sorting."""

PARTS = {"subscriptions": "topic", "deliveries": "broadcast_id"}
"""The first column of the key where the id is the second: part by part, each is written in the order of the ids."""

INDEXES = (
    *("ix_subscribers_state_locale", "ix_subscriptions_subscriber_id"),
    *("ix_deliveries_inflight", "ix_deliveries_pending"),
)
"""Whose names the new tables' indexes have."""

CHILDREN_FIRST = ("subscriptions", "consents", "subscribers", "deliveries", "conversations", "languages")


def upgrade() -> None:
    """Draw an id for everybody, copy what is there under it, and put the copies in the place of the tables."""
    dialect = op.get_context().dialect.name
    if dialect == "sqlite":
        # What is written in no order goes through a page here and a page there: they have to fit into memory.
        op.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    _draw()
    canaries = _open_canaries()
    _set_aside(dialect)
    _create_tables()
    for name, select in COPIES.items():
        _fill(name, select.format(number=NUMBER[dialect]))
    for name in CHILDREN_FIRST:
        op.drop_table(f"{name}_before")
    op.drop_table("drawn_ids")
    _create_indexes()
    for broadcast_id, people in canaries:
        _end_canary_after(broadcast_id, people)
    if dialect == "sqlite":
        op.execute("PRAGMA cache_size = -2000")


def _set_aside(dialect: str) -> None:
    """Put the tables aside, under other names."""
    if dialect == "postgresql":
        # Their indexes would keep the names that the new ones are to have.
        for name in CHILDREN_FIRST:
            op.execute(f"CREATE TABLE {name}_before AS SELECT * FROM {name}")  # noqa: S608  # our own words
        for name in CHILDREN_FIRST:
            op.drop_table(name)
        op.execute("ANALYZE")
        return
    for index in INDEXES:
        op.execute(f"DROP INDEX {index}")
    for name in CHILDREN_FIRST:
        op.rename_table(name, f"{name}_before")


def _fill(name: str, select: str) -> None:
    if name in ("conversations", "languages"):
        op.execute(f"INSERT INTO {name} {select} ORDER BY ref")
    elif name not in PARTS:
        op.execute(f"INSERT INTO {name} {select} ORDER BY new")
    else:
        part = PARTS[name]
        parts = op.get_bind().execute(sa.text(f"SELECT DISTINCT {part} FROM {name}_before ORDER BY 1"))  # noqa: S608  # our own words
        for value in parts.scalars().all():
            statement = sa.text(f"INSERT INTO {name} {select} AND {part} = :part ORDER BY new")
            op.get_bind().execute(statement, {"part": value})


def _draw() -> None:
    if op.get_context().dialect.name == "sqlite":
        select = f"SELECT old, {RANDOM['sqlite']} AS new FROM {EVERYBODY}"  # noqa: S608  # our own words
        op.execute("CREATE TABLE drawn_ids (old INTEGER PRIMARY KEY, new INTEGER NOT NULL UNIQUE)")
        op.execute(f"INSERT INTO drawn_ids (old, new) {select}")
        return
    drawn = RANDOM["postgresql"].format(everybody=EVERYBODY)
    op.execute("CREATE TABLE drawn_ids (old BIGINT PRIMARY KEY, new BIGINT NOT NULL UNIQUE)")
    op.execute(f"INSERT INTO drawn_ids (old, new) SELECT old, {drawn}")


def _open_canaries() -> list[tuple[int, int]]:
    """Return for each canary how many of its people are still to be sent to."""
    query = (
        "SELECT id, (SELECT count(*) FROM deliveries WHERE broadcast_id = broadcasts.id"
        " AND deliveries.state = 'pending' AND subscriber_id <= canary_last_id)"
        " FROM broadcasts WHERE canary_last_id IS NOT NULL"
    )
    return [(row[0], row[1]) for row in op.get_bind().execute(sa.text(query))]


def _end_canary_after(broadcast_id: int, people: int) -> None:
    """End a canary with this many of those who are pending; with nobody, where it has been sent to all it had."""
    last = (
        "coalesce((SELECT subscriber_id FROM deliveries WHERE broadcast_id = :id AND deliveries.state = 'pending'"
        " ORDER BY subscriber_id LIMIT 1 OFFSET :before), 0)"
    )
    statement = f"UPDATE broadcasts SET canary_last_id = {last if people else '0'} WHERE id = :id"  # noqa: S608  # our own words
    values = {"id": broadcast_id} | ({"before": people - 1} if people else {})
    op.get_bind().execute(sa.text(statement), values)


def _create_tables() -> None:
    op.create_table(
        "subscribers",
        sa.Column("id", big_id, autoincrement=False, nullable=False),
        sa.Column("ref", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscribers")),
        sa.UniqueConstraint("ref", name=op.f("uq_subscribers_ref")),
    )
    op.create_table(
        "subscriptions",
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("subscriber_id", big_id, nullable=False),
        _of_subscriber("subscriptions"),
        sa.PrimaryKeyConstraint("topic", "subscriber_id", name=op.f("pk_subscriptions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "consents",
        sa.Column("subscriber_id", big_id, nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("event", sa.String(length=16), nullable=False),
        sa.Column("wording_version", sa.String(length=32), nullable=False),
        sa.Column("wording_sha256", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        _of_subscriber("consents"),
        sa.PrimaryKeyConstraint("subscriber_id", "number", name=op.f("pk_consents")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "deliveries",
        sa.Column("broadcast_id", big_id, nullable=False),
        sa.Column("subscriber_id", big_id, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("due_at", moment, nullable=True),
        sa.Column("worker", sa.String(length=32), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("broadcast_id", "subscriber_id", name=op.f("pk_deliveries")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "conversations",
        sa.Column("ref", sa.LargeBinary(), nullable=False),
        sa.Column("step", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_conversations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "languages",
        sa.Column("ref", sa.LargeBinary(), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_languages")),
        sqlite_with_rowid=False,
    )


def _of_subscriber(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_subscriber_id")
    return sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.id"], name=name, ondelete="CASCADE")


def _create_indexes() -> None:
    op.create_index("ix_subscribers_state_locale", "subscribers", ["state", "locale"])
    op.create_index(op.f("ix_subscriptions_subscriber_id"), "subscriptions", ["subscriber_id"])
    _create_partial_index("ix_deliveries_inflight", ["worker"], "state = 'inflight'")
    _create_partial_index("ix_deliveries_pending", ["broadcast_id", "subscriber_id"], "state = 'pending'")


def _create_partial_index(name: str, columns: list[str], which: str) -> None:
    op.create_index(
        name,
        "deliveries",
        columns,
        unique=False,
        sqlite_where=sa.text(which),
        postgresql_where=sa.text(which),
    )
