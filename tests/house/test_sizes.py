"""Sizes and words: what makes a house pleasant is its tail, so the tail has limits."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import PACKAGES, name_of, parsed, python_files

LONGEST_FUNCTION_LINES = 50
LONGEST_MODULE_LINES = 400
MOST_PARAMETERS = 5
BANNED_WORDS = {"manager", "service", "helper", "helpers", "utils", "util", "data", "info", "process", "handle"}
# A service point and a service standard are terms of the post, and a library calls its own things by its own names.
TERMS = {"service_point", "service_standard", "extra_info"}
# The framework decides how many parameters these take: one per option, or per part of an address.
CALLBACKS = {"command", "group", "option", "argument", "route", "get", "post", "put", "patch", "delete"}
SOURCES = (*PACKAGES, "tools", "benchmarks")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _sources() -> list[Path]:
    return [file for file in python_files(*SOURCES) if "/migrations/" not in name_of(file)]


def _functions(file: Path) -> Iterator[Function]:
    return (node for node in ast.walk(parsed(file)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _lines_of(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{name_of(file)}:{node.lineno} {node.name}: {_lines_of(node)} lines"
        for file in _sources()
        for node in _functions(file)
        if _lines_of(node) > LONGEST_FUNCTION_LINES
    }

    assert long == set()


def _is_table(file: Path) -> bool:
    """Nothing but constants, imports and a docstring: the size of such a module is the size of its subject."""
    plain = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom, ast.Expr)
    return all(isinstance(node, plain) for node in parsed(file).body)


def test_no_module_is_longer_than_one_sitting() -> None:
    lengths = {name_of(file): len(file.read_text(encoding="utf-8").splitlines()) for file in _sources()}
    long = {
        name: lines
        for file in _sources()
        if (lines := lengths[name := name_of(file)]) > LONGEST_MODULE_LINES and not _is_table(file)
    }

    assert long == {}


def _is_callback(node: Function) -> bool:
    names = {
        part.attr if isinstance(part, ast.Attribute) else part.id if isinstance(part, ast.Name) else ""
        for decorator in node.decorator_list
        for part in [decorator.func if isinstance(decorator, ast.Call) else decorator]
    }
    return bool(names & CALLBACKS)


def _parameters(node: Function) -> int:
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return len([argument for argument in arguments if argument.arg not in {"self", "cls"}])


def test_more_than_five_parameters_are_a_value_of_their_own() -> None:
    greedy = {
        f"{name_of(file)}:{node.lineno} {node.name}: {_parameters(node)} parameters"
        for file in _sources()
        for node in _functions(file)
        if _parameters(node) > MOST_PARAMETERS and not _is_callback(node)
    }

    assert greedy == set()


def _words(name: str) -> set[str]:
    """`ItemHandler` and `item_handler` hold the same words."""
    plain = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    for term in TERMS:
        plain = plain.replace(term, "")
    return set(plain.split("_"))


def _names(file: Path) -> Iterator[str]:
    yield from file.with_suffix("").parts[-2:]
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def test_names_say_what_a_thing_is() -> None:
    vague = {f"{name_of(file)}: {name}" for file in _sources() for name in _names(file) if _words(name) & BANNED_WORDS}

    assert vague == set()
