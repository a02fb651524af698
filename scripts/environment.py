"""Make `.venv` hold exactly what the locks in requirements/ say, and do nothing when it does.

Called as `python3.11 -m scripts.environment run` (what the product imports) or `... test`
(that, and what the tests need). Uses the standard library only: it runs before anything is
installed.
"""

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

from scripts.debian import command_for, install_packages

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
VENV = ROOT / ".venv"
REQUIRED = (3, 11)
VENV_PACKAGES = ("python3.11-venv",)
WITH_PYTHON = {"pip", "setuptools"}
LOCKS = {"run": ("run.txt",), "test": ("run.txt", "test.txt")}


def main(arguments: list[str]) -> int:
    """Install the locks of the named set; return 0 when `.venv` is ready, 1 with a reason."""
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        return fail(f"Usage: environment.py {'|'.join(LOCKS)}")
    if sys.version_info[:2] != REQUIRED:
        return fail(f"Python 3.11 is needed, this is {sys.version.split()[0]}.")
    with (ROOT / ".venv.lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)  # two terminals may ask at the same time
        return bring_up_to_date(LOCKS[arguments[0]])


def bring_up_to_date(locks: tuple[str, ...]) -> int:
    """Create `.venv` when it is missing or was moved, then install each lock that changed.

    A lock once installed here is kept up to date with the others: they share packages.
    """
    if not belongs_here(VENV) and not create(VENV):
        return 1
    held = [lock for lock in LOCKS["test"] if lock in locks or stamp_of(lock).is_file()]
    changed = [lock for lock in held if not is_installed(lock)]
    if not changed:
        return 0
    for lock in changed:
        stamp_of(lock).write_text("")  # until the check has passed, nothing is known of it
        if not install(VENV, REQUIREMENTS / lock):
            return 1
    remove_leftovers(held)
    if not is_complete(VENV):
        return 1
    for lock in changed:
        stamp_of(lock).write_text(fingerprint(REQUIREMENTS / lock))
    return 0


def stamp_of(lock: str) -> Path:
    """Return the file that says what was last installed from a lock."""
    return VENV / f".installed-{lock}"


def is_installed(lock: str) -> bool:
    """Tell whether a lock was installed as it is now."""
    stamp = stamp_of(lock)
    return stamp.is_file() and stamp.read_text() == fingerprint(REQUIREMENTS / lock)


def belongs_here(venv: Path) -> bool:
    """Tell whether `venv` was made in this folder by a Python 3.11 that is still there."""
    origin = venv / ".made-in"
    return (
        origin.is_file()
        and origin.read_text() == str(venv)
        and (venv / "bin" / "python").exists()
        and (packages_of(venv) / "pip").is_dir()
    )


def packages_of(venv: Path) -> Path:
    """Return the folder of an environment's packages."""
    return venv / "lib" / "python3.11" / "site-packages"


def create(venv: Path) -> bool:
    """Make an empty environment; a copied or half-made one is replaced."""
    print(f"Creating {venv.name} ...", flush=True)
    if importlib.util.find_spec("ensurepip") is None:  # Debian ships it apart from Python
        install_packages(VENV_PACKAGES)
    base = getattr(sys, "_base_executable", sys.executable)
    done = subprocess.run([base, "-m", "venv", "--clear", str(venv)], check=False)
    if done.returncode != 0:
        fail(f"This Python cannot make a {venv.name}. On Debian 12: {command_for(VENV_PACKAGES)}")
        return False
    (venv / ".made-in").write_text(str(venv))
    return True


def install(venv: Path, lock: Path) -> bool:
    """Install one lock file; every download is checked against its hash, nothing is compiled.

    Nothing is resolved: a pip as old as Python 3.11's own would weigh a locked package against a
    newer one on offer and refuse both.
    """
    print(f"Installing requirements/{lock.name} ...", flush=True)
    command = [
        *pip(venv, "install", "--quiet", "--quiet", "--no-input", "--no-deps"),
        *("--only-binary", ":all:", "--require-hashes", "--requirement", str(lock)),
    ]
    # The environment stays as it is: it names the package registry, proxy and certificates.
    done = subprocess.run(command, check=False, env=os.environ | {"PIP_ROOT_USER_ACTION": "ignore"})
    if done.returncode != 0:
        fail(f"requirements/{lock.name} could not be installed; can pip reach its registry?")
    return done.returncode == 0


def is_complete(venv: Path) -> bool:
    """Tell whether each installed package finds all it needs; say what is missing if not."""
    done = subprocess.run(pip(venv, "check"), check=False, capture_output=True, text=True)
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip()
        fail(f"{said}\nThe locks in requirements/ are incomplete. Write them anew: make lock")
    return done.returncode == 0


def pip(venv: Path, *arguments: str) -> list[str]:
    """Return the command that runs the pip of an environment."""
    return [str(venv / "bin/python"), "-m", "pip", "--disable-pip-version-check", *arguments]


def remove_leftovers(locks: list[str]) -> None:
    """Uninstall what none of `locks` names: it could be imported here and nowhere else."""
    packages = importlib.metadata.distributions(path=[str(packages_of(VENV))])
    installed = {normalised(package.name) for package in packages}
    extra = installed - WITH_PYTHON - set().union(*map(names_in, locks))
    if extra:
        subprocess.run(pip(VENV, "uninstall", "--quiet", "--yes", *sorted(extra)), check=True)


def names_in(lock: str) -> set[str]:
    """Return the names of the packages that a lock file holds."""
    text = (REQUIREMENTS / lock).read_text()
    return {normalised(name) for name in re.findall(r"^([\w.-]+)==", text, flags=re.MULTILINE)}


def normalised(name: str) -> str:
    """Return a package's name as all tools compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def fingerprint(lock: Path) -> str:
    """Return what is remembered of an installed lock file: a hash of it and of how it is done."""
    return hashlib.sha256(lock.read_bytes() + Path(__file__).read_bytes()).hexdigest()


def fail(reason: str) -> int:
    """Say why on standard error; return the exit status for it."""
    print(reason, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
