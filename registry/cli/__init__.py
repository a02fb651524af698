"""The commands of `flask`: stdout holds the answer; exit 0 done, 1 refused by a rule, 2 usage."""

import click

from registry.cli import (
    accounts,
    audit,
    backup,
    coverage,
    installation,
    keys,
    legal_bases,
    outbox,
    permissions,
    scans,
    seed,
    units,
)
from registry.cli.edge import clean_what_is_typed, say_faults_without_values
from registry.settings import Runtime


def register_commands(group: click.Group, runtime: Runtime) -> None:
    """Add every noun's commands to the `flask` command."""
    nouns = (accounts, audit, backup, coverage, installation, keys, legal_bases)
    for noun in (*nouns, outbox, permissions, scans, seed, units):
        for command in noun.commands(runtime):
            clean_what_is_typed(command)
            say_faults_without_values(command)
            group.add_command(command)
