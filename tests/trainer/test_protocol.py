import json
import math
from pathlib import Path

import pytest

from trainer.protocol import (
    MAX_LINE_BYTES,
    PROTOCOL_VERSION,
    Detach,
    Epoch,
    Failed,
    Finished,
    LineSplitter,
    Notice,
    Progress,
    ProtocolError,
    Started,
    Stop,
    decode,
    encode,
)

STARTED = Started(
    version=PROTOCOL_VERSION,
    run_folder="/runs/a",
    device_name="CPU",
    precision="bf16",
    num_train=8,
    num_validation=1,
    num_test=2,
    seconds_expected=None,
)
PROGRESS = Progress(
    stage="student",
    repeat=0,
    epoch=1,
    num_epochs=9,
    step=3,
    num_steps=10,
    losses={"loss": 0.5},
    examples_per_s=12.5,
    seconds_left=60.0,
    gpu_memory_bytes=None,
)
EPOCH = Epoch(
    stage="teacher",
    repeat=2,
    epoch=0,
    losses={},
    validation_srcc=0.5,
    validation_plcc=None,
    is_best=False,
    seconds=1.0,
)
MESSAGES = [
    STARTED,
    PROGRESS,
    EPOCH,
    Notice(what="One photo is left out.", hint="Mend it."),
    Failed(what="No room.", hint="Free some."),
    Finished(report="", was_stopped=True),
    Stop(),
    Detach(),
]
GOLDEN = Path(__file__).parent.parent / "golden" / "protocol_v1.jsonl"


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_survives_the_wire(message):
    line = encode(message)

    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode(line) == message


def test_lines_of_the_first_version_are_still_understood():
    started, training, photos, epoch, notice, failed, finished, stop = [
        decode(line) for line in GOLDEN.read_bytes().splitlines()
    ]

    assert started == Started(
        version=1,
        run_folder="/home/anna/runs/eigene Fotos-20261121-101500",
        device_name="NVIDIA H200",
        precision="bf16",
        num_train=4320,
        num_validation=480,
        num_test=1200,
        seconds_expected=754.5,
    )
    assert isinstance(training, Progress)
    assert training.losses["loss"] == 3.25
    assert math.isnan(training.losses["regression"])
    assert training.seconds_left == 483.0
    assert isinstance(photos, Progress)
    assert photos.gpu_memory_bytes is None
    assert isinstance(epoch, Epoch)
    assert epoch.is_best
    assert notice == Notice(
        what="3 photos can't be read and are left out: Großmutter 📷.jpg (The file ends early.)",
        hint="The run goes on with the others.",
    )
    assert isinstance(failed, Failed)
    assert isinstance(finished, Finished)
    assert stop == Stop()


def test_lines_of_the_first_version_are_still_written_the_same():
    lines = GOLDEN.read_bytes().splitlines(keepends=True)

    assert [json.loads(encode(decode(line))) for line in lines] == [
        json.loads(line) for line in lines
    ]


def test_a_number_that_is_not_finite_becomes_null_and_comes_back_as_nan():
    message = Epoch(
        stage="teacher",
        repeat=0,
        epoch=0,
        losses={"loss": math.nan, "contrast": math.inf},
        validation_srcc=math.nan,
        validation_plcc=-math.inf,
        is_best=False,
        seconds=1.0,
    )
    line = encode(message)

    assert json.loads(line)["losses"] == {"loss": None, "contrast": None}
    decoded = decode(line)
    assert isinstance(decoded, Epoch)
    assert math.isnan(decoded.losses["loss"])
    assert decoded.validation_srcc is None
    assert decoded.validation_plcc is None


def test_a_path_that_is_not_utf8_survives_the_wire():
    message = Finished(report="/runs/caf\udce9/report.json", was_stopped=False)

    assert decode(encode(message)) == message


def test_a_very_long_text_is_cut_so_that_the_line_can_be_read():
    message = decode(encode(Notice(what="x" * (2 * MAX_LINE_BYTES), hint="")))

    assert isinstance(message, Notice)
    assert message.what.endswith("x…")


def with_field(message, name, value):
    return json.dumps({**json.loads(encode(message)), name: value}).encode()


def without_field(message, name):
    values = json.loads(encode(message))
    del values[name]
    return json.dumps(values).encode()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"", "it is not JSON"),
        (b"Downloading weights: 40%", "it is not JSON"),
        (encode(PROGRESS)[:40], "it is not JSON"),
        (b'{"type": "Notice", "what": "caf\xe9", "hint": ""}', "it is not JSON"),
        (b'{"type": "Notice", "what": NaN, "hint": ""}', "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b"1" * 10_000, "it is not JSON"),
        (b"3", "it is not an object"),
        (b'["Stop"]', "it is not an object"),
        (b"{}", "there is no message type None"),
        (b'{"type": ["Stop"]}', r"there is no message type \['Stop'\]"),
        (b'{"type": "Reboot"}', "there is no message type 'Reboot'"),
        (b'{"type": "Stop", "now": true}', "Stop has the fields "),
        (with_field(EPOCH, "colour", "red"), "Epoch has the fields stage, repeat"),
        (without_field(EPOCH, "stage"), "Epoch has the fields stage, repeat"),
        (with_field(EPOCH, "stage", 3), "stage is not a text"),
        (with_field(EPOCH, "repeat", "0"), "repeat is not a whole number"),
        (with_field(EPOCH, "repeat", True), "repeat is not a whole number"),
        (with_field(EPOCH, "repeat", 1.0), "repeat is not a whole number"),
        (with_field(EPOCH, "is_best", 1), "is_best is neither true nor false"),
        (with_field(EPOCH, "seconds", "1"), "seconds is not a finite number"),
        (with_field(EPOCH, "seconds", 10**400), "seconds is int too large"),
        (encode(EPOCH).replace(b"1.0", b"1e999"), "seconds is not a finite number"),
        (with_field(EPOCH, "losses", [1.0]), "losses is not an object"),
        (with_field(EPOCH, "losses", {"loss": "1"}), "losses is not a finite number"),
        (with_field(EPOCH, "validation_srcc", False), "validation_srcc is not a finite number"),
        (with_field(PROGRESS, "gpu_memory_bytes", 0.5), "gpu_memory_bytes is not a whole number"),
        (with_field(STARTED, "version", "2"), "version is not a whole number"),
        (b"{" + b" " * MAX_LINE_BYTES + b"}", "it is longer than 1048576 bytes"),
    ],
)
def test_anything_else_is_refused_with_the_reason(line, why):
    with pytest.raises(ProtocolError, match=why):
        decode(line)


def test_a_refusal_shows_how_the_line_begins():
    with pytest.raises(ProtocolError, match="It begins with 'Downloading weights"):
        decode(b"Downloading weights: 40%")


def test_a_newer_version_is_refused_even_with_fields_we_do_not_know():
    line = json.dumps({"type": "Started", "version": PROTOCOL_VERSION + 1, "cluster": "x"}).encode()

    with pytest.raises(
        ProtocolError, match=r"newer Discern \(protocol version 2\)\. Update Discern"
    ):
        decode(line)


def test_lines_are_put_together_wherever_the_stream_was_cut():
    stream = b"".join(map(encode, MESSAGES))
    for size in (1, 2, 3, 7, 64, len(stream)):
        splitter = LineSplitter()
        lines = [
            line
            for start in range(0, len(stream), size)
            for line in splitter.feed(stream[start : start + size])
        ]
        assert [decode(line) for line in lines] == MESSAGES
        assert splitter.finish() == b""


def test_the_remainder_is_kept_until_the_end():
    splitter = LineSplitter()

    assert splitter.feed(b'{"type": "Stop"}\n\r\n{"type"') == [b'{"type": "Stop"}']
    assert splitter.finish() == b'{"type"'
    assert splitter.finish() == b""


def test_a_line_without_end_does_not_fill_the_memory():
    splitter = LineSplitter()
    for _ in range(5):
        assert splitter.feed(b"x" * MAX_LINE_BYTES) == []

    too_long, next_line = splitter.feed(b'\n{"type": "Stop"}\n')
    assert len(too_long) == MAX_LINE_BYTES + 1
    with pytest.raises(ProtocolError, match="longer than"):
        decode(too_long)
    assert decode(next_line) == Stop()
