"""A sheet drawn in a process of its own: what stands in it comes from outside, and shaping is work for the processor.

`python -m knowledge.pages.sheet_process` takes JSON on its standard input, {"format": "pdf" | "png", "rows": [[left, right,
style, rule]]}, and answers with the file.
"""

import resource
import sys

import orjson

from knowledge.pages.sheet import Row, Sheet

MOST_MEMORY = 1024 * 1024 * 1024
MOST_CPU_S = 60
A4 = (210.0, 297.0)
PHONE = (110.0, 1500.0)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    wanted = orjson.loads(sys.stdin.buffer.read())
    rows = [Row(*each) for each in wanted["rows"]]
    made = Sheet(rows, *A4).pdf() if wanted["format"] == "pdf" else Sheet(rows, *PHONE).png()
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
