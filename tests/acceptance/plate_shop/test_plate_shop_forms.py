"""Forms and pages: marked as they are checked, nothing ticked, nothing foreign, nothing in an address."""

import re
from hashlib import sha256
from pathlib import Path
from string import ascii_uppercase

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plate_shop_world import PLATE, VEHICLE, Visitor, World, order, pay, somebody, walk

import plate_shop
from plate_shop import schema
from plate_shop.districts import DISTRICTS
from plate_shop.forms.registry import FORMS
from plate_shop.plates import FORBIDDEN, Plate, PlateError
from plate_shop.texts_en import ENGLISH

GOOD = {
    "plate": PLATE,
    "address": somebody(),
    "delivery": {"method": "card"},
    "contact": {"name": "", "email": "someone@example.org", "subject": "", "message": "Guten Tag"},
    "comparison": VEHICLE | {"consent": "yes"},
}
PATHS = {
    "plate": "/bestellen/kennzeichen",
    "address": "/bestellen/adresse",
    "delivery": "/bestellen/versand",
    "contact": "/kontakt",
    "comparison": "/vergleich/",
}
PUBLIC = ("/", "/bestellen/kennzeichen", "/kontakt", "/impressum", "/agb", "/datenschutz", "/en/", "/en/kontakt")


def reach(world, visitor, name):
    """The page of the form, and its main form."""
    if name in ("address", "delivery"):
        walk(visitor, until={"address": "adresse", "delivery": "versand"}[name])
    if name == "comparison":
        pay(visitor, order(world, visitor))
    return next(form for form in visitor.page(PATHS[name]).forms if GOOD[name].keys() & form.inputs.keys())


@pytest.mark.parametrize("name", FORMS)
def test_what_is_marked_as_required_is_exactly_what_the_server_demands(world, visitor, name):
    shown = reach(world, visitor, name)
    demanded = set()
    for field in FORMS[name].fields:
        answer = visitor.submit(PATHS[name], {k: v for k, v in GOOD[name].items() if k != field.name})
        if answer.status_code == 422:
            demanded.add(field.name)
    assert shown.required == demanded
    assert demanded == {field.name for field in FORMS[name].fields if field.because}


@pytest.mark.parametrize("name", FORMS)
def test_nothing_is_ticked_by_default(world, visitor, name):
    assert reach(world, visitor, name).ticked == set()


@pytest.mark.parametrize("name", FORMS)
def test_every_form_is_posted_and_has_the_notice_beside_its_button(world, visitor, name):
    reach(world, visitor, name)
    page = visitor.page(PATHS[name])
    assert all(attributes.get("method") == "post" for tag, attributes in page.tags if tag == "form")
    assert all(form.links.count("/datenschutz") == form.buttons for form in page.forms)


@pytest.mark.parametrize("name", FORMS)
def test_every_shown_field_is_registered(world, visitor, name):
    shown = reach(world, visitor, name).inputs.keys()
    assert shown - {"csrf"} == {field.name for field in FORMS[name].fields}


@pytest.mark.parametrize("path", PUBLIC)
def test_pages_load_nothing_foreign_and_no_script(visitor, path):
    answer = visitor.get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    page = visitor.page(path)
    assert not [address for address in page.addresses if re.match(r"(https?:)?//", address)]
    assert any(address.endswith("/datenschutz") for address in page.addresses)


@pytest.mark.parametrize("field", ["name", "email", "message", "vehicle_class"])
def test_form_data_in_an_address_are_refused(visitor, field):
    assert visitor.get("/kontakt", params={field: "marker"}).status_code == 400


def test_form_without_its_secret_is_refused(visitor):
    assert visitor.post("/kontakt", data=GOOD["contact"]).status_code == 403


def test_form_from_another_origin_is_refused(visitor):
    data = GOOD["contact"] | {"csrf": visitor.secret("/kontakt")}
    assert visitor.post("/kontakt", data=data, headers={"Origin": "https://evil.example"}).status_code == 403
    assert visitor.post("/kontakt", data=data, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_later_steps_wait_for_earlier_ones(visitor):
    assert visitor.get("/bestellen/pruefen").headers["location"] == "/bestellen/kennzeichen"
    walk(visitor, until="adresse")
    assert visitor.get("/bestellen/versand").headers["location"] == "/bestellen/adresse"


def test_preview_draws_the_plate_and_keeps_nothing(visitor):
    answer = visitor.submit("/bestellen/kennzeichen", PLATE | {"preview": "yes"})
    assert 'aria-label="Vorschau: QA-MU 77"' in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(("change", "word"), [({"letters": "SS"}, "zugelassen"), ({"district": "QMG", "digits": "9999"}, "acht")])
def test_impossible_plates_are_refused_with_a_reason(visitor, change, word):
    answer = visitor.submit("/bestellen/kennzeichen", PLATE | change)
    assert answer.status_code == 422
    assert word in answer.text


@given(
    st.sampled_from(sorted(DISTRICTS)),
    st.text(ascii_uppercase, min_size=1, max_size=2),
    st.integers(1, 9999),
    st.sampled_from(["", "E", "H"]),
)
def test_plate_is_accepted_exactly_when_it_is_permitted_and_short_enough(district, letters, number, suffix):
    signs = len(f"{district}{letters}{number}{suffix}")
    try:
        plate = Plate(district, letters, str(number), suffix)
    except PlateError:
        assert letters in FORBIDDEN or signs > 8
    else:
        assert letters not in FORBIDDEN
        assert signs <= 8
        assert len(plate.text) == signs + 2


def test_english_pages_have_every_word():
    templates = Path(plate_shop.__file__).parent / "templates"
    files = [f for f in templates.rglob("*.html") if f.parent.name != "staff"]
    used = {found for file in files for found in re.findall(r"_\([\"']([^\"']+)[\"']\)", file.read_text())}
    for form in FORMS.values():
        for field in form.fields:
            used |= {field.label, field.because, field.hint}
            used |= set(field.choices.values()) if field.name != "district" else set()
    assert used - {""} <= ENGLISH.keys()


def test_english_pages_lead_to_english_pages(visitor):
    page = visitor.page("/en/kontakt")
    assert "/en/datenschutz" in page.addresses
    assert '<html lang="en">' in visitor.get("/en/agb").text


def test_published_notice_is_served_as_it_is_with_its_style_sheet_and_nothing_else(tmp_path):
    folder = tmp_path / "notice"
    folder.mkdir()
    notice = '<!doctype html><link rel="stylesheet" href="notice.css"><p>Veröffentlicht.</p>'
    (folder / "notice.de.html").write_text(notice, encoding="utf-8")
    (folder / "notice.css").write_text("p {color: #111}")
    (folder / "draft.html").write_text("not published")
    other = World(tmp_path, notice=folder)
    try:
        with Visitor(other) as visitor:
            assert visitor.get("/datenschutz").text == notice
            assert visitor.get("/notice.css").headers["content-type"].startswith("text/css")
            assert visitor.get("/draft.html").status_code == 404
            assert "noch nicht" not in visitor.get("/datenschutz").text
            assert "not published yet" in visitor.get("/en/datenschutz").text
            placed = order(other, visitor)
        (row,) = other.rows(schema.shop_order, id=placed.id)
        assert row.notice_version == sha256(notice.encode()).hexdigest()
    finally:
        other.close()
