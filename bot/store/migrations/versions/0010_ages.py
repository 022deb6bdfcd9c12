"""Of when an update or a conversation was, no more is kept than its age needs: a minute, a day."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CUT = {
    # As SQLAlchemy writes a time in SQLite: 2026-11-23 12:00:00.000000
    "sqlite": {
        "minute": "substr({0}, 1, 16) || ':00.000000'",
        "day": "substr({0}, 1, 10) || ' 00:00:00.000000'",
    },
    "postgresql": {
        "minute": "date_trunc('minute', {0} AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'",
        "day": "date_trunc('day', {0} AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'",
    },
}


def upgrade() -> None:
    """Cut what is there down to its unit."""
    cut = CUT[op.get_context().dialect.name]
    received, applied = cut["minute"].format("received_at"), cut["minute"].format("applied_at")
    updated = cut["day"].format("updated_at")
    connection = op.get_bind()
    connection.exec_driver_sql(f"UPDATE updates SET received_at = {received}, applied_at = {applied}")  # noqa: S608  # our own words
    connection.exec_driver_sql(f"UPDATE conversations SET updated_at = {updated}")  # noqa: S608  # our own words
