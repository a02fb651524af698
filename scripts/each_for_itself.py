"""A plugin of pytest: every test makes anew what a process otherwise makes once.

Statements, for instance, are kept when they were made; only the first test would be seen to run the
lines that make them.
"""

import sys
from functools import _lru_cache_wrapper


def pytest_runtest_setup() -> None:
    """Forget what the functions of the registry keep."""
    for name, module in list(sys.modules.items()):
        if name.startswith("registry."):
            for value in vars(module).values():
                if isinstance(value, _lru_cache_wrapper):
                    value.cache_clear()
