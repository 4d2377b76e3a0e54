"""DESIGN §3 by machine: who may import whom, and which libraries are allowed where."""

from __future__ import annotations

import ast

import pytest

from tests.house.sources import calls, imports, modules

LAYERS = (
    {"forum.core"},
    {"forum.places"},
    {"forum.people"},
    {"forum.threads"},
    {"forum.mailroom", "forum.subscriptions", "forum.library"},
    {"forum.moderation", "forum.search"},
    {"forum.demo"},
)
"""Slices from the bottom up; one may import those beneath it, never one beside or above it."""

DOORS = ("forum.cli", "forum.web", "mailbridge")

WIRING = ("forum.main", "forum.app", "forum.config")

LIBRARIES = {
    "email": ("mailbridge",),
    "mailbox": ("mailbridge",),
    "smtplib": ("mailbridge",),
    "mailparser": ("mailbridge",),
    "aiosmtpd": ("mailbridge",),
    "flufl": ("mailbridge",),
    "bleach": ("forum.core.markup",),
    "nh3": ("forum.core.markup",),
    "flask_login": ("forum.web",),
    "flask_wtf": ("forum.web",),
    "flask_babel": ("forum.web",),
    "click": ("forum.cli",),
}
"""Each of these is used in one room only."""

REQUEST_BOUND = {"request", "g", "session", "url_for", "redirect", "render_template", "abort", "flash", "Blueprint", "Response"}


def room(module: str) -> str:
    """The slice, door or wiring file that a module belongs to."""
    parts = module.split(".")
    return "mailbridge" if parts[0] == "mailbridge" else ".".join(parts[:2])


def level(name: str) -> int | None:
    return next((number for number, layer in enumerate(LAYERS) if name in layer), None)


@pytest.mark.parametrize("module", sorted(modules()))
def test_imports_go_downwards(module: str) -> None:
    own = room(module)
    for imported in imports(module):
        other = room(imported)
        if other == own or imported.split(".")[0] not in ("forum", "mailbridge") or own in WIRING or other == "forum":
            continue
        if own in DOORS:
            assert other not in DOORS or module == "forum.main", f"{module} (a door) imports {imported}"
            assert other != "forum.main", f"{module} imports {imported}"
            continue
        own_level, other_level = level(own), level(other)
        assert own_level is not None, f"{own} has no place in LAYERS"
        if other == "forum.config":
            continue  # read for its type only; core.site hands the value out
        assert other_level is not None, f"{module} (a slice) imports {imported}"
        assert other_level < own_level, f"{module} imports {imported}, which is beside or above it"


@pytest.mark.parametrize("module", sorted(modules()))
def test_libraries_stay_in_their_room(module: str) -> None:
    for imported in imports(module):
        allowed = LIBRARIES.get(imported.split(".")[0])
        assert allowed is None or module.startswith(allowed), f"{module} imports {imported}; only {allowed} may"


@pytest.mark.parametrize("module", sorted(modules()))
def test_request_bound_flask_stays_in_the_browser_door(module: str) -> None:
    if module.startswith("forum.web") or module in ("forum.app", "forum.main"):
        return
    names = {
        alias.name
        for node in ast.walk(modules()[module])
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
        for alias in node.names
    }
    assert not names & REQUEST_BOUND, f"{module} uses {names & REQUEST_BOUND}"
    assert "current_app" not in names or module == "forum.core.site", f"{module} asks current_app; core.site does"


def test_one_place_commits() -> None:
    committing = {
        module
        for module in modules()
        for call in calls(module)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    }
    assert committing == {"forum.core.db"}


def test_one_place_tells_the_time() -> None:
    asking = {
        module
        for module in modules()
        for call in calls(module)
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("now", "utcnow", "today") and _is_datetime(call.func.value)
    }
    assert asking == {"forum.core.clock"}


def _is_datetime(node: ast.expr) -> bool:
    return ast.unparse(node) in ("dt.datetime", "datetime", "datetime.datetime", "dt.date", "date", "datetime.date")
