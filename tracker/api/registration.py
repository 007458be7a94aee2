"""The API becomes part of the application."""

from flask import Flask

from tracker.api import (
    catalogue,
    discrepancies,
    docs,
    dossiers,
    events,
    evidence,
    items,
    label_batches,
    labels,
    runs,
    uploads,
)
from tracker.api.calls import api

# Importing a module hangs its calls into the blueprint; the tuple says that all of them are wanted.
VIEWS = (catalogue, discrepancies, docs, dossiers, events, evidence, items, label_batches, labels, runs, uploads)


def register(app: Flask) -> None:
    app.register_blueprint(api)
