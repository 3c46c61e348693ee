"""How passwords are kept: Argon2id with as much memory as a small machine can give to twenty sign-ins at once."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """19 MiB, two rounds, one lane (OWASP). Django's own setting takes 100 MB for each check."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
