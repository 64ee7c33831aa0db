"""From a file to a checked scenario: the only reader of scenario files; it draws and plays nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from os.path import normpath
from pathlib import Path as FilePath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from nevsim import shipped
from nevsim.errors import Fault, ScenarioError, UsageError
from nevsim.scenario import toml
from nevsim.scenario.address import Path, address_of, at
from nevsim.scenario.changes import Change, ChangeError, changed
from nevsim.scenario.check import check_document
from nevsim.scenario.extension import Place, Text, extended, without
from nevsim.scenario.faults import MAX_FAULTS, at_place, faults_of, repaired, shown
from nevsim.scenario.phases import PhaseView, phases_of
from nevsim.scenario.readings import check_readings, choices, labels_of, read_as, unsettled
from nevsim.scenario.removal import REMOVE, check_no_removal, reduced
from nevsim.scenario.samples import laws_of_files, with_samples
from nevsim.scenario.schema import Document, Reading
from nevsim.scenario.sheet import cell_fault
from nevsim.scenario.tables import with_tables

_READINGS = TypeAdapter(tuple[Reading, ...])
MAX_EXTENDS = 16
"""Files that may build on one another."""
_OF_A_VALUE = (
    "bad-date",
    "begins-early",
    "duplicate-id",
    "law-leaves-range",
    "law-parameters",
    "later-than-as-of",
    "out-of-range",
    "unit-not-allowed",
    "unknown-source",
)
_OF_A_SCOPE = ("scope-matches-nothing", "target")
_WORD = re.compile(r"[\w-]+(\.\w+)?")


@dataclass(frozen=True)
class Scenario:
    """A scenario that was read, merged and checked.

    ``document`` is the file after ``extends``, ``text`` the same as plain data with the place of every value,
    ``phases`` every phase with what it takes from its plant, ``warnings`` what is legal but odd. ``labels`` names the
    reading of each unclear fact that it takes, ``others`` every other combination of them.
    """

    path: str
    document: Document
    text: Text
    phases: tuple[PhaseView, ...]
    warnings: tuple[Fault, ...]
    labels: dict[str, str]
    others: tuple[Scenario, ...] = ()

    @property
    def id(self) -> str:
        """The id of the scenario."""
        return self.document.scenario.id

    def address(self, path: Path) -> str:
        """Return the address of a path."""
        return address_of(self.text.data, path)


def load(path: str | FilePath, overrides: Sequence[str] = ()) -> Scenario:
    """Return the scenario of a file, with overrides such as ``"plants.polestar.nameplate=60000"``.

    Raises ScenarioError with every fault that was found, and UsageError where the file cannot be read.
    """
    if isinstance(overrides, str):
        raise UsageError(f'found the text "{overrides}", want a list of overrides; write ["{overrides}"]')
    text = read(FilePath(path))
    for override in overrides:
        text = _override(text, override)
    return checked(str(path), text)


def checked(path: str, text: Text, readings: bool = True) -> Scenario:
    """Return the scenario of a text that was read, and perhaps changed; a path names it.

    ``readings`` False takes the first value of each reading and leaves the other combinations out. Raises
    ScenarioError with every fault that was found.
    """
    text = with_samples(text)
    try:
        unclear = _READINGS.validate_python(text.data.get("readings", []))
    except ValidationError:
        unclear = ()  # named by the check of the whole file
    if not unclear or list(check_readings(text, unclear)):
        return _checked(path, text, {})
    open_ones = unsettled(text, unclear)
    kept = tuple(unclear[index] for index in open_ones)
    text = without(text, {("readings", index) for index in range(len(unclear))} - {("readings", i) for i in open_ones})
    first, *rest = choices(kept)
    played = _checked(path, read_as(text, kept, first), labels_of(kept, first))
    if not readings:
        return played
    others: list[Scenario] = []
    faults: list[Fault] = []
    for choice in rest:
        try:
            others.append(_checked(path, read_as(text, kept, choice), labels_of(kept, choice)))
        except ScenarioError as error:
            faults += [fault for fault in error.faults if fault not in faults]
    if faults:
        raise ScenarioError(faults[:MAX_FAULTS])
    warnings = tuple(_as_played(one, others) for one in played.warnings)
    return replace(played, warnings=warnings, others=tuple(others))


def _as_played(warning: Fault, others: Sequence[Scenario]) -> Fault:
    """Return a warning; where a level is out of reach under some readings alone, it says so."""
    known = [{(one.kind, one.address) for one in other.warnings} for other in others]
    if warning.kind != "out-of-reach" or all((warning.kind, warning.address) in found for found in known):
        return warning
    return replace(warning, message=f"{warning.message} as played, but under another reading")


def _checked(path: str, text: Text, labels: dict[str, str]) -> Scenario:
    try:
        document = Document.model_validate(text.data)
    except ValidationError as error:
        faults = faults_of(error, text, cell_fault)
        raise ScenarioError([*faults, *_further(text, faults)]) from None
    views = phases_of(document)
    faults, warnings = check_document(document, views, text)
    if faults:
        raise ScenarioError(faults)
    return Scenario(path, document, text, views, tuple(sorted(warnings)), labels)


def _further(text: Text, faults: list[Fault]) -> list[Fault]:
    """Return the faults of meaning beside faults of shape, less those that may only follow from them."""
    rest = repaired(text)
    if rest is None:
        return []
    others = check_document(rest[0], phases_of(rest[0]), rest[1])[0]
    around = {".".join(parts[:end]) for fault in faults for parts in [fault.address.split(".")] for end in range(1, 9)}
    records = {_record(fault.address) for fault in faults}
    causes = {"unknown-source": "sources", **dict.fromkeys(_OF_A_SCOPE, "plants")}

    def follows(fault: Fault) -> bool:
        """Whether a fault of meaning may be there only because something faulty was left out."""
        if causes.get(fault.kind) in around:
            return True
        return fault.address in around if fault.kind in _OF_A_VALUE else _record(fault.address) in records

    return [fault for fault in others if not follows(fault)]


def _record(address: str) -> str:
    return ".".join(address.split(".")[:2])


def parsed(path: FilePath) -> Text:
    """Return the data of one file with the place of every value.

    Raises UsageError where it cannot be read, ScenarioError where it is not TOML 1.0 within the limits.
    """
    name = str(path)
    try:
        with path.open("rb") as file:
            content = file.read(toml.MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        ships = f", or copy the one that ships: nevsim new {path.stem}.toml --from {path.stem}"
        cure = f"check the path{ships if path.stem in shipped.names() else ''}"
        raise UsageError(f"{name}: cannot be read ({reason}); {cure}") from None
    except ValueError:
        raise UsageError(f"{name!r} is not a path; check it") from None
    try:
        data, positions = toml.parse(toml.decode(content))
    except toml.TomlError as error:
        raise ScenarioError(
            [Fault(name, fault.line, fault.column, fault.address, fault.message, fault.kind) for fault in error.faults]
        ) from None
    return Text(data, {(): Place(name, 1, 1)} | {where: Place(name, *place) for where, place in positions.items()})


def read(path: FilePath, inner: tuple[FilePath, ...] = ()) -> Text:
    """Return the data of a file over the file that it extends, and so on."""
    text = with_tables(parsed(path), path)
    if "extends" not in text.data:
        check_no_removal(text)
        return text
    base = reduced(_base(path, text, (*inner, path.resolve())), text)
    return extended(base, _without(text, "extends", REMOVE))


def _base(path: FilePath, text: Text, inner: tuple[FilePath, ...]) -> Text:
    wanted = text.data["extends"]
    if not isinstance(wanted, str) or not wanted or "\0" in wanted:
        message = f"found {shown(wanted)}, want the path of one scenario file; write it in quotes"
        raise ScenarioError([at_place(text, ("extends",), "wrong-type", message)])
    base = path.parent / wanted
    try:
        seen, there = base.resolve() in inner, base.is_file()
    except (OSError, RuntimeError):  # a name that is too long, or links in a circle
        seen, there = False, False
    if seen or len(inner) >= MAX_EXTENDS:
        message = f"found {shown(wanted)}, which leads back here or goes on for over {MAX_EXTENDS} files; end the chain"
        raise ScenarioError([at_place(text, ("extends",), "extends-circle", message)])
    if not there:
        message = f"found {shown(wanted)}, want a file in {path.parent}; correct the path"
        raise ScenarioError([at_place(text, ("extends",), "extends-missing", message)])
    return read(base, inner)


def files_named(path: FilePath) -> list[FilePath]:
    """Return the files that a scenario needs beside it: its CSV files and the file it extends, with what that needs.

    Of a sweep, its scenarios with what they need.
    """
    data = toml.parse(toml.decode(path.read_bytes()))[0]
    if "sweep" in data:
        written = data["sweep"]["scenario"]
        several = [written] if isinstance(written, str) else written
        bases = [FilePath(normpath(path.parent / name)) for name in several]
        return list(dict.fromkeys(file for base in bases for file in (base, *files_named(base))))
    csv = [*data.get("tables", {}).values(), *(at(data, law)["file"] for law in laws_of_files(data, ()))]
    found = [path.parent / name for name in dict.fromkeys(csv)]
    if "extends" in data:
        base = path.parent / data["extends"]
        found += [base, *(file for file in files_named(base) if file not in found)]
    return found


def _without(text: Text, *keys: str) -> Text:
    return Text({name: value for name, value in text.data.items() if name not in keys}, text.places)


def _override(text: Text, override: str) -> Text:
    address, equals, written = override.partition("=")
    address, written = address.strip(), written.strip()
    place = Place(f"--set {override}", 0, 0)
    if not equals or not address:
        raise UsageError(f"--set {override}: want ADDRESS=VALUE, such as plants.polestar.nameplate=60000")
    value = _value(written, override)
    try:
        return changed(text, Change(address, value), place)
    except ChangeError as error:
        raise UsageError(f"--set {override}: {error}") from None


def _value(written: str, override: str) -> Any:
    try:
        data = toml.parse(f"value = {written}")[0]
    except toml.TomlError as error:
        if error.faults[0].kind == "toml-syntax" and _WORD.fullmatch(written):
            return written
        what, _, cure = error.faults[0].message.rpartition(": ")
        if what.startswith("Expected newline"):
            cure = cure if cure.startswith("write") else "quote text"
            raise UsageError(f"--set {override}: more than one value; {cure}") from None
        raise UsageError(f"--set {override}: {error.faults[0].message}") from None
    if len(data) > 1:
        raise UsageError(f"--set {override}: found several lines, want one value; repeat --set for each")
    return data["value"]
