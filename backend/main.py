"""The application factory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, FastAPI, HTTPException
from fastapi.responses import FileResponse

from backend import __version__
from backend.api import (
    answers,
    artifacts,
    comparisons,
    errors,
    events,
    experiments,
    methods,
    paper,
    probes,
    runs,
    shares,
    specs,
    system,
)
from backend.api.deps import Context
from backend.artifacts import open_store
from backend.db.session import Database
from backend.services.answer_view import AnswerViewer
from backend.services.disk import StoredBytes
from backend.services.dispatch import Dispatcher
from backend.services.hub import EventHub
from backend.services.live_figures import LiveFigures
from backend.services.paper_view import PaperViewer
from backend.services.reaper import Reaper
from backend.services.versions import Versions
from backend.services.viewing import Viewer
from backend.settings import Settings

FRONTEND = Path(__file__).resolve().parent.parent / "frontend" / "dist"
_PLOTLY_JS = Path(str(files("plotly") / "package_data" / "plotly.min.js"))


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service for these settings (by default, those of the environment)."""
    settings = settings or Settings()
    database = Database(settings.resolved_database_url)
    store = open_store(settings)
    context = Context(
        settings=settings,
        database=database,
        store=store,
        dispatcher=Dispatcher(database, settings),
        hub=EventHub(database),
        viewer=Viewer(database, store),
        paper=PaperViewer(database, store),
        answers=AnswerViewer(database, store),
        live_figures=LiveFigures(database),
        versions=Versions(database, settings),
        stored_bytes=StoredBytes(database),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(database.migrate)
        reaper = Reaper(database, context.dispatcher, settings)
        tasks = [asyncio.create_task(reaper.run()), asyncio.create_task(context.hub.run())]
        try:
            yield
        finally:
            await context.hub.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            context.dispatcher.close()
            database.close()

    app = FastAPI(
        title="Feedback Atlas",
        version=__version__,
        lifespan=lifespan,
        max_body_size=settings.max_body_bytes,
        openapi_url="/api/openapi.json",
        docs_url="/api/docs",
        redoc_url=None,
    )
    app.state.context = context
    errors.install(app)
    api = APIRouter(prefix="/api")
    for module in (
        answers,
        specs,
        experiments,
        runs,
        artifacts,
        comparisons,
        methods,
        paper,
        probes,
        shares,
        events,
        system,
    ):
        api.include_router(module.router)
    app.include_router(api)

    @app.get("/api/{path:path}", include_in_schema=False)
    def unknown_path(path: str) -> None:
        # Without it the page, which takes every other path, would answer for the API.
        raise HTTPException(404)

    @app.get("/plotly.min.js", include_in_schema=False)
    def plotly_js() -> FileResponse:
        return FileResponse(
            _PLOTLY_JS,
            media_type="text/javascript",
            headers={"Cache-Control": "public, max-age=3600"},
        )

    if (FRONTEND / "index.html").is_file():
        app.frontend("/", directory=FRONTEND, fallback="index.html")
    return app
