import io
import os
import subprocess
import sys
import textwrap

import pytest

from app.cli.terminal import line_width, printable, shortened, width_of


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain.jpg", "plain.jpg"),
        ("two words é 写真 🏖️.jpg", "two words é 写真 🏖️.jpg"),
        ("family 👨‍👩‍👧.jpg", "family 👨‍👩‍👧.jpg"),
        ("two\nlines.jpg", r"two\nlines.jpg"),
        ("\x1b[31mred.jpg", r"\x1b[31mred.jpg"),
        ("right\u202eleft.jpg", r"right\u202eleft.jpg"),
        ("broken\udcff.jpg", r"broken\udcff.jpg"),
        ("wide\u3000space", "wide\u3000space"),
    ],
)
def test_what_would_disturb_the_terminal_is_escaped(text, shown):
    assert printable(text) == shown


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("写真", 4), ("🏖️", 2), ("e\u0301", 1)])
def test_width_is_counted_in_columns(text, width):
    assert width_of(text) == width


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("short.jpg", 9, "short.jpg"),
        ("abcdefghij", 7, "abc…hij"),
        ("abcdefghij", 6, "ab…hij"),
        ("写真写真写真", 7, "写真…真"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
    ],
)
def test_long_text_loses_its_middle(text, width, expected):
    assert shortened(text, width) == expected
    assert width_of(shortened(text, width)) <= width


def test_lines_are_not_cut_for_a_pipe_but_to_the_terminal(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert line_width() > 10_000
    monkeypatch.setenv("COLUMNS", "72")
    assert line_width() == 72


def _run(script, **options):
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def test_a_reader_that_goes_away_is_no_error():
    process = _run(
        """
        from app.cli.terminal import finish_out, write_out, write_out_bytes
        for number in range(100_000):
            write_out(f"line {number}")
        write_out_bytes(b"more")
        finish_out()
        """
    )
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 0
    process.stderr.close()


def test_a_terminal_that_knows_only_ascii_gets_escapes():
    process = _run(
        """
        from app.cli.terminal import prepare_streams, write_out
        prepare_streams()
        write_out("score ± 写真 \\udcff")
        """,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    out, err = process.communicate()
    assert out.decode("ascii").strip() == r"score \xb1 \u5199\u771f \udcff"
    assert err == b""
