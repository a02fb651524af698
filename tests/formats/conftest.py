"""What tests of several formats share."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from registry.formats import apart


@pytest.fixture(scope="module")
def read_here() -> Iterator[None]:
    """Read here what is read apart otherwise: that it is, is looked at where it is the question."""

    def here(work: Callable[[bytes], Any], content: bytes, *, seconds: int) -> Any:
        assert seconds > 0
        return json.loads(json.dumps(work(content)))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(apart, "done", here)
        yield
