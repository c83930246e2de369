"""The application factory."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute

from feedback_atlas.server import __version__
from feedback_atlas.server.access import routes as access
from feedback_atlas.server.access import session_routes
from feedback_atlas.server.access.guards import TokenAttempts
from feedback_atlas.server.answers import routes as answers
from feedback_atlas.server.answers.service import AnswerViewer
from feedback_atlas.server.api import problems
from feedback_atlas.server.api.deps import install
from feedback_atlas.server.api.middleware import Guard
from feedback_atlas.server.artifacts import open_store
from feedback_atlas.server.comparisons import routes as comparisons
from feedback_atlas.server.comparisons.viewer import ComparisonViewer
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.events import routes as events
from feedback_atlas.server.events.hub import EventHub
from feedback_atlas.server.experiments import routes as experiments
from feedback_atlas.server.experiments.figures import LiveFigures
from feedback_atlas.server.papers import routes as papers
from feedback_atlas.server.papers.service import PaperViewer
from feedback_atlas.server.queue.dispatcher import Dispatcher
from feedback_atlas.server.reaper import Reaper
from feedback_atlas.server.reports import routes as reports
from feedback_atlas.server.runs import file_routes
from feedback_atlas.server.runs import routes as runs
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.sharing import public_routes
from feedback_atlas.server.sharing import routes as sharing
from feedback_atlas.server.sharing.link_access import LinkAttempts, PassphraseAttempts
from feedback_atlas.server.sharing.upgrade import bring_up_to_date
from feedback_atlas.server.sharing.viewer import LinkViewer
from feedback_atlas.server.specs import routes as specs
from feedback_atlas.server.system import page_routes
from feedback_atlas.server.system import routes as system
from feedback_atlas.server.system.disk import StoredBytes
from feedback_atlas.server.system.versions import Versions


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the service for these settings (by default, those of the environment)."""
    settings = settings or Settings()
    database = Database(settings.resolved_database_url)
    store = open_store(settings)
    dispatcher = Dispatcher(database, settings)
    hub = EventHub(database)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(bring_up_to_date, database, store)
        reaper = Reaper(database, dispatcher, settings)
        tasks = [asyncio.create_task(reaper.run()), asyncio.create_task(hub.run())]
        try:
            yield
        finally:
            await hub.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            dispatcher.close()
            database.close()

    app = FastAPI(
        title="Feedback Atlas",
        version=__version__,
        lifespan=lifespan,
        # Served by our own route, behind an access check; FastAPI's page loads others' scripts.
        openapi_url=None,
        routes=_routes(settings.max_body_bytes),
    )
    app.add_middleware(Guard, settings=settings)
    install(
        app,
        settings,
        database,
        store,
        dispatcher,
        hub,
        ComparisonViewer(database, store),
        LinkViewer(store),
        PaperViewer(database, store, settings.max_analyses),
        AnswerViewer(database, store, settings.max_analyses),
        LiveFigures(database),
        Versions(database, settings),
        StoredBytes(database),
        TokenAttempts(),
        LinkAttempts(),
        PassphraseAttempts(),
    )
    problems.install(app)
    return app


@cache
def _routes(max_body_bytes: int) -> list[BaseRoute]:
    # Routes take what they need from the request's application, so all applications of a process
    # share them: building them takes longer than most requests. The size limit is the router's
    # because the application's would refuse in plain text, outside of the guard.
    api = APIRouter(prefix="/api", max_body_size=max_body_bytes)
    for module in (
        answers,
        specs,
        experiments,
        runs,
        file_routes,
        comparisons,
        reports,
        papers,
        sharing,
        public_routes,
        events,
        system,
        session_routes,
        access,
    ):
        api.include_router(module.router)
    root = APIRouter()
    root.include_router(api)
    root.include_router(page_routes.router)
    return root.routes


def warm_up(app: FastAPI) -> None:
    """Do the work now that would delay answers later, in a process that only serves."""
    # FastAPI builds its routes on first use.
    app.openapi()
    # Modules stay in memory, so the garbage collector need not scan them.
    gc.collect()
    gc.freeze()
