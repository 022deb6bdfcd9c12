"""A PgBouncer of the tests' own, in transaction mode, before a PostgreSQL of theirs; where one is installed."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

SERVERS = 3
"""Connections to the server for all clients together: transactions of one client meet other servers all the time."""

STARTS_WITHIN = 10.0


class NotStarted(RuntimeError):
    """It said nothing on its port."""


@contextmanager
def pooled(database_url: str, folder: Path) -> Iterator[str]:
    """Run one before the server of this DATABASE_URL. Yields the DATABASE_URL that leads through it."""
    assert PROGRAM is not None
    parts = urlsplit(database_url)
    query = parse_qs(parts.query)
    host = query["host"][0] if "host" in query else parts.hostname
    server_port = query["port"][0] if "port" in query else parts.port or 5432
    user, name = parts.username or "postgres", parts.path.strip("/")
    password = parts.password or ""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    people = folder / "users.txt"
    people.write_text(f'"{user}" "{password}"\n')
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        f"[databases]\n{name} = host={host} port={server_port} dbname={name} user={user}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"pool_mode = transaction\nauth_type = any\nauth_file = {people}\n"
        f"default_pool_size = {SERVERS}\nmax_client_conn = 200\n"
    )
    command = [PROGRAM, str(settings)]
    if os.getuid() == 0:  # it refuses to be root; the server's own user may open the server's socket
        user_id = Path(str(host)).stat().st_uid
        for path in (folder, people, settings):
            os.chown(path, user_id, -1)
        command = [PROGRAM, "-u", pwd.getpwuid(user_id).pw_name, str(settings)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(port)
            yield f"postgresql://{user}@127.0.0.1:{port}/{name}?pgbouncer=true"
        finally:
            process.kill()


def _wait(port: int) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        with closing(socket.socket()) as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise NotStarted
