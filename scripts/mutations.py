"""What somebody may write by mistake: a program with one small thing changed.

A change is made in the text, where the parsed program says it stands, so that the difference is
as short as the mistake.
"""

import ast
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

TURNED = {
    "==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">",
    "is": "is not", "is not": "is", "in": "not in", "not in": "in",
}  # fmt: skip
MOVED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
SAID_IN_CODE = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
FILTERS = frozenset({"where", "and_", "or_", "filter", "having"})
# A day that is asked about, and the day on which somebody asks.
DAYS = frozenset({"day", "today", "on", "as_of", "since", "until"})
# What is changed alone says not where: the same word stands several times in a function.
A_WORD = frozenset({"comparison turned", "boundary moved", "and/or", "another day"})


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: in the file at `path`, the text between two places becomes another."""

    path: str
    kind: str
    function: str
    lines: range
    begin: int
    end: int
    before: str
    after: str
    in_line: str

    @property
    def name(self) -> str:
        """What it is known by while the lines around it move: no number of a line is in it."""
        squeezed = [re.sub(r"\s+", " ", text).strip() for text in (self.before, self.after)]
        where = f" in {self.in_line}" if self.kind in A_WORD else ""
        return f"{self.path}::{self.function} {self.kind}: {squeezed[0]} -> {squeezed[1]}{where}"

    def applied_to(self, source: str) -> str:
        """Return the program with the change."""
        return source[: self.begin] + self.after + source[self.end :]


def mutants_of(path: str, source: str) -> list[Mutant]:
    """Return every mutant of a program, in the order of its text."""
    return sorted(_Reader(path, source).read(), key=lambda mutant: (mutant.begin, mutant.name))


class _Reader:
    """Walks through a program; knows in which function and statement it is."""

    def __init__(self, path: str, source: str) -> None:
        self._path = path
        self._source = source
        self._starts = [0]
        for line in source.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._lines = source.splitlines(keepends=True)
        self._names: list[str] = []
        self._days: frozenset[str] = frozenset()
        self._statement: ast.stmt | None = None
        self._no_boundaries: set[int] = set()

    def read(self) -> Iterator[Mutant]:
        for statement in ast.parse(self._source).body:
            yield from self._walk(statement)

    def _walk(self, node: ast.AST) -> Iterator[Mutant]:
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Assert):
            return
        self._no_boundaries |= {id(number) for number in _no_boundaries(node)}
        with self._inside(node):
            for kind, change in _CHANGES:
                for place, after in change(self, node):
                    yield self._mutant(kind, place, after)
            for child in _executed(node):
                yield from self._walk(child)

    @contextmanager
    def _inside(self, node: ast.AST) -> Iterator[None]:
        outer = self._statement, self._names, self._days
        if isinstance(node, ast.stmt):
            self._statement = node
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            self._names = [*self._names, node.name]
        if isinstance(node, ast.FunctionDef):
            self._days = DAYS & {argument.arg for argument in node.args.args}
        yield
        self._statement, self._names, self._days = outer

    def _mutant(self, kind: str, place: tuple[int, int], after: str) -> Mutant:
        statement = self._statement
        assert statement is not None  # noqa: S101 - every node stands in one
        ends = statement.lineno if _has_body(statement) else statement.end_lineno
        line_begins = self._source.rfind("\n", 0, place[0]) + 1
        return Mutant(
            path=self._path,
            kind=kind,
            function=".".join(self._names) or "module",
            lines=range(statement.lineno, (ends or statement.lineno) + 1),
            begin=place[0],
            end=place[1],
            before=self._source[place[0] : place[1]],
            after=after,
            in_line=self._source[line_begins:].partition("\n")[0].strip(),
        )

    # --- places in the text -----------------------------------------------------------------

    def place(self, node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
        """Return where a node begins and ends in the text."""
        last, column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self._offset(node.lineno, node.col_offset), self._offset(last, column)

    def text(self, node: ast.expr) -> str:
        """Return a node as it is written."""
        begin, end = self.place(node)
        return self._source[begin:end]

    def between(self, left: ast.expr, right: ast.expr, words: str) -> tuple[int, int] | None:
        """Return where an operator stands between its operands."""
        begin, end = self.place(left)[1], self.place(right)[0]
        pattern = re.escape(words).replace(r"\ ", r"\s+")
        found = re.search(rf"(?<!\w){pattern}(?!\w)", self._source[begin:end])
        return (begin + found.start(), begin + found.end()) if found else None

    def _offset(self, line: int, column: int) -> int:
        """Return the place of a line's column, which the parser counts in bytes."""
        before = self._lines[line - 1].encode()[:column].decode()
        return self._starts[line - 1] + len(before)

    def is_boundary(self, node: ast.AST) -> bool:
        """Tell whether something may be measured by a number."""
        return id(node) not in self._no_boundaries

    def other_days(self, name: str) -> list[str]:
        """Return the days that the function is given beside the one of this name."""
        return sorted(self._days - {name}) if name in self._days else []


Changes = Iterator[tuple[tuple[int, int], str]]


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a node but annotations, docstrings and what a decorator is given."""
    left_out = {"annotation", "returns", "decorator_list", "type_params"}
    for name, value in ast.iter_fields(node):
        if name not in left_out:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not _is_docstring(child):
                    yield child


def _is_docstring(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _has_body(statement: ast.stmt) -> bool:
    return hasattr(statement, "body")


def _compared(reader: _Reader, node: ast.AST, others: dict[str, str]) -> Changes:
    if not isinstance(node, ast.Compare):
        return
    operands = [node.left, *node.comparators]
    for position, operator in enumerate(node.ops):
        said = SAID_IN_CODE[type(operator)]
        place = reader.between(operands[position], operands[position + 1], said)
        if said in others and place is not None:
            yield place, others[said]


def _turned(reader: _Reader, node: ast.AST) -> Changes:
    return _compared(reader, node, TURNED)


def _moved(reader: _Reader, node: ast.AST) -> Changes:
    yield from _compared(reader, node, MOVED)
    if isinstance(node, ast.Constant) and type(node.value) is int and reader.is_boundary(node):
        yield reader.place(node), str(node.value + 1)


def _no_boundaries(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the numbers of a node by which nothing is measured.

    The place of something in a row, what stands for nothing ("or 0"), the one row that is asked
    for, and a table of numbers, which is data.
    """
    if isinstance(node, ast.Subscript):
        yield from (node.slice, getattr(node.slice, "operand", node.slice))
    elif isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        yield node.values[-1]
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        yield from node.elts
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "limit":
        yield from (one for one in node.args if getattr(one, "value", None) == 1)


def _joined(reader: _Reader, node: ast.AST) -> Changes:
    if isinstance(node, ast.BoolOp):
        said, other = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in zip(node.values, node.values[1:], strict=False):
            if place := reader.between(left, right, said):
                yield place, other


def _affirmed(reader: _Reader, node: ast.AST) -> Changes:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield reader.place(node), f"({reader.text(node.operand)})"


def _unfiltered(reader: _Reader, node: ast.AST) -> Changes:
    """Drop a condition of a statement; the last one leaves a filter that lets everything pass."""
    if not isinstance(node, ast.Call):
        return
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    name = node.func.id if isinstance(node.func, ast.Name) else name
    if name in FILTERS and (len(node.args) > 1 or name == "where"):
        for argument in node.args:
            if not isinstance(argument, ast.Starred):
                begin, end = reader.place(argument)
                yield (begin, end), "*()"


def _unrefused(reader: _Reader, node: ast.AST) -> Changes:
    if isinstance(node, ast.Raise) and node.exc is not None:
        yield reader.place(node), "pass"


def _undone(reader: _Reader, node: ast.AST) -> Changes:
    """Drop a call whose answer nobody reads: a check, a write, an entry of the audit.

    But no flush, which only says when.
    """
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return
    if not reader.text(node.value).endswith(".flush()"):
        yield reader.place(node), "pass"


def _unsaid(reader: _Reader, node: ast.AST) -> Changes:
    """Leave out what an entry of the audit says beside who did what to which thing."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Event":
        for keyword in node.keywords:
            yield reader.place(keyword.value), "{}" if keyword.arg == "details" else "None"


def _another_day(reader: _Reader, node: ast.AST) -> Changes:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for other in reader.other_days(node.id):
            yield reader.place(node), other


def _constant(reader: _Reader, node: ast.AST) -> Changes:
    if not isinstance(node, ast.Return) or node.value is None:
        return
    said = reader.text(node.value)
    is_answer = isinstance(node.value, ast.Compare | ast.BoolOp) or said in {"True", "False"}
    for constant in ("True", "False") if is_answer else ("None",):
        if constant != said:
            yield reader.place(node.value), constant


_CHANGES: tuple[tuple[str, Callable[[_Reader, ast.AST], Changes]], ...] = (
    ("comparison turned", _turned),
    ("boundary moved", _moved),
    ("and/or", _joined),
    ("not dropped", _affirmed),
    ("filter dropped", _unfiltered),
    ("raise dropped", _unrefused),
    ("call dropped", _undone),
    ("audit said less", _unsaid),
    ("another day", _another_day),
    ("constant returned", _constant),
)
