# SPDX-License-Identifier: MIT
"""Pages that no file in ``docs`` has: the README and its kin, decisions, the API, linked sources.

A hook of MkDocs (`mkdocs.yml`). The README and the other pages at the root, which GitHub shows, are
taken as they are. Links from page to page are turned to where the site has them; MkDocs, strict,
refuses those that lead nowhere.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
AT_THE_ROOT = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
    "CODE_OF_CONDUCT.md": "conduct.md",
    "THIRD-PARTY.md": "third-party.md",
}
"""Page in the repository -> page of the site. The rest of the site's pages are ``docs``."""
DECISIONS = "adr/index.md"
ROOMS = {
    "contract": "*",
    "family": "*",
    "files": "*",
    "hw": "*",
    "litert": "__init__",
    "ort": "__init__",
    "vision": "kinds",
}
"""Packages of `npucore` in the API reference, and which of their modules it shows one by one."""
LINK = re.compile(r"(?<=\]\()(?!https?:|#|mailto:)([^)#\s]+)(#[^)\s]*)?(?=\))")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List the decisions in the navigation, by number."""
    pages = [{title(path): f"adr/{path.name}"} for path in decisions()]
    for entry in config.nav or ():
        if "Decisions" in entry:
            entry["Decisions"] = [DECISIONS, *pages]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made here."""
    from mkdocs.structure.files import File

    made = {page: (ROOT / path).read_text() for path, page in AT_THE_ROOT.items()}
    made[DECISIONS] = index_of_decisions()
    made |= {f"api/{room}.md": api_of_room(room) for room in ROOMS}
    made["api/npucore.md"] = "# npucore\n\n::: npucore\n"
    written = [ROOT / path for path in AT_THE_ROOT] + sorted(ROOT.glob("docs/**/*.md"))
    for path in written:
        made |= {page_of_source(source): source_page(source) for source in linked_sources(path)}
    for name, content in made.items():
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links to where the site has their targets."""
    here = page.file.src_uri
    if here.startswith("source/"):
        return markdown
    written = {site: path for path, site in AT_THE_ROOT.items()}.get(here, f"docs/{here}")
    folder = str(PurePosixPath(written).parent)

    def turned(found: re.Match[str]) -> str:
        target = place_of(normpath(f"{folder}/{found[1]}"))
        return relpath(target, str(PurePosixPath(here).parent)) + (found[2] or "")

    return LINK.sub(turned, markdown)


def place_of(path: str) -> str:
    """Where the site has *path* of the repository.

    >>> place_of("README.md"), place_of("docs/ops.md"), place_of("docs/adr")
    ('index.md', 'ops.md', 'adr/index.md')
    >>> place_of("tools/lowest.py")
    'source/tools/lowest.py.md'
    """
    if path in AT_THE_ROOT:
        return AT_THE_ROOT[path]
    if path == "docs/adr":
        return DECISIONS
    if path == "changes":
        return AT_THE_ROOT["CHANGELOG.md"]
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    return page_of_source(path)


def linked_sources(page: Path) -> list[str]:
    """The files that *page* links to and that are no pages, as paths in the repository."""
    folder = page.parent.relative_to(ROOT).as_posix()
    targets = {normpath(f"{folder}/{found[1]}") for found in LINK.finditer(page.read_text())}
    return sorted(
        path
        for path in targets - AT_THE_ROOT.keys()
        if not path.startswith("docs/") and (ROOT / path).is_file()
    )


def page_of_source(path: str) -> str:
    """The page that shows the file at *path* of the repository."""
    return f"source/{path}.md"


def source_page(path: str) -> str:
    """The file at *path* as a block of code."""
    language = PurePosixPath(path).suffix.removeprefix(".")
    return f"# {path}\n\n````{language}\n{(ROOT / path).read_text()}````\n"


def api_of_room(room: str) -> str:
    """A page of the API: the package, then each of its modules."""
    modules = sorted((ROOT / "npucore" / room).glob(f"{ROOMS[room]}.py"))
    names = [f"npucore.{room}.{path.stem}" for path in modules if path.stem != "__init__"]
    parts = [f"# npucore.{room}\n\n::: npucore.{room}\n"]
    return "\n".join(parts + [f"## {name}\n\n::: {name}\n" for name in names])


def decisions() -> list[Path]:
    """The architecture decision records, in order."""
    return sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))


def title(path: Path) -> str:
    """The first heading of a page, without its sign."""
    return path.read_text().split("\n", 1)[0].removeprefix("# ")


def index_of_decisions() -> str:
    """A page that lists all decisions."""
    lines = [f"- [{title(path)}]({path.name})" for path in decisions()]
    about = "Why npucore is built as it is: the context of each decision, the decision, its price."
    return "\n".join(["# Decisions", "", about, "", *lines, ""])
