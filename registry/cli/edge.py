"""The edge of the commands: one transaction each, refusals on stderr, answers on stdout."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any, ParamSpec, TypeVar

import click
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from registry.domain.errors import DomainError, Invalid
from registry.domain.faults import trace_of
from registry.domain.outages import Outage
from registry.domain.vietnamese.names import accepted_signs
from registry.models.base import db
from registry.models.engine import WRITES
from registry.models.outages import outage_of
from registry.models.refusals import is_worth_retrying, refusal_of
from registry.services.installation import has_newest_schema
from registry.services.keys_in_use import check_keys

NO_TABLES = "Cơ sở dữ liệu chưa có đủ bảng. Chạy “flask init” trước."

# PostgreSQL: no such table, no such column. SQLite says it in words.
_MISSING_STATES = frozenset({"42P01", "42703"})
_MISSING_WORDS = ("no such table", "no such column", "has no column named")

P = ParamSpec("P")
R = TypeVar("R")


class Refused(click.ClickException):
    """A rule said no: the message goes to stderr and the exit code is 1."""

    exit_code = 1

    def show(self, _file: object = None) -> None:
        """Print the message alone."""
        click.echo(self.message, err=True)


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Turn what refuses inside into one plain sentence on stderr; nothing half done is kept.

    Raises Refused.
    """
    try:
        yield
    except DomainError as error:
        raise Refused(error.message) from error
    except (StaleDataError, ObjectDeletedError) as error:
        raise Refused("Người khác vừa thay đổi dữ liệu này. Chạy lại lệnh.") from error
    except DBAPIError as error:
        raise _as_refused(error) from error
    finally:
        db.session.rollback()


def _as_refused(error: DBAPIError) -> Refused:
    """Say an error of the database as the pages do (models/refusals.py), or that it is one."""
    if outage_of(error) is Outage.GONE:
        return Refused("Chưa mở được cơ sở dữ liệu. Chạy “flask init”, hoặc kiểm tra DATABASE_URL.")
    if said := refusal_of(error):
        return Refused(said.message)
    _say_fault(error)
    return Refused("Cơ sở dữ liệu từ chối thao tác này; chưa có gì được ghi.")


def transaction(
    *, writes: bool, under_any_keys: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Run a command in one transaction, rolled back whole when anything refuses.

    A busy database is tried once more. What a command that writes says is heard once that is
    written.

    The keys of this process must be those of the registry, but for what puts a registry in place:
    that runs `under_any_keys`, and looks at them itself.
    """

    def wrap(command: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(command)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            with refusals_in_words(), _tables_missed():
                looked = _after_the_keys(command, writes=writes, under_any_keys=under_any_keys)
                if not writes:
                    return looked(*args, **kwargs)
                try:
                    return _written(looked, *args, **kwargs)
                except DBAPIError as error:
                    if not is_worth_retrying(error):
                        raise
                    db.session.rollback()
                    return _written(looked, *args, **kwargs)

        return run

    return wrap


def _after_the_keys(
    command: Callable[P, R], *, writes: bool, under_any_keys: bool
) -> Callable[P, R]:
    """Let a command begin a transaction, and look at the keys before anything else."""

    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        db.session.connection(execution_options={WRITES: writes})
        if not under_any_keys:
            check_keys()
        return command(*args, **kwargs)

    return run


def _written(command: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    with _said_afterwards():
        result = command(*args, **kwargs)
        db.session.commit()
    return result


@contextmanager
def _said_afterwards() -> Iterator[None]:
    """Hold back what is said inside, and say it, in its order, unless the database refuses."""
    said: list[tuple[str, bool]] = []
    try:
        with redirect_stdout(_Held(said, err=False)), redirect_stderr(_Held(said, err=True)):
            yield
    except SQLAlchemyError:
        said.clear()
        raise
    finally:
        for words, err in said:
            click.echo(words, nl=False, err=err)


class _Held(StringIO):
    """A stream that keeps what is written to it in a list shared with another."""

    def __init__(self, said: list[tuple[str, bool]], *, err: bool) -> None:
        super().__init__()
        self._said = said
        self._err = err

    def write(self, words: str) -> int:
        """Keep what is written."""
        self._said.append((words, self._err))
        return len(words)


@contextmanager
def _tables_missed() -> Iterator[None]:
    """Say what to do where a table or column is missing that the newest schema has.

    Raises Refused. On the newest schema it is a fault of ours, and stays one.
    """
    try:
        yield
    except DBAPIError as error:
        db.session.rollback()
        if _is_missing(error) and not has_newest_schema():
            raise Refused(NO_TABLES) from error
        raise


def _is_missing(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return state in _MISSING_STATES or any(word in str(error.orig) for word in _MISSING_WORDS)


def clean_what_is_typed(command: click.Command) -> None:
    """Let each value given to `command` and those below it be cleaned as a form's fields are.

    Names of files are taken as they are.
    """
    if isinstance(command, click.Group):
        for below in command.commands.values():
            clean_what_is_typed(below)
    for parameter in command.params:
        if not isinstance(parameter.type, click.Path | click.types.BoolParamType):
            parameter.type = _Cleaned(parameter.type)


class _Cleaned(click.ParamType[Any]):
    """Cleans what was typed before another type reads it."""

    def __init__(self, kind: click.ParamType[Any]) -> None:
        self._kind = kind
        self.name = kind.name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return what the other type reads."""
        try:
            cleaned = accepted_signs(value) if isinstance(value, str) else value
        except Invalid as refused:
            self.fail(refused.message, param, ctx)
        return self._kind.convert(cleaned, param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        """Name the value as the other type does."""
        return self._kind.get_metavar(param, ctx)


def say_faults_without_values(command: click.Command) -> None:
    """Let `command` and those below it end an unexpected error by its kind and place, exit code 1.

    One of the disk or the database is no fault of ours, and said as the pages do.

    Python's own traceback would print the error's message, and with it what people typed.
    """
    if isinstance(command, click.Group):
        for below in command.commands.values():
            say_faults_without_values(below)
    if command.callback is not None:
        command.callback = _without_values(command.callback)


def _without_values(callback: Callable[P, R]) -> Callable[P, R]:
    @functools.wraps(callback)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return callback(*args, **kwargs)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            # The disk of the keys and papers, say: that of the database was told of before.
            if outage := outage_of(error):
                raise Refused(outage.message) from error
            _say_fault(error)
            raise Refused(
                "Lệnh dừng vì lỗi của phần mềm. Gửi các dòng trên cho người phụ trách phần mềm; "
                "trong đó không có dữ liệu cá nhân."
            ) from error

    return run


def _say_fault(error: Exception) -> None:
    """Say the kind and the place of an unexpected error, and the command without its arguments."""
    command = click.get_current_context().command_path
    click.echo(f"unexpected in {command}: {trace_of(error)}", err=True)
