"""What the rehearsal says afterwards."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any


@dataclass
class Stage:
    """One step: its name, how many it handled, how long it took."""

    name: str
    count: int = 0
    seconds: float = 0.0


@dataclass
class Report:
    families: int
    seed: int
    stages: list[Stage] = field(default_factory=list)
    mistakes: Counter[str] = field(default_factory=Counter)
    results: dict[str, Any] = field(default_factory=dict)
    peak_memory: dict[str, int] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def count(self, mistake: str) -> None:
        """One more mistake that got its answer; called from several threads."""
        with self.lock:
            self.mistakes[mistake] += 1

    @contextmanager
    def stage(self, name: str, total: int = 0) -> Iterator["Progress"]:
        progress = Progress(name, total)
        began = monotonic()
        yield progress
        self.stages.append(Stage(name, progress.done, round(monotonic() - began, 2)))
        progress.end(self.stages[-1].seconds)

    @property
    def seconds(self) -> float:
        return round(sum(stage.seconds for stage in self.stages), 2)

    def write(self, path: Path) -> None:
        content = {
            "families": self.families,
            "seed": self.seed,
            "seconds": self.seconds,
            "stages": [vars(stage) for stage in self.stages],
            "mistakes": dict(self.mistakes),
            "results": self.results,
            "peak_memory_bytes": self.peak_memory,
        }
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

    def table(self) -> str:
        """The same for people."""
        lines = [f"{'步骤':<10}\t{'数量':>6}\t{'秒':>8}\t{'占比':>5}"]
        for stage in self.stages:
            share = stage.seconds / self.seconds if self.seconds else 0
            lines.append(f"{stage.name:<10}\t{stage.count:>6}\t{stage.seconds:>8.2f}\t{share:>5.0%}")
        lines.append(f"{'合计':<10}\t{self.families:>6}\t{self.seconds:>8.2f}")
        lines += ["", *(f"{name}：{value}" for name, value in self.results.items())]
        lines += ["", "演练中的差错（都得到了应有的处理）："]
        lines += [f"  {name}：{count}" for name, count in sorted(self.mistakes.items())]
        lines += ["", *(f"内存峰值 {who}：{size / 1024 / 1024:.0f} MB" for who, size in self.peak_memory.items())]
        return "\n".join(lines)


class Progress:
    """Shows how far a step is: in place on a terminal, every tenth in a log."""

    def __init__(self, name: str, total: int) -> None:
        self.name, self.total, self.done = name, total, 0
        self.on_terminal = sys.stderr.isatty()

    def step(self, count: int = 1) -> None:
        before = self.done
        self.done += count
        tenth = max(self.total // 10, 1)
        if self.on_terminal or before // tenth != self.done // tenth:
            self.say(f"{self.name} {self.done}/{self.total}" if self.total else f"{self.name} {self.done}")

    def end(self, seconds: float) -> None:
        self.say(
            f"{self.name} 完成，{self.done}，{seconds:.1f} 秒\n"
            if self.on_terminal
            else f"{self.name} {seconds:.1f} 秒"
        )

    def say(self, line: str) -> None:
        sys.stderr.write(f"\r\x1b[K{line}" if self.on_terminal else f"{line}\n")
        sys.stderr.flush()
