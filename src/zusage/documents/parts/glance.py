"""The notice in one table: what, why, how long, who."""

from __future__ import annotations

from zusage.documents.anchors import activity_anchor, anchor
from zusage.documents.catalogue import opening, tidy
from zusage.documents.events import when
from zusage.documents.lengths import length
from zusage.documents.page import Line, Section, Span, Table, line, paragraphs
from zusage.documents.sentences import data_label
from zusage.documents.spoken import classes_of, keeping, spoken_of, table_of
from zusage.promises import promise as p
from zusage.promises.law import legal_basis
from zusage.promises.manifest import Activity, Keep
from zusage.promises.period import Period

from .setting import Setting

_HEADINGS = ("activity", "what", "why", "long", "who")


def glance(setting: Setting) -> Section:
    """One row for each activity."""
    say = setting.say
    headings = tuple(say(f"glance.{key}") for key in _HEADINGS)
    rows = tuple(_row(setting, name, activity) for name, activity in setting.manifest.activities.items())
    return Section(
        say("glance.heading"), "glance", (paragraphs(say("glance.intro")), Table(say("glance.caption"), headings, rows))
    )


def _row(setting: Setting, name: str, activity: Activity) -> tuple[tuple[Line, ...], ...]:
    say = setting.say
    title = Line((Span(say.of(activity.title), f"#{activity_anchor(name)}"),))
    why = (line(opening(say.of(activity.purpose))), line(say.of(legal_basis(activity.legal_basis).cite)))
    whom = say.listed(setting.recipients(activity.recipients)) or say("glance.only_us")
    return (title,), (line(opening(held(setting, activity))),), why, _periods(setting, name), (line(opening(whom)),)


def held(setting: Setting, activity: Activity) -> str:
    """The titles of all classes of data that an activity holds."""
    classes = dict.fromkeys(c for data in activity.data.values() for c in data.classes)
    say = setting.say
    return say.listed(say.of(setting.manifest.classes[c]) for c in classes) or say("page.not_given")


def _periods(setting: Setting, name: str) -> tuple[Line, ...]:
    rules = keeping(setting.manifest, name)
    alone = len({classes_of(setting.manifest, rule) for _, rule in rules}) == 1
    targets = {timed.path: anchor(timed.id) for timed in reversed(spoken_of(setting.manifest, name))}
    return tuple(
        Line((Span(_label(setting, keep, rule, alone=alone), f"#{targets[rule.path]}" if rule.path in targets else None),))
        for keep, rule in rules
    ) or (line(opening(setting.say("page.not_given"))),)


def _label(setting: Setting, keep: Keep, rule: p.Rule, *, alone: bool) -> str:
    period = _length(setting, keep, rule)
    data = data_label(setting.manifest, rule, setting.say)
    return opening(period if alone or not data else setting.say("glance.of", data=data, period=period))


def _length(setting: Setting, keep: Keep, rule: p.Rule) -> str:
    say = setting.say
    if not (rule.at_least or rule.at_most):
        return say("glance.until", until=tidy(keep.until)) if keep.until else say("page.not_given")
    end = when(setting.manifest, table_of(rule), rule.start, rule.at_most or rule.at_least, say)
    if rule.at_least == rule.at_most:
        return end
    if rule.at_most is None:
        return say("glance.at_least", period=end)
    most = say("glance.at_most", period=end) if rule.at_most != Period() else end
    if rule.at_least is None:
        return most
    least = say("glance.at_least", period=length(rule.at_least, say, "accusative"))
    return say("glance.both", least=least, most=most)
