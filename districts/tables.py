"""Read a district's plain CSV and YAML files: whole or not at all, every fault with file, line and column. Pure."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from districts.calendar import BEIJING


@dataclass(frozen=True)
class Fault:
    """`line` counts from 1; `column` is a CSV column's name or a YAML column number."""

    file: str
    line: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.file} 第{self.line}行 {self.column}：{self.message}"


class BrokenFiles(Exception):
    """Nothing was loaded; `faults` says all that is wrong, not only the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = list(faults)


class BadValue(ValueError):
    """Raised by a reader; `str()` says what the cell should hold."""


@dataclass(frozen=True)
class Row:
    """One line of a CSV, or one mapping of a YAML: values by name, and where each stood."""

    file: str
    values: Mapping[str, Any]
    places: Mapping[str, tuple[int, str]]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def fault(self, name: str, message: str) -> Fault:
        line, column = self.places[name]
        return Fault(self.file, line, column, message)


Reader = Callable[[str], Any]


def text(cell: str) -> str:
    if not cell.strip():
        raise BadValue("不能为空。")
    return cell.strip()


def optional_text(cell: str) -> str:
    return cell.strip()


def whole_number(cell: str) -> int:
    if not cell.strip().isdecimal():
        raise BadValue(f"应为整数，现在是“{cell}”。")
    return int(cell)


def optional_number(cell: str) -> int | None:
    return whole_number(cell) if cell.strip() else None


def yes_no(cell: str) -> bool:
    if cell.strip() not in {"yes", "no"}:
        raise BadValue(f"应为 yes 或 no，现在是“{cell}”。")
    return cell.strip() == "yes"


def words(cell: str) -> list[str]:
    return cell.split()


def day(cell: str) -> date:
    try:
        return date.fromisoformat(cell.strip())
    except ValueError:
        raise BadValue(f"应为日期，如 2024-08-16，现在是“{cell}”。") from None


def instant(cell: str) -> datetime:
    """A local time of the district, which is Asia/Shanghai."""
    try:
        return datetime.strptime(cell.strip(), "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING)
    except ValueError:
        raise BadValue(f"应为时间，如 2024-08-16 09:00，现在是“{cell}”。") from None


def one_of(*allowed: str) -> Reader:
    def read(cell: str) -> str:
        if cell.strip() not in allowed:
            raise BadValue(f"应为 {'、'.join(allowed)} 之一，现在是“{cell}”。")
        return cell.strip()

    return read


def decoded(path: Path, faults: list[Fault]) -> str | None:
    """The file's text; a missing or empty file and a wrong encoding are faults like any other, and give None."""
    try:
        content = path.read_bytes().decode("utf-8-sig")
        if content.strip():
            return content
        faults.append(Fault(path.name, 1, "文件", "是空的。"))
    except FileNotFoundError:
        faults.append(Fault(path.name, 1, "文件", "没有找到这个文件。"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        faults.append(Fault(path.name, line, f"第{error.start}字节", "不是 UTF-8 编码，请另存为 UTF-8。"))
    return None


def read_csv(path: Path, columns: Mapping[str, Reader], faults: list[Fault]) -> list[Row]:
    """The rows of a CSV with exactly these columns; what is wrong is added to `faults` and its row left out."""
    content = decoded(path, faults)
    if content is None:
        return []
    lines = csv.reader(io.StringIO(content, newline=""), strict=True)
    rows: list[Row] = []
    try:
        header = next(lines)
        if header != list(columns):
            faults.append(Fault(path.name, 1, "表头", f"应为 {','.join(columns)}，现在是 {','.join(header)}。"))
            return []
        start = lines.line_num + 1
        for cells in lines:
            line, start = start, lines.line_num + 1
            if cells:
                rows += _row(path.name, line, columns, cells, faults)
    except csv.Error as error:
        faults.append(Fault(path.name, lines.line_num, "整行", f"不是正确的 CSV：{error}。"))
    return rows


def _row(file: str, line: int, columns: Mapping[str, Reader], cells: list[str], faults: list[Fault]) -> list[Row]:
    if len(cells) != len(columns):
        faults.append(Fault(file, line, "整行", f"应有{len(columns)}列，现在有{len(cells)}列。"))
        return []
    values, places, sound = {}, {}, True
    for (name, read), cell in zip(columns.items(), cells, strict=True):
        places[name] = (line, f"“{name}”列")
        try:
            values[name] = read(cell)
        except BadValue as error:
            faults.append(Fault(file, *places[name], str(error)))
            sound = False
    return [Row(file, values, places)] if sound else []


def read_yaml(path: Path, faults: list[Fault]) -> yaml.MappingNode | None:
    """The document's root mapping as a node, which still knows its lines."""
    content = decoded(path, faults)
    if content is None:
        return None
    try:
        root = yaml.compose(content, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        faults.append(Fault(path.name, mark.line + 1, f"第{mark.column + 1}列", f"不是正确的 YAML：{error.problem}。"))
        return None
    if not isinstance(root, yaml.MappingNode):
        faults.append(Fault(path.name, 1, "第1列", "应为“名称: 值”的形式。"))
        return None
    return root


def mapping_row(
    file: str, node: yaml.Node, fields: Mapping[str, Reader], faults: list[Fault], also: frozenset[str] = frozenset()
) -> Row | None:
    """One mapping read field by field. Names outside `fields` and `also` are faults; a missing one reads as empty."""
    if not isinstance(node, yaml.MappingNode):
        faults.append(at(file, node, "应为“名称: 值”的形式。"))
        return None
    found = {key.value: value for key, value in node.value}
    before = len(faults)
    faults.extend(
        at(file, key, f"不认识的名称“{key.value}”。") for key, _ in node.value if key.value not in {*fields, *also}
    )
    values, places = {}, {}
    for name, read in fields.items():
        value = found.get(name)
        places[name] = _place(value or node)
        try:
            values[name] = read(_scalar(value))
        except BadValue as error:
            faults.append(Fault(file, *places[name], f"{name} {error}"))
    return Row(file, values, places) if len(faults) == before else None


def _scalar(node: yaml.Node | None) -> str:
    if node is None:
        return ""
    if not isinstance(node, yaml.ScalarNode):
        raise BadValue("应为单个值。")
    return node.value


def weights(node: yaml.Node | None) -> list[list[Any]]:
    """A mapping of names to positive whole numbers as [name, number] pairs, in its order. Raises BadValue."""
    if not isinstance(node, yaml.MappingNode):
        raise BadValue("应为“因素: 权重”的形式。")
    read = [[key.value, whole_number(_scalar(value))] for key, value in node.value]
    if not read or min(weight for _, weight in read) < 1:
        raise BadValue("权重应为正整数。")
    return read


def child(node: yaml.MappingNode, name: str) -> yaml.Node | None:
    return next((value for key, value in node.value if key.value == name), None)


def _place(node: yaml.Node) -> tuple[int, str]:
    return node.start_mark.line + 1, f"第{node.start_mark.column + 1}列"


def at(file: str, node: yaml.Node, message: str) -> Fault:
    return Fault(file, *_place(node), message)
