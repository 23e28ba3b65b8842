"""`licet serve`: the workbench in the browser, on this machine only."""

from __future__ import annotations

import secrets
import threading
from pathlib import Path

import click

from checker.cli import options
from checker.cli.streams import complain

ADDRESS = "127.0.0.1"


@click.command()
@click.argument("folder", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("--port", default=8317, show_default=True, type=click.IntRange(1024, 65535), help="Where to listen on this machine.")
@click.option("--open", "show", is_flag=True, help="Open the page in the browser.")
def command(folder: str, port: int, show: bool) -> int:
    """Build scenarios by form and see the answer change, in the browser.

    Reads and writes scenario files of FOLDER only (default: this one). Listens on this machine only; nothing leaves it, and
    nothing is kept but what you save. The address it prints is new at every start, and only who has it gets in. Needs the
    extra `web`: pip install 'licet[web]'.

    \b
    Example:
      licet serve scenarios --open

    Stop it with Ctrl-C. Exit code: 0 stopped, 2 it could not start.
    """
    try:
        from waitress.server import create_server

        from checker.app.workbench import Workbench
        from checker.web.server import create
    except ModuleNotFoundError as error:
        raise click.ClickException(f"The workbench needs {error.name}. Install it: pip install 'licet[web]'.") from None
    key = secrets.token_urlsafe(24)
    bench = Workbench(options.library(), Path(folder))
    app = create(bench, port=port, key=key, today=lambda: options.day(None))
    try:
        server = create_server(app, host=ADDRESS, port=port, threads=4, ident="", channel_request_lookahead=1)
    except OSError as error:
        raise click.ClickException(f"{ADDRESS}:{port}: cannot listen ({error.strerror}). Choose another with --port.") from None
    address = f"http://{ADDRESS}:{port}/{key}/"
    complain(f"The workbench is at {address} (Ctrl-C stops it).")
    if show:
        click.launch(address)
    threading.Thread(target=bench.warm, daemon=True).start()
    server.run()
    return 0
