"""The command line: results go to standard output, everything else to standard error; it computes nothing."""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nevsim.errors import NevsimError, ScenarioError, UsageError, printable
from nevsim.progress import duration, of_run, of_sweep

if TYPE_CHECKING:
    from nevsim.result import Result
    from nevsim.study.sweep import Sweep
    from nevsim.sweeping import SweepOutcome

INTERRUPTED = 130

_set = click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="ADDRESS=VALUE",
    help="Change a value, such as plants.polestar.nameplate=60000; * stands for one part. May be repeated.",
)
_seed = click.option("--seed", type=int, metavar="S", help="Seed of every draw; by default the scenario's own.")

_design = click.option(
    "--design",
    type=click.Choice(["independent", "latin", "sobol"]),
    default="independent",
    help="How draws are spread: at random, or evenly over replicates of 1,024 runs, ten at least; default independent.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nevsim", message="nevsim %(version)s")
def cli() -> None:
    """Announced plants, played through delays, ramps, outages and shortages: the odds of a target.

    Start with `nevsim run`, which plays the scenario that comes with it, or write one of your own: `nevsim new FILE`.
    """


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--from", "shipped", metavar="SHIPPED", help="A shipped scenario or sweep; what it names comes along.")
def new(file: Path, shipped: str | None) -> None:
    """Write a commented scenario FILE, or a sweep, to start from."""
    from nevsim.scenario.load import files_named
    from nevsim.shipped import folder, path_of, sweeps
    from nevsim.study.folder import write_file

    source = path_of(shipped or "example")
    is_sweep = shipped in sweeps()
    text = source.read_text(encoding="utf-8")
    copies = {file: text.replace('"../', '"') if is_sweep else text}
    for beside in files_named(source):
        copy, text = file.parent / beside.relative_to(folder()), beside.read_text(encoding="utf-8")
        if not (is_sweep and copy.is_file() and copy.read_text(encoding="utf-8") == text):
            copies[copy] = text
    for path in copies:
        if path.exists():
            raise UsageError(f"{path}: stands there already; name another file")
    for path, text in copies.items():
        write_file(path, text)
        click.echo(f"wrote {path}", err=True)
    then = f"nevsim sweep {file}" if is_sweep else f"nevsim check {file} && nevsim run {file}"
    click.echo(f"Now edit it, then: {then}", err=True)


@cli.command()
@click.argument("scenarios", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SCENARIO...")
def check(scenarios: tuple[Path, ...]) -> None:
    """Report every fault of scenario files at its place, what is odd, and what has no source."""
    from nevsim.scenario.assumptions import assumptions, unsourced
    from nevsim.scenario.faults import MAX_FAULTS
    from nevsim.scenario.load import load

    faults = 0
    for path in scenarios:
        try:
            scenario = load(path)
        except ScenarioError as error:
            faults += len(error.faults)
            click.echo(str(error), err=True)
            continue
        for warning in scenario.warnings:
            click.echo(f"warning: {warning}", err=True)
        bare = unsourced(scenario)
        for one in bare:
            click.echo(f"{one.place.file}:{one.place.line}:{one.place.column}: {one.address}: no source")
        document = scenario.document
        click.echo(
            f"{path}: fine; {len(document.plants)} plants, {len(scenario.phases)} phases,"
            f" {len(document.targets)} targets, {len(assumptions(scenario))} assumptions,"
            f" {len(bare)} of them without a source"
        )
    if faults:
        more = ", perhaps more: mend these first" if faults >= MAX_FAULTS else ""
        raise UsageError(f"{faults} fault{'s' if faults > 1 else ''} found{more}")


@cli.command()
@click.argument("scenario", type=click.Path(path_type=Path))
@_set
def show(scenario: Path, overrides: tuple[str, ...]) -> None:
    """Print the resolved scenario: every value with its law's P5, P50 and P95, its source, and where it was written."""
    from nevsim.report.terminal import listing
    from nevsim.scenario.assumptions import resolved
    from nevsim.scenario.load import load

    click.echo(listing(resolved(load(scenario, overrides))))


@cli.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    import json

    from nevsim.scenario.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=2))


@cli.command()
@click.argument("scenario", required=False, type=click.Path(path_type=Path))
@_set
@click.option("--runs", type=int, metavar="N", help="Replications; by default the scenario's own.")
@_seed
@_design
@click.option("--precision", type=float, metavar="H", help="Double the runs until every 95 % half-width is at most H.")
@click.option(
    "--engine",
    type=click.Choice(["batch", "simpy"]),
    default="batch",
    help="What plays: compiled loops, or processes of SimPy, which find the same; default batch.",
)
@click.option("--keep", is_flag=True, help="Keep every replication with its draws, in tables beside the others.")
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Threads; by default one a processor.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder of the results itself.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, and keep it only with --out.")
def run(
    scenario: Path | None,
    overrides: tuple[str, ...],
    runs: int | None,
    seed: int | None,
    design: str,
    precision: float | None,
    engine: str,
    keep: bool,
    threads: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Play SCENARIO and print the odds of its targets, what is lost to what, and when plants start.

    Without SCENARIO, the shipped case of Liangjiang New Area is played. The results are kept in a folder, with figures
    and a report.
    """
    from nevsim.notebook import load
    from nevsim.shipped import FLAGSHIP, path_of
    from nevsim.study.folder import check_folder, check_writable

    case = load(path_of(FLAGSHIP) if scenario is None else scenario, overrides)
    if out is not None:
        check_folder(out)
    has_folder = out is not None or not as_json
    if keep and not has_folder:
        raise UsageError("found --keep beside --json without a folder; name one with --out")
    if has_folder:
        check_writable(out or Path("results", case.scenario.id, "run"))
    for warning in case.scenario.warnings:
        click.echo(f"warning: {warning}", err=True)
    with of_run() as progress:
        outcome = case.run(runs, seed, precision, progress, design, engine, threads, keep)
    if has_folder:
        _note("writing figures and report")
        folder = outcome.save(out, command=" ".join(["nevsim", *sys.argv[1:]]))
    if as_json:
        _echo_json(outcome.result)
    else:
        from nevsim.report.terminal import sentence, tables

        click.echo(tables(outcome.result))
        click.echo()
        click.echo(sentence(outcome.result, str(folder)))


@cli.command()
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option("--replication", type=click.IntRange(min=0), default=0, metavar="K", help="Which one, from 0; default 0.")
@_seed
@_design
@_set
def trace(scenario: Path, replication: int, seed: int | None, design: str, overrides: tuple[str, ...]) -> None:
    """Print what happens in one replication, day by day, and why each target is hit or missed."""
    from nevsim.clock import months_between
    from nevsim.forecast import retell
    from nevsim.report.story import limit, log, reason
    from nevsim.scenario.load import load

    loaded = load(scenario, overrides)
    head = loaded.document.scenario
    told = retell(loaded, replication, seed, design)
    click.echo(f"{head.title}: replication {replication}, seed {told.seed}\n")
    click.echo(log(told.events, head.start))
    click.echo()
    for verdict in told.verdicts:
        click.echo(reason(verdict, head.start, head.end))
    for found in told.limits:
        click.echo(limit(found, months_between(head.start, head.end)))


@cli.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="SWEEP")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder of the sweep itself.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Processes; by default one a processor.")
@click.option("--cluster", metavar="ADDRESS", help="Play on a Dask cluster in place of this machine: tcp://host:port.")
@click.option("--runs", type=int, metavar="N", help="Replications of each case; by default the sweep's own.")
@click.option("--seed", type=int, metavar="S", help="Seed of every draw; by default the sweep's own.")
@click.option("--plan", is_flag=True, help="Tell cases, replications and the time they take, and play nothing of it.")
@click.option("--json", "as_json", is_flag=True, help="Print the table as JSON.")
def sweep(
    file: Path,
    out: Path | None,
    workers: int | None,
    cluster: str | None,
    runs: int | None,
    seed: int | None,
    plan: bool,
    as_json: bool,
) -> int:
    """Play every case of a SWEEP file and print the odds of each, beside those of the scenario as it stands.

    The same command goes on where it was stopped, and with more runs or cases adds to what is there. The folder is
    results/sweeps/<id>, unless --out names another.
    """
    from nevsim.study.sweep import read_sweep
    from nevsim.sweeping import swept_into

    if workers is not None and cluster is not None:
        raise UsageError("found --workers beside --cluster, whose workers are started elsewhere; leave one away")
    read = read_sweep(file, runs, seed)
    for warning in read.warnings:
        click.echo(f"warning: {warning}", err=True)
    if plan:
        _echo_plan(read, workers)
        return 0
    command = " ".join(["nevsim", *sys.argv[1:]])
    folder = Path("results", "sweeps", read.id) if out is None else out
    place = printable(str(folder))
    try:
        with of_sweep() as progress:
            outcome = swept_into(read, folder, workers, cluster, None, progress, command)
        return _echo_swept(outcome, place, as_json=as_json)
    except KeyboardInterrupt:
        click.echo(f"interrupted; what is done is kept in {place}, and the same command goes on from there", err=True)
        return INTERRUPTED


def _echo_swept(outcome: SweepOutcome, place: str, *, as_json: bool) -> int:
    for note in outcome.notes:
        click.echo(f"note: {printable(note)}", err=True)
    for case, reason in outcome.withheld.items():
        click.echo(f"case {case}: its odds are withheld: {printable(reason)}", err=True)
    if as_json:
        import json

        click.echo(json.dumps(outcome.facts, indent=2, ensure_ascii=False))
    else:
        from nevsim.report.sweep_terminal import sweep_sentence, sweep_tables

        found = outcome.table
        click.echo(sweep_tables(found))
        click.echo()
        click.echo(sweep_sentence(found, place))
    return 1 if outcome.withheld else 0


def _echo_plan(read: Sweep, workers: int | None) -> None:
    from nevsim.replications import threads_for
    from nevsim.study.campaign import PILOT, pace

    count, replications = len(read.cases), len(read.cases) * read.runs
    hands = threads_for(workers)
    click.echo(f"{count:,} cases of {read.runs:,} runs: {replications:,} replications")
    prepared, played = pace(read)
    spent = duration((prepared * count + played * replications) / hands)
    crew = f"{hands} workers" if hands > 1 else "1 worker"
    click.echo(f"about {spent} of playing with {crew}, as {PILOT:,} replications of the base go")


def _echo_json(result: Result) -> None:
    import json

    from nevsim.study.summary import summary

    click.echo(json.dumps(summary(result), indent=2, ensure_ascii=False))


def _note(text: str) -> None:
    if sys.stderr.isatty():
        click.echo(text, err=True)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process: 0 done, 1 failed, 2 usage or invalid input, 130 interrupted,
    by Ctrl-C or a request to terminate.

    Garbage is collected less often, and no more at the end: libraries make many objects as they load, and none of them
    is garbage.
    """
    gc.set_threshold(500_000, 50, 50)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    ended = status(arguments)
    gc.freeze()
    sys.exit(ended)


def status(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    try:
        outcome: Any = cli.main(arguments, prog_name="nevsim", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; nothing was kept, the same command starts again", err=True)
        return INTERRUPTED
    except NevsimError as error:
        click.echo(str(error) if isinstance(error, ScenarioError) else printable(str(error)), err=True)
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (OSError, MemoryError) as error:
        click.echo(f"the machine refused: {error or type(error).__name__}; free memory or disk and run again", err=True)
        return 1
    return outcome if isinstance(outcome, int) else 0
