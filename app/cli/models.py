"""discern models: what is in the model library, and what comes in and goes out."""

import argparse
from pathlib import Path

from app import places
from app.cli.options import add_command
from app.cli.terminal import line_width, printable, write_err, write_out
from app.models.exchange import export_file, import_file, remove

_DESCRIPTION = """\
The models that photos can be rated with: those that come with Discern, and your
own. A model is one .safetensors file that holds its card: what it is, what it
was trained on, and how well it does. Opening one never runs code from it."""
CERTAINTY_DESCRIPTION = """\
Writes a copy of a model that states how sure each score is: an interval in which
two thirds of the errors lie, twice which holds 95 %, and whether a photo is like
those that the model learned from.

With --held-out the intervals hold for photos of other sources. That takes scores
of every source's photos by a model that was trained without that source, as
python -m bench.hold_out gives them; the columns are image, source and score,
0-100. Without, the errors are those on the validation part of the labels, their
column split, and the intervals hold for photos of the same kind."""
_EXAMPLES = """\
examples:
  discern models list
  discern models show csiqa-vit-tiny-biq2021
  discern models import ~/Downloads/mine.safetensors
  discern models import ~/Downloads/mine.safetensors --name mine-2
  discern models export mine mine.safetensors
  discern models classical --labels ratings.csv classical.npz
  discern models certainty mine --labels ratings.csv sure.safetensors
  discern models remove mine"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command and its actions."""
    parser = add_command(
        subparsers,
        "models",
        run,
        summary="list, show, import, export and remove models",
        description=_DESCRIPTION,
        examples=_EXAMPLES,
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    action = actions.add_parser(
        "list", help="every model, the default first, with what it costs and is good for"
    )
    action.set_defaults(act=_list)
    action = actions.add_parser("show", help="the card of a model")
    action.add_argument("name", metavar="NAME", help="a model's name, or a model file")
    action.set_defaults(act=_show)
    action = actions.add_parser("import", help="copy a model file into the library")
    action.add_argument("file", type=Path, metavar="FILE", help="a .safetensors model file")
    action.add_argument(
        "--name", metavar="NAME", help="what to call it here (default: the name on its card)"
    )
    action.set_defaults(act=_import)
    action = actions.add_parser("export", help="copy a model out of the library")
    action.add_argument("name", metavar="NAME", help="a model's name")
    action.add_argument("file", type=Path, metavar="FILE", help="a new file, or a folder")
    action.set_defaults(act=_export)
    action = actions.add_parser(
        "classical", help="train an opponent without a network, for contests"
    )
    action.add_argument(
        "--labels", type=Path, required=True, metavar="L", help="rated photos, as for training"
    )
    action.add_argument("file", type=Path, metavar="FILE", help="the new file, ending in .npz")
    action.set_defaults(act=_classical)
    action = actions.add_parser(
        "certainty",
        help="give a model intervals that hold, from photos it was trained on and errors on others",
        description=CERTAINTY_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    action.add_argument("name", metavar="NAME", help="a model's name, or a model file")
    action.add_argument(
        "--labels", type=Path, required=True, metavar="L", help="what the model was trained on"
    )
    action.add_argument(
        "--held-out",
        type=Path,
        metavar="F",
        help="a CSV of scores by models that never saw a photo's source: image,source,score",
    )
    action.add_argument("file", type=Path, metavar="FILE", help="the new .safetensors file")
    action.set_defaults(act=_certainty)
    action = actions.add_parser("remove", help="delete one of your own models")
    action.add_argument("name", metavar="NAME", help="a model's name")
    action.set_defaults(act=_remove)


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    args.act(args)
    return 0


# The library loads torch to look into model files, so that each action imports it when it runs.


def _list(args: argparse.Namespace) -> None:
    from app.models.costs import seconds_of
    from app.models.text import list_lines
    from engine.networks.model_library import list_models

    entries = list_models(places.models())
    for line in list_lines(entries, seconds=seconds_of(entries, say=write_err)):
        write_out(line)


def _show(args: argparse.Namespace) -> None:
    from app.models.text import card_lines
    from engine.networks.model_file import read_card
    from engine.networks.model_finder import find_model

    path = find_model(args.name, places.models())
    for line in card_lines(read_card(path), path=path, width=min(line_width(), 100)):
        write_out(printable(line))


def _import(args: argparse.Namespace) -> None:
    model = import_file(args.file, name=args.name)
    already = "" if model.is_new else " already"
    write_err(
        f"{model.name} is in the library{already}. Use it with: discern rate --model {model.name}"
    )


def _export(args: argparse.Namespace) -> None:
    write_out(str(export_file(args.name, args.file)))


def _classical(args: argparse.Namespace) -> None:
    # Here, because it loads SciPy and scikit-learn.
    from app.cli.classical_training import train_classical

    train_classical(args.labels, args.file)


def _certainty(args: argparse.Namespace) -> None:
    # Here, because it loads torch and SciPy.
    from app.cli.certainty_finding import find_certainty

    find_certainty(args.name, labels=args.labels, held_out=args.held_out, target=args.file)


def _remove(args: argparse.Namespace) -> None:
    remove(args.name)
    write_err(f"{args.name} was removed.")
