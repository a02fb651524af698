"""Install packages of Debian or Ubuntu where the person who called may do so."""

import os
import shutil
import subprocess
import sys


def install_packages(packages: tuple[str, ...]) -> bool:
    """Install `packages` as root or through sudo without a password; tell whether it worked."""
    become_root = way_to_root()
    if become_root is None or shutil.which("apt-get") is None:
        return False
    print(f"Installing {' '.join(packages)} ...", file=sys.stderr, flush=True)
    apt_get = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    steps = (
        [*apt_get, "update"],
        [*apt_get, "install", "--yes", "--no-install-recommends", *packages],
    )
    # Standard output is left to the caller, who may print an answer there.
    return all(
        subprocess.run(step, check=False, stdout=sys.stderr).returncode == 0 for step in steps
    )


def way_to_root() -> list[str] | None:
    """Return the words to put before a command that needs root, or None where there is no way."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "--non-interactive", "true"], check=False, capture_output=True)
    return ["sudo", "--non-interactive"] if asked.returncode == 0 else None


def command_for(packages: tuple[str, ...]) -> str:
    """Return what a person types to install `packages`."""
    install = "apt-get install --no-install-recommends"
    return f"apt-get update && {install} {' '.join(packages)}"
