"""What this process can no longer do once it reads a stranger's file. All of it works without root.

Limits of memory, time and files hold on every Unix. The rest is Linux: Landlock takes the file system away except for
reading programs and fonts, seccomp takes away sockets, new programs and other processes. On a kernel that knows neither
they are left out, and the limits remain.
"""

import contextlib
import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys

MEMORY = 1024**3
CPU_SECONDS = 10
WALL_SECONDS = 20
WRITTEN = 64 * 1024**2  # the answer: stdout is a file in memory
OPEN_FILES = 64

READABLE = ("/usr", "/lib", "/lib64", "/etc/fonts", sys.prefix, sys.base_prefix)
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
READ_FILE_AND_FOLDER = 0b1100
# Rights that a ruleset can take away: 13 since Landlock's first version, moving and truncating came later.
RIGHTS = {1: 13, 2: 14}
# The kernel's numbers: the architecture; socket connect execve execveat kill ptrace process_vm_readv process_vm_writev
# io_uring_setup pidfd_getfd and, on the older one, fork vfork; clone.
CALLS = {
    "x86_64": (0xC000003E, (41, 42, 59, 322, 62, 101, 310, 311, 425, 438, 57, 58), 56),
    "aarch64": (0xC00000B7, (198, 203, 221, 281, 129, 117, 270, 271, 425, 438), 220),
}
CLONE3, CLONE_THREAD = 435, 0x10000
X32_CALLS = 0x40000000  # the same calls under other numbers

_libc = ctypes.CDLL(None, use_errno=True)


def limit() -> None:
    """Memory, processor time, time by the clock, what may be written, open files."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, WRITTEN),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    signal.alarm(WALL_SECONDS)


def shut() -> None:
    """No sockets, no other programs, no files but those of programs and fonts, for reading."""
    if sys.platform != "linux":
        return
    _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _shut_files()
    _shut_calls()


def _shut_files() -> None:
    version = _libc.syscall(LANDLOCK_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return
    handled = struct.pack("Q", (1 << RIGHTS.get(version, 15)) - 1)
    rules = _libc.syscall(LANDLOCK_CREATE_RULESET, handled, len(handled), 0)
    for folder in READABLE:
        with contextlib.suppress(FileNotFoundError):
            handle = os.open(folder, os.O_PATH | os.O_CLOEXEC)
            _libc.syscall(LANDLOCK_ADD_RULE, rules, 1, struct.pack("=Qi", READ_FILE_AND_FOLDER, handle), 0)
            os.close(handle)
    _libc.syscall(LANDLOCK_RESTRICT_SELF, rules, 0)
    os.close(rules)


def _shut_calls() -> None:
    """A filter of the kernel's calls: load the call's number, compare, allow or answer EPERM."""
    if platform.machine() not in CALLS:
        return
    architecture, refused, clone = CALLS[platform.machine()]
    load, equal, at_least, any_bit, give = 0x20, 0x15, 0x35, 0x45, 0x06
    # One step: what to do, with which value, where to go if it holds and if not (empty: the next step).
    steps = [
        (load, 4, "", ""),
        (equal, architecture, "", "refuse"),
        (load, 0, "", ""),
        (at_least, X32_CALLS, "refuse", ""),
        *((equal, number, "refuse", "") for number in refused),
        (equal, CLONE3, "unknown", ""),  # its flags cannot be looked at: the C library then takes clone
        (equal, clone, "", "allow"),
        (load, 16, "", ""),
        (any_bit, CLONE_THREAD, "allow", "refuse"),
    ]
    ends = {"allow": 0x7FFF0000, "refuse": 0x00050000 | errno.EPERM, "unknown": 0x00050000 | errno.ENOSYS}
    place = {name: len(steps) + number for number, name in enumerate(ends)}
    code = [
        struct.pack("HBBI", what, *(place[goal] - at - 1 if goal else 0 for goal in (yes, no)), value)
        for at, (what, value, yes, no) in enumerate(steps)
    ] + [struct.pack("HBBI", give, 0, 0, value) for value in ends.values()]
    program = ctypes.create_string_buffer(b"".join(code))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(code), ctypes.addressof(program)))
    _libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0)
