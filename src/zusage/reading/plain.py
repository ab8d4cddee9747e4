"""A draft as plain values, for programs."""

from __future__ import annotations

from typing import Any

from .drafting import ActivityDraft, DataDraft, Draft


def as_data(draft: Draft) -> dict[str, Any]:
    """Every proposal with its reason."""
    return {
        "system": draft.system,
        "dialect": draft.dialect,
        "people": [{"name": p.name, "record": p.record, "key": p.key, "because": p.reason} for p in draft.people],
        "activities": [_activity(activity) for activity in draft.activities],
        "not_personal": dict(draft.not_personal),
        "epochs": list(draft.epochs),
        "views": list(draft.views),
        "cannot_be_named": list(draft.unsayable),
        "partitions": list(draft.partitions),
        "views_with_stored_rows": list(draft.stored),
    }


def _activity(activity: ActivityDraft) -> dict[str, Any]:
    return {
        "name": activity.name,
        "legal_basis": activity.basis.legal_basis,
        "because": activity.basis.basis_reason,
        "data": [_data(data) for data in activity.data],
        "keep": [
            {
                "name": rule.name,
                "only": rule.only,
                "at_least": rule.at_least,
                "at_most": rule.at_most,
                "from": rule.start,
                "duty": rule.duty,
                "because": [rule.period_reason, rule.start_reason],
            }
            for rule in activity.rules
        ],
        "waits_for": [{"link": wait.link, "because": wait.reason} for wait in activity.waits_for],
        "questions": list(activity.questions),
    }


def _data(data: DataDraft) -> dict[str, Any]:
    return {
        "table": data.guess.name,
        "kind": data.guess.kind,
        "because": data.guess.reason,
        "of": data.of,
        "part_of": data.part_of,
        "about": data.about,
        "whose": data.of_reason or data.about_reason or data.part_reason,
        "columns": [{"name": c.name, "role": c.role, "class": c.data_class, "because": c.reason} for c in data.guess.columns],
    }
