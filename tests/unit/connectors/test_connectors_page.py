"""Whoever works for one person follows and sends only what stands beside a value of that person."""

from __future__ import annotations

import pytest

from zusage.connectors.page import Page, Unclear

LIST = """<!doctype html><meta charset="utf-8"><main><h1>Otter</h1><ul>
<li>Anna Amsel <a href="/people/1">more</a><form method="post" action="/people/1/accept"><input type="hidden" name="csrf" value="a1"></form>
<li>Kanaria-42 Otter<br><a href="/people/2">more</a><form method="post" action="/people/2/accept"><input type="hidden" name="csrf" value="b2"><button>go</button></form>
<li>Berta Birkhahn <a href="/people/3">more</a></ul></main>"""
CANARY = {"Kanaria-42"}


def test_of_many_the_one_beside_the_name_is_taken() -> None:
    page = Page(LIST.replace("<li>", "</li><li>"))
    assert page.link_of(r"/people/\d+", CANARY, only=True) == "/people/2"
    form = page.form_of(r"/people/\d+/accept", CANARY)
    assert (form.path, form.hidden) == ("/people/2/accept", {"csrf": "b2"})


@pytest.mark.parametrize("values", [{"Otter"}, {"Nobody"}, set[str]()])
def test_where_the_name_stands_beside_several_or_none_nothing_is_taken(values: set[str]) -> None:
    page = Page("<h1>Otter</h1>" + LIST.replace("<li>", "</li><li>").replace("Kanaria-42 Otter", "Kanaria-42"))
    with pytest.raises(Unclear):
        page.link_of(r"/people/\d+", values, only=True)
    with pytest.raises(Unclear):
        page.form_of(r"/people/\d+/accept", values)


def test_a_list_whose_entries_do_not_end_is_rather_unclear_than_somebody_elses() -> None:
    with pytest.raises(Unclear):
        Page("<ul><li>Kanaria-42 <li><a href=/people/1></a> <a href=/people/2></a></ul>").link_of("/people/.", CANARY, only=True)


def test_the_only_link_may_be_looked_at_but_nothing_is_sent_from_a_page_without_the_name() -> None:
    page = Page('<a href="/orders/7">M-7</a><form action="/orders/7/send"></form>')
    assert page.link_of(r"/orders/\d+", CANARY, only=True) == "/orders/7"
    with pytest.raises(Unclear):
        page.link_of(r"/orders/\d+", CANARY, only=False)
    with pytest.raises(Unclear):
        page.form_of("/send", CANARY)
    assert page.form_of("/send", None).path == "/orders/7/send"


def test_a_value_in_a_field_counts_and_one_in_a_hidden_field_does_not() -> None:
    shown = '<form action="/a"><input name="who" value="Kanaria-42"></form><form action="/b"><input type="hidden" name="x" value="{}"></form>'
    assert Page(shown.format("1")).form_of("/[ab]", CANARY).path == "/a"
    with pytest.raises(Unclear):
        Page(shown.format("Kanaria-42")).form_of("/b", {"nobody"})


def test_of_two_lists_nothing_is_sent_from_the_one_in_which_the_name_does_not_stand() -> None:
    lists = (
        '<section><h2>Fields</h2><table><tr><td>Kanaria-42</td><td><form action="/fields/5/approve"></form></td></tr></table></section>'
        '<section><h2>Proofs</h2><table><tr><td>Anna</td><td><form action="/proofs/7/approve"></form></td></tr></table></section>'
    )
    assert Page(lists).form_of(r"/fields/\d+/approve", CANARY).path == "/fields/5/approve"
    with pytest.raises(Unclear):
        Page(lists).form_of(r"/proofs/\d+/approve", CANARY)


def test_the_only_choice_is_taken_if_it_is_the_very_value_or_the_name_stands_in_it() -> None:
    choice = '<form>Kanaria-42 <select name="who"><option value="7">{}</option></select></form>'
    assert Page(choice.format("Anna")).choice_of("who", "7", CANARY) == "7"
    assert Page(choice.format("Kanaria-42")).choice_of("who", r"\d+", CANARY) == "7"
