"""What columns are made of: their types, and the one collection that every table belongs to."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa


class UtcDateTime(sa.TypeDecorator[datetime]):
    """Aware UTC datetimes on both databases; SQLite itself keeps no zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """Refuse a naive moment; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "naive datetime"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """Give the zone back."""
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


class Age(UtcDateTime):
    """A moment of which only the age is asked: cut down to `unit`, it tells little of who did what when."""

    cache_ok = True

    def __init__(self, unit: timedelta) -> None:
        super().__init__()
        self.unit = unit

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Cut it down; what it is compared with as well."""
        at = super().process_bind_param(value, dialect)
        return at if at is None else at - (at - _BEGIN) % self.unit


_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""SQLite numbers rows by itself only where the key is called INTEGER."""

Json = sa.JSON()
