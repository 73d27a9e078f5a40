"""Puts the explorer's page together: HTML, style, modules and the model become one file.

The modules in w2v/maps/page/ are plain JavaScript modules. In the page each becomes a function that
returns what it exports, and comes after the modules that it imports:

    import { best } from "./search.js";        const { best } = modules["search.js"];
    export function fold(word) {...}           function fold(word) {...} ... return { fold };

The page's Content-Security-Policy allows exactly this style and this script, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from functools import cache
from importlib.resources import files
from typing import Any

from w2v import __version__

START = "main.js"
STYLES = ("colours.css", "parts.css", "map.css", "page.css")  # later ones override earlier ones

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w.]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_PLACE = re.compile("@([A-Z]+)@")


def page(title: str, model: str) -> bytes:
    """The page as UTF-8; `model` is JSON, which page/model.js reads."""
    script = f"\n{joined_modules()}"
    style = "\n" + "\n".join(map(source, STYLES))
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    parts = {
        "POLICY": policy,
        "GENERATOR": f"w2v {__version__}",
        "TITLE": html.escape(title),
        "STYLE": style,
        "SCRIPT": script,
        "MODEL": in_script(model),
    }
    return _PLACE.sub(lambda place: parts[place[1]], source("page.html")).encode("utf-8")


def source(name: str) -> str:
    """A file of w2v/maps/page/."""
    return files("w2v.maps").joinpath("page", name).read_text(encoding="utf-8")


def in_script(json: str) -> str:
    """JSON that is safe in a <script>: no character in it begins a tag or a comment."""
    return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _digest(text: str) -> str:
    """The name of a script or a style in a Content-Security-Policy."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def joined_modules() -> str:
    """All modules that the first one needs, as one script."""
    done: dict[str, str] = {}
    _add(START, done)
    return "const modules = {};\n" + "".join(done.values())


def _add(name: str, done: dict[str, str]) -> None:
    """Add a module after those that it imports."""
    text = source(name)
    for _, other in _IMPORT.findall(text):
        if other not in done:
            _add(other, done)
    exported = ", ".join(_EXPORT.findall(text))
    text = _IMPORT.sub(_as_constant, text)
    text = _EXPORT.sub("", text)
    line = "/" * 20
    done[name] = (
        f'\n{line} {name}\n\nmodules["{name}"] = (() => {{\n{text}\n'
        f"return {{ {exported} }};\n}})();\n"
    )


def _as_constant(match: re.Match[Any]) -> str:
    """An import as the page writes it."""
    names = ", ".join(name.strip() for name in match[1].split(",") if name.strip())
    return f'const {{ {names} }} = modules["{match[2]}"];\n'
