"""The workbench as a web application: one page that is a form, the documents it makes, and their style and script."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response, abort, request

from checker.app import formats
from checker.app.workbench import Workbench
from checker.web import sheet as sheets
from checker.web.guard import REPORT_POLICY, Guard
from checker.web.page import Page

if TYPE_CHECKING:
    from werkzeug.exceptions import HTTPException

#: licenses whose reach the style sheet can show in the picture
MOST_REACHES = 40
_HERE = Path(__file__).parent
_TYPES = {"html": "text/html", "json": "application/json"}
_SUFFIXES = {"markdown": "md", "text": "txt", "html": "html", "yaml": "yaml", "junit": "xml"}


def create(bench: Workbench, *, port: int, key: str, today: Callable[[], str]) -> Flask:
    """The application for one library and folder, to be served at `port` of this machine under `/key/`; `today` gives the day."""
    app = Flask("licet", static_folder=None, template_folder=None)
    Guard(app, port, key)
    _Routes(app, Page(bench, today), f"/{key}/").add()
    return app


class _Routes:
    """What the application answers to."""

    def __init__(self, app: Flask, page: Page, start: str) -> None:
        self.app = app
        self.page = page
        self.address = start
        self.style = ""

    def add(self) -> None:
        """Attach every address."""
        self.app.add_url_rule(self.address, view_func=self.start, methods=["GET"])
        self.app.add_url_rule(self.address, view_func=self.change, methods=["POST"])
        self.app.add_url_rule(self.address + "document", view_func=self.document, methods=["POST"])
        self.app.add_url_rule("/style.css", view_func=self.styles)
        self.app.add_url_rule("/script.js", view_func=self.script)
        self.app.add_url_rule("/favicon.ico", view_func=lambda: ("", 204), endpoint="icon")
        for code in (400, 403, 404, 405, 413, 421, 429):
            self.app.register_error_handler(code, self.refuse)

    def start(self) -> str:
        """The empty form."""
        return self.page.render(sheets.empty(self.page.today()))

    def change(self) -> str | Response:
        """The form after its answers were read and one button was pressed; to the script, only what changes with them."""
        answers = request.form.to_dict(flat=False)
        scenario, wrong = self.page.sheet.read(_base(answers), answers)
        if "live" in answers:
            gone = request.environ.get("waitress.client_disconnected", lambda: False)
            return Response(self.page.live(scenario, wrong, answers, gone), mimetype="text/html")
        upload = request.files.get("upload")
        text = upload.read() if upload and upload.filename else None
        return self.page.act(scenario, wrong, answers, text, upload.filename or "" if upload else "")

    def document(self) -> Response:
        """The scenario, or a document made of its Assessment, to look at or to download."""
        answers = request.form.to_dict(flat=False)
        scenario, wrong = self.page.sheet.read(_base(answers), answers)
        wanted = answers.get("format", answers.get("export", ["html"]) if "chosen" in answers else ["html"])[-1]
        judged = self.page.judge(scenario)
        if wanted == "yaml":
            return _download(self.page.whole_text(scenario), "yaml", self.page.file_name(scenario))
        if wanted not in formats.names():
            abort(400, "form")
        if judged is None or judged.entry is None:
            return Response(self.page.render(scenario, wrong=wrong), 422, mimetype="text/html")
        document = formats.renderer(wanted)([judged.entry])
        if "view" in answers and wanted == "html":
            return Response(document, mimetype="text/html", headers={"Content-Security-Policy": REPORT_POLICY})
        return _download(document, wanted, self.page.file_name(scenario))

    def styles(self) -> Response:
        """The style sheet: that of the reports, and the form's own."""
        if not self.style:
            self.style = formats.pieces().style(MOST_REACHES) + (_HERE / "static" / "workbench.css").read_text(encoding="utf-8")
        return Response(self.style, mimetype="text/css")

    def script(self) -> Response:
        """The script that asks anew after every change."""
        return Response((_HERE / "static" / "workbench.js").read_bytes(), mimetype="text/javascript")

    def refuse(self, error: HTTPException) -> tuple[str, int]:
        """A page that says why, and leads back."""
        errors = self.page.words["errors"]
        by_code = {404: "missing", 413: "size"}
        said = str(error.description)
        back = self.address if request.path.startswith(self.address) else ""
        return self.page.error(said if said in errors else by_code.get(error.code or 400, "form"), back), error.code or 400


def _base(answers: Mapping[str, list[str]]) -> sheets.Scenario:
    """The scenario that the form was made of, which its answers go into."""
    try:
        value = json.loads(answers.get("base", ["{}"])[-1])
    except (ValueError, RecursionError):
        abort(400, "form")
    if not sheets.sound(value):
        abort(400, "form")
    scenario: sheets.Scenario = value
    return scenario


def _download(text: str, kind: str, stem: str) -> Response:
    suffix = _SUFFIXES.get(kind, "json" if text.lstrip().startswith(("{", "[")) else "txt")
    headers = {"Content-Disposition": f'attachment; filename="{stem}.{suffix}"'}
    return Response(text.encode("utf-8"), content_type=f"{_TYPES.get(kind, 'text/plain')}; charset=utf-8", headers=headers)


