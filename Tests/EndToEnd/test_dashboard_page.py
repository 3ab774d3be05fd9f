"""The page in a real browser. Screenshots go to the folder that WEIR_SCREENSHOTS names, or to .build/screenshots."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.processes import eventually
from harness.stage import Stage, stage_executable
from harness.streams import REPOSITORY

browsers = pytest.importorskip("harness.browser", reason="selenium is not installed")
pytestmark = pytest.mark.skipif(browsers.missing() is not None, reason=browsers.missing() or "")

SCREENSHOTS = Path(os.environ.get("WEIR_SCREENSHOTS", REPOSITORY / ".build/screenshots"))


@pytest.fixture(scope="module")
def browser():
    browser = browsers.Browser()
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def stage(executable):
    stage = Stage(stage_executable(executable))
    yield stage
    stage.close()


@pytest.fixture
def page(browser, stage):
    """The page over `stage`, in a light wide window; it must have said nothing on the console in the end."""
    # An earlier page may still be looking for a monitor that has ended.
    browser.driver.get("about:blank")
    browser.look()
    browser.errors()

    def show(scene: str, fragment: str = ""):
        stage.show(scene)
        browser.driver.get(stage.url + fragment)
        eventually(lambda: browser.text("#figures"), "figures on the page")
        return browser

    yield show
    assert browser.errors() == []


def settled(browser, sentence: str):
    eventually(lambda: browser.text("#sentence") == sentence, f"'{sentence}' on the page, not '{browser.text('#sentence')}'")


def figure(browser, name: str) -> str:
    return browser.script(
        "return document.querySelector(`[data-key=\"${arguments[0]}\"]`).firstChild.textContent.replaceAll('\\u202f', ' ')", name)


def rows(browser, table: str) -> list[list[str]]:
    return browser.script(
        "return [...document.querySelectorAll(`#${arguments[0]} tbody tr`)]"
        ".map((row) => [...row.cells].map((cell) => cell.textContent.replaceAll('\\u202f', ' ')))", table)


def grouped(number: float) -> str:
    # As JavaScript's Math.round: half up.
    return f"{int(number + 0.5):,}".replace(",", " ")


def state(browser) -> str:
    return browser.script("return document.body.dataset.state")


def test_without_a_view_the_page_says_what_it_waits_for(browser, executable):
    stage = Stage(stage_executable(executable))
    try:
        browser.look()
        browser.errors()
        browser.driver.get(stage.url)
        settled(browser, "Nothing read yet")
        assert state(browser) == "empty"
        assert not browser.script("return document.getElementById('content').checkVisibility()")
        browser.screenshot(SCREENSHOTS / "empty.png")
        stage.show("calibrated")
        settled(browser, "Calibrated")
        assert browser.errors() == []
    finally:
        stage.close()
    # The monitor has ended: the page says so and keeps what it had.
    eventually(lambda: browser.text("#link-text") == "reconnecting", "reconnecting")
    assert state(browser) == "gone"
    assert browser.text("#sentence") == "Calibrated"
    assert "does not answer" in browser.text("#notice")


def test_a_drift_is_said_in_words_and_colour(page, stage):
    browser = page("drifted", "#range=hour")
    verdict = stage.json("/api/v1/heads/click?range=hour")["outputs"][0]["verdict"]
    since = verdict["since"][11:16]
    share = 100 * (verdict["observedOverPredicted"] - 1)
    settled(browser, f"Under-predicting by {share:.0f} % since {since} in campaign=women")
    assert state(browser) == "drift"
    assert browser.driver.title == "▲ click · weir"
    assert "More positives come than are promised" in browser.text("#because")
    low, high = verdict["observedOverPredictedCI"]
    assert f"{low:.3f} to {high:.3f}" in browser.text("#because").replace("\u00a0", " ")
    assert browser.script("return document.querySelectorAll('#ratio .alarm').length") == len(stage.json("/api/v1/alarms")["alarms"])
    assert browser.script("return document.querySelector('#slices tr.flagged th').textContent") == "campaign=women"
    browser.screenshot(SCREENSHOTS / "drifted-light.png")


@pytest.mark.parametrize("span", ["hour", "days", "all"])
def test_numbers_are_those_of_the_api(page, stage, span):
    browser = page("drifted", f"#head=click&range={span}")
    output = stage.json(f"/api/v1/heads/click?range={span}")["outputs"][0]
    calibration = output["calibration"]
    eventually(lambda: figure(browser, "mature labels") == grouped(calibration["labelled"]), "the span's figures")
    assert figure(browser, "observed over promised") == f"{calibration['observedOverPredicted']:.3f}"
    assert figure(browser, "calibration error") == f"{calibration['ece']:.4f}"
    assert figure(browser, "normalised entropy") == f"{calibration['normalizedEntropy']:.4f}"
    assert figure(browser, "evidence of drift") == f"{output['evidence']:.1f}".replace("-", "−")
    bins = rows(browser, "reliability-table")
    assert [row[3] for row in bins] == [grouped(bin["count"]) for bin in calibration["reliability"]]
    assert browser.script("return document.querySelectorAll('#reliability circle').length") == len(bins)
    panes = rows(browser, "ratio-table")
    expected = list(reversed(output["panes"]))
    assert [row[0][-5:] for row in panes] == [pane["start"][11:16] for pane in expected]
    assert [row[1] for row in panes] == [f"{pane['positives'] / pane['predictedPositives']:.3f}" for pane in expected]
    slices = rows(browser, "slices")
    assert [row[:2] for row in slices] == [
        [f"{one['field']}={one['value']}", f"{one['observedOverPredicted']:.3f}"] for one in output["slices"]]
    counts = stage.json("/api/v1/heads")["counts"]
    assert figure(browser, "events scored") == grouped(counts["events"])
    for code, count in counts["rejected"].items():
        assert figure(browser, code) == grouped(count)


def test_what_the_error_is_made_of_is_that_of_the_api(page, stage):
    browser = page("drifted", "#head=click&range=all")
    calibration = stage.json("/api/v1/heads/click?range=all")["outputs"][0]["calibration"]
    eventually(lambda: figure(browser, "mature labels") == grouped(calibration["labelled"]), "the span's figures")
    assert figure(browser, "slope") == f"{calibration['cox']['slope']:.3f}"
    assert figure(browser, "intercept") == f"{calibration['cox']['intercept']:.3f}".replace("-", "−")
    parts = calibration["brierParts"]
    whole = (parts["reliability"] - parts["resolution"] + parts["uncertainty"]
             + parts["withinVariance"] - parts["withinCovariance"])
    assert whole == pytest.approx(calibration["brier"], rel=1e-9)
    assert float(figure(browser, "Brier score")) == pytest.approx(calibration["brier"], rel=0.01)
    for name, part in (("of it reliability", "reliability"), ("less resolution", "resolution"), ("plus uncertainty", "uncertainty")):
        shown = float(figure(browser, name).replace("−", "-"))
        assert shown == pytest.approx(parts[part], rel=0.06), name
    assert figure(browser, "recall") == f"{calibration['operatingPoint']['recall']:.3f}"
    assert figure(browser, "average precision") == f"{calibration['aucPR']:.3f}"


def test_early_outcomes_stand_apart_and_are_called_advisory(page, stage):
    browser = page("drifted", "#head=click")
    output = stage.json("/api/v1/heads/click")["outputs"][0]
    early, drift = output["earlyWarning"], output["scoreDrift"]
    assert early["advisory"] is True
    assert "advisory" in browser.text("#early-title")
    assert "no bound" in browser.text("#early-hint")
    assert f"{early['observedOverPromised']:.3f}" in figure(browser, "observed over promised by that age")
    assert grouped(early["positives"]) in figure(browser, "positive by that age")
    row = rows(browser, "movement")[0]
    assert float(row[2]) == pytest.approx(drift["newest"]["psi"], rel=0.01)
    assert row[7] == ("moved" if drift["newest"]["drift"] else "as before")
    assert "says nothing about calibration" in browser.text("#movement-hint")
    for place in ("sentence", "because", "figures"):
        assert "early" not in browser.text(f"#{place}").lower()
    # Where silence is no negative, early outcomes say nothing.
    browser.script("const s = document.getElementById('head'); s.value = 'delivery'; s.dispatchEvent(new Event('change'))")
    eventually(lambda: "Not kept for this output" in browser.text("#early-hint"), "no early outcomes of classes")


def test_a_view_comes_by_itself(page, stage):
    browser = page("calibrated")
    settled(browser, "Calibrated")
    assert state(browser) == "calibrated"
    stage.show("drifted")
    eventually(lambda: state(browser) == "drift", "the new verdict without a reload")
    stage.show("too-early")
    settled(browser, "Too early to say")
    stage.show("catching-up")
    eventually(lambda: state(browser) == "catchingUp", "catching up")
    assert "Catching up" in browser.text("#notice")
    browser.screenshot(SCREENSHOTS / "catching-up.png")
    stage.show("learner-gone")
    eventually(lambda: state(browser) == "gone", "the learner is gone")
    assert "does not answer" in browser.text("#notice")
    browser.screenshot(SCREENSHOTS / "learner-gone.png")


def test_names_are_text_and_not_markup(page, stage):
    browser = page("hostile")
    assert browser.script("return document.querySelectorAll('main img, main script').length") == 0
    assert "<img src=x onerror=fail()>&\"'" in browser.text("#sentence")
    browser.script("const s = document.getElementById('head'); s.value = 'a/b?c'; s.dispatchEvent(new Event('change'))")
    eventually(lambda: browser.script("return document.getElementById('class').options.length") == 3, "the other head's classes")
    assert browser.script("return document.getElementById('class').options[1].text") == '{x="1"}'


def test_classes_can_be_chosen_and_the_address_keeps_the_choice(page, stage):
    browser = page("calibrated", "#head=delivery&class=1&range=all")
    eventually(lambda: browser.script("return document.getElementById('class').selectedOptions[0]?.text") == "late", "the class")
    late = stage.json("/api/v1/heads/delivery?range=all")["outputs"][1]["calibration"]
    assert figure(browser, "observed over promised") == f"{late['observedOverPredicted']:.3f}"
    browser.script("document.querySelector('input[value=hour]').click()")
    eventually(lambda: "range=hour" in browser.driver.current_url, "the choice in the address")
    assert "head=delivery" in browser.driver.current_url


def test_leaving_the_page_leaves_the_stream(page, stage):
    """A browser has six connections for a host; listeners that stay behind would use them up."""
    for _ in range(8):
        browser = page("too-early")
        browser.driver.get("about:blank")
    browser = page("too-early")
    settled(browser, "Too early to say")


def test_the_keyboard_reaches_everything(page):
    browser = page("calibrated")
    reached = []
    for _ in range(14):
        browser.press_tab()
        if browser.script("return document.activeElement === document.body"):
            continue  # the browser's own controls
        reached.append(browser.script(
            "const e = document.activeElement; return e.id || e.name || e.textContent.trim().slice(0, 20)"))
        outline = browser.script("""
            const e = document.activeElement, shown = e.name === 'range' ? e.nextElementSibling : e;
            return getComputedStyle(shown).outlineStyle""")
        assert outline != "none", f"the focus on {reached[-1]} shows"
    for name in ("Skip to the verdict", "head", "range", "As a table", "API"):
        assert name in reached, reached


def test_a_screen_reader_finds_landmarks_names_and_tables(page):
    browser = page("drifted")
    assert browser.script("return document.querySelectorAll('header, main, footer').length") == 3
    assert browser.script("return document.getElementById('sentence').getAttribute('aria-live')") == "polite"
    unnamed = browser.script("""
        return [...document.querySelectorAll('svg')].filter((svg) => svg.getAttribute('role') !== 'img' || !svg.getAttribute('aria-label'))
          .length + [...document.querySelectorAll('section')].filter((s) => !s.hasAttribute('aria-labelledby') && !s.hasAttribute('aria-label')).length
          + [...document.querySelectorAll('select')].filter((s) => !s.labels.length).length""")
    assert unnamed == 0
    assert browser.script("return document.querySelectorAll('.chart').length === document.querySelectorAll('.chart + details table').length")
    assert browser.script("return document.documentElement.lang") == "en"


# The least contrast of text for WCAG 2.1, level AA.
@pytest.mark.parametrize("dark", [False, True])
def test_text_has_contrast(page, dark):
    browser = page("drifted")
    browser.look(dark=dark)
    for scene_state in ("calibrated", "drift", "catchingUp", "gone", "tooEarly"):
        browser.script("document.body.dataset.state = arguments[0]", scene_state)
        lowest = browser.script("""
            const channel = (c) => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
            const light = (css) => { const [r, g, b] = css.match(/[\\d.]+/g).map(Number); return .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b); };
            const paper = light(getComputedStyle(document.body).backgroundColor);
            document.querySelectorAll('.sentence').forEach((e) => e.style.transition = 'none');
            return Math.min(...['.sentence', '.because', '.hint', 'dt', 'dd', 'td', 'th', 'summary', 'footer p', 'svg text'].map((selector) => {
              const e = document.querySelector(selector), style = getComputedStyle(e);
              const ink = light(e instanceof SVGElement ? style.fill : style.color);
              return (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05); }))""")
        assert lowest >= 4.5, (scene_state, lowest)
    if dark:
        browser.script("document.body.dataset.state = 'drift'")
        browser.screenshot(SCREENSHOTS / "drifted-dark.png")


def test_a_narrow_window_scrolls_in_one_direction(page):
    browser = page("drifted", "#range=hour")
    browser.look(width=390)
    eventually(lambda: browser.script("return Math.round(document.querySelector('#ratio svg').clientWidth)") < 390, "redrawn")
    assert browser.script("return document.documentElement.scrollWidth") <= 390
    smallest = browser.script("""
        return Math.min(...[...document.querySelectorAll('main *')].filter((e) => e.childNodes.length && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
          .filter((e) => e.getClientRects().length).map((e) => parseFloat(getComputedStyle(e).fontSize)))""")
    assert smallest >= 12
    browser.screenshot(SCREENSHOTS / "drifted-390.png")
