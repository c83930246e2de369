"""The application factory."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from backend import __version__
from backend.api import (
    answers,
    artifacts,
    comparisons,
    errors,
    events,
    experiments,
    methods,
    page,
    paper,
    probes,
    runs,
    session,
    shared,
    shares,
    specs,
    system,
    tokens,
)
from backend.api.deps import Context
from backend.api.guard import Guard
from backend.artifacts import open_store
from backend.db.session import Database
from backend.services.answer_view import AnswerViewer
from backend.services.disk import StoredBytes
from backend.services.dispatch import Dispatcher
from backend.services.guesses import GuessLimit
from backend.services.hub import EventHub
from backend.services.live_figures import LiveFigures
from backend.services.paper_view import PaperViewer
from backend.services.reaper import Reaper
from backend.services.versions import Versions
from backend.services.viewing import Viewer
from backend.settings import Settings

_WRONG_TOKENS_A_MINUTE = 10
_WRONG_LINKS_A_MINUTE = 30
_WRONG_PASSPHRASES_A_MINUTE = 10


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
        paper=PaperViewer(database, store, settings.max_analyses),
        answers=AnswerViewer(database, store, settings.max_analyses),
        live_figures=LiveFigures(database),
        versions=Versions(database, settings),
        stored_bytes=StoredBytes(database),
        token_guesses=GuessLimit("tokens", _WRONG_TOKENS_A_MINUTE),
        link_guesses=GuessLimit("links", _WRONG_LINKS_A_MINUTE),
        passphrase_guesses=GuessLimit("passphrases", _WRONG_PASSPHRASES_A_MINUTE),
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
        # A route of our own says who may read it. FastAPI's page of it loads others' scripts.
        openapi_url=None,
    )
    app.add_middleware(Guard, settings=settings)
    app.state.context = context
    errors.install(app)
    # Not of the application: it would refuse in plain text, outside of the guard.
    api = APIRouter(prefix="/api", max_body_size=settings.max_body_bytes)
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
        shared,
        events,
        system,
        session,
        tokens,
    ):
        api.include_router(module.router)
    app.include_router(api)

    app.include_router(page.router)
    return app


def prepare(app: FastAPI) -> None:
    """Do now what would hold up every answer later, in a process that does nothing but serve."""
    # FastAPI builds its routes when it is first asked for one or for their description.
    app.openapi()
    # All that was imported stays: it need not be looked through for garbage again and again.
    gc.collect()
    gc.freeze()
