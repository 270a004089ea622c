import os
import signal

import pytest

from app.cli.interruption import Interruption


def test_the_first_interrupt_asks_and_the_second_ends(capfd):
    with Interruption() as interruption:
        assert not interruption.asks_to_stop()
        signal.raise_signal(signal.SIGINT)
        assert interruption.asks_to_stop()
        assert "Press Ctrl+C again" in capfd.readouterr().err
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_afterwards_an_interrupt_is_what_it_was_before():
    # A shell's background jobs start with interrupts ignored, and so may these tests.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        _interrupt_after_an_interruption()
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupt_after_an_interruption():
    with Interruption():
        pass
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_a_closed_stderr_does_not_matter():
    saved = os.dup(2)
    try:
        os.close(2)
        with Interruption() as interruption:
            signal.raise_signal(signal.SIGINT)
        assert interruption.is_wanted
    finally:
        os.dup2(saved, 2)
        os.close(saved)
