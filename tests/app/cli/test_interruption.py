import os
import signal

import pytest

from app.cli.interruption import Interruption, ended_by_signals


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


ENDINGS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


@pytest.fixture
def plain_signals():
    """A test runner may ignore what a program that a person starts does not."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in ENDINGS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ENDINGS)
def test_every_signal_to_end_asks_first_and_ends_then(plain_signals, capfd, number):
    with Interruption() as interruption:
        signal.raise_signal(number)
        assert interruption.asks_to_stop()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) == signal.SIG_DFL


@pytest.mark.parametrize("number", ENDINGS)
def test_outside_of_what_can_be_stopped_a_signal_to_end_interrupts(plain_signals, number):
    with ended_by_signals(), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no such signal")
def test_who_asked_not_to_be_hung_up_is_not(plain_signals):
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with ended_by_signals(), Interruption() as interruption:
        signal.raise_signal(signal.SIGHUP)
        assert not interruption.is_wanted
