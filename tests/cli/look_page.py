"""look_page.py PAGE LISTS: the page of two products (22 x 22 subscenes) in Chromium, and copies of it with 1, 10 and 100.
The lists that it downloads go to LISTS, with what was selected beside them."""
import json
import os
import pathlib
import shutil
import sys
import time

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

PAGE, LISTS = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
RULER = 20
failures = []


def same(got, want, what):
    if got != want:
        failures.append(f"{what}: got {str(got)[:300]}, expected {str(want)[:300]}")


def browser():
    options = webdriver.ChromeOptions()
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=en",
                 f"--user-data-dir={LISTS}/profile"):
        options.add_argument(word)
    options.binary_location = shutil.which("chromium")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    try:
        return webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
    except WebDriverException as e:  # no place for a browser: a container without localhost, for example
        print(f"Chromium does not start here: {e.msg}")
        sys.exit(77)


def wait(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    failures.append(f"timeout: {what}")


class Shown:
    """The page in a window of this size."""

    def __init__(self, page, width=1280, height=800, scheme="light", touch=False):
        self.page = pathlib.Path(page)
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                               {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": touch})
        driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": touch})
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                               {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        driver.get(self.page.as_uri() + "/index.html")
        self.settle()

    def settle(self):
        wait(lambda: self.js("return look.list.every((p) => p.state === 'ready' || p.state === 'failed')"), "all products are loaded")
        self.frame()

    def frame(self):
        """Until timers and pictures are through."""
        time.sleep(0.25)
        driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")

    def js(self, code, *arguments):
        return driver.execute_script(code, *arguments)

    def get(self, name):
        return driver.find_element(By.ID, name)

    def text(self, name):
        return self.get(name).text

    def keys(self, *keys):
        ActionChains(driver).send_keys(*keys).perform()
        self.frame()

    def click(self, name):
        self.get(name).click()
        self.frame()

    def choose(self, name, value):
        self.js("const e = document.getElementById(arguments[0]); e.value = arguments[1];"
                "e.dispatchEvent(new Event('input', {bubbles: true}));", name, value)
        self.frame()

    def picture(self):
        return self.get("mosaic").screenshot_as_png

    def spot(self, x, y):
        """Where column x, row y is on the mosaic, without zoom."""
        w, h = self.js("return [document.getElementById('stage').clientWidth, document.getElementById('stage').clientHeight]")
        p = self.js("return [look.current.columns, look.current.rows, look.current.cell_px, look.current.x0, look.current.y0]")
        side = min((w - RULER) / (p[0] * p[2]), (h - RULER) / (p[1] * p[2])) * p[2]
        return (RULER + (w - RULER - p[0] * side) / 2 + (x - p[3] + 0.5) * side,
                RULER + (h - RULER - p[1] * side) / 2 + (y - p[4] + 0.5) * side)

    def mouse(self, x, y):
        at, canvas = self.spot(x, y), self.get("mosaic")
        size = canvas.size
        return ActionChains(driver, duration=20).move_to_element_with_offset(
            canvas, round(at[0] - size["width"] / 2), round(at[1] - size["height"] / 2))

    def tap(self, x, y):
        at, box = self.spot(x, y), self.js("const b = document.getElementById('mosaic').getBoundingClientRect(); return [b.x, b.y]")
        point = {"x": box[0] + at[0], "y": box[1] + at[1]}
        driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
        driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        self.frame()

    def selected(self):
        return sorted(self.js("return [...look.selected.values()].map((s) => s.product.name + '/' + s.x + '_' + s.y)"))

    def cell(self):
        return self.js("return look.cell && look.cell.x + '_' + look.cell.y")

    def focused(self):
        return self.js("return document.activeElement.id")

    def download(self, to):
        got = LISTS / "subscenes.txt"
        got.unlink(missing_ok=True)
        driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(LISTS)})
        self.click("download")
        wait(got.exists, "the list is downloaded")
        return got.rename(LISTS / to).read_text(encoding="utf-8") if got.exists() else ""

    def forget(self):
        self.js("localStorage.clear()")

    def quiet(self, what):
        """No message on the console, and no request but for the page's own files."""
        same([m["message"] for m in driver.get_log("browser")], [], f"{what}: console")
        for line in driver.get_log("performance"):
            message = json.loads(line["message"])["message"]
            if message["method"] == "Network.requestWillBeSent" and message["params"]["documentURL"].startswith("file:"):
                address = message["params"]["request"]["url"]
                if not address.startswith((PAGE.as_uri() + "/", LISTS.as_uri() + "/copies", "blob:null")):
                    failures.append(f"{what}: asks for {address}")


def copies(n, change=None):
    """The page with n products: copies of its own two, by other names."""
    to = LISTS / f"copies{n}{'changed' if change else ''}"
    shutil.copytree(PAGE, to, ignore=shutil.ignore_patterns("products"))
    data = json.loads((PAGE / "products.js").read_text()[len("look.products("):-3])
    made = []
    for i in range(n):
        p = dict(data["products"][i % 2])
        shutil.copytree(PAGE / p["folder"], to / f"products/{i}")
        cells = to / f"products/{i}/cells.js"
        cells.write_text(cells.read_text().replace(p["folder"], f"products/{i}", 1))
        p.update(name=f"{p['name']}_{i}" if n > 1 else p["name"], folder=f"products/{i}", tile=f"T{30 + i % 7}VLF")
        made.append(change(p, i) if change else p)
    text = json.dumps({"score": data["score"], "products": made})
    (to / "products.js").write_text("look.products(" + text.replace("<", "\\u003c") + ");\n")
    return to


def check_mouse():
    page = Shown(PAGE)
    first, second = page.js("return look.list.map((p) => p.name)")
    same(page.text("totals"), "2 products, 968 subscenes", "totals")
    same(page.js("return document.querySelectorAll('#product-list [role=option]').length"), 2, "list of products")
    before = page.js("return document.getElementById('mosaic').getBoundingClientRect().toJSON()")
    page.mouse(7, 9).perform()
    page.frame()
    same(page.js("return document.getElementById('mosaic').getBoundingClientRect().toJSON()"), before, "the mosaic's place")
    same(page.text("cell-name"), "Column 7, row 9", "hover")
    want = page.js("const c = look.current.at.get('7_9'); return [c.valid, c.cloud, c.score, look.current.cell.length]")
    facts = page.text("cell-facts")
    for text in (f"{want[0] * 100:.1f} %", f"{want[1] * 100:.1f} %", f"{want[2]:.3f}", "no"):
        if text not in facts:
            failures.append(f"{text} is not among the facts: {facts}")
    page.mouse(7, 9).click().perform()
    page.mouse(3, 4).click().perform()
    page.mouse(20, 21).click().perform()
    page.frame()
    page.mouse(3, 4).click().perform()
    page.frame()
    same(page.selected(), sorted([f"{first}/7_9", f"{first}/20_21"]), "selected by clicks")
    same(page.text("tray-text"), "2 subscenes of 1 product selected", "tray")
    page.js("document.getElementById('product-1').click()")
    page.frame()
    page.mouse(0, 0).click().perform()
    page.frame()
    (LISTS / "both.wanted").write_text("\n".join(page.selected()) + "\n")
    text = page.download("both.txt")
    same(text, f"# {first}: 2 of 484 subscenes, by hand\n{first}/7_9\n{first}/20_21\n"
               f"# {second}: 1 of 484 subscenes, by hand\n{second}/0_0\n", "list of two products")
    page = Shown(PAGE)
    same(len(page.selected()), 3, "the selection after a reload")
    page.click("clear")
    same(page.selected(), [], "after Clear")
    same(page.get("download").is_enabled(), False, "Download with nothing selected")
    page.quiet("mouse")


def check_layers():
    page = Shown(PAGE)
    plain = page.picture()
    names = page.js("return [...document.querySelectorAll('#layers input')].map((i) => i.value)")
    same(names[:2], ["", "Label"], "layers")
    pictures = {"": plain}
    for i, name in enumerate(names):
        page.js("document.querySelectorAll('#layers input')[arguments[0]].click()", i)
        page.frame()
        pictures[name] = page.picture()
    same(len(set(pictures.values())), len(names), "different pictures of layers")
    page.choose("opacity", 0)
    same(page.picture() == plain, True, "a layer without opacity")
    same(page.text("opacity-value"), "0 %", "opacity")
    page.choose("opacity", 100)
    full = page.picture()
    same(full != plain and full != pictures[names[-1]], True, "a layer with all opacity")
    page.js("document.querySelectorAll('#layers input')[0].click()")
    page.click("lattice")
    same(page.picture() != plain, True, "without lattice")
    page.click("lattice")
    same(page.picture() == plain, True, "lattice and no layer again")
    page.click("zoom-in")
    zoomed = page.picture()
    same(zoomed != plain, True, "zoom")
    ActionChains(driver, duration=20).move_to_element(page.get("mosaic")).click_and_hold().move_by_offset(40, 30).release().perform()
    page.frame()
    same(page.picture() != zoomed, True, "pan")
    same(page.selected(), [], "a pan selects nothing")
    page.click("zoom-fit")
    ActionChains(driver).move_to_element(page.get("viewer-title")).perform()
    page.frame()
    same(page.picture() == plain, True, "Fit")
    # the legend has the shares of the subscene that is shown
    page.js("look.show(look.current.at.get('11_12'))")
    page.js("document.querySelectorAll('#layers input')[1].click()")
    page.frame()
    legend = page.text("cell-classes").replace("\n", " ")
    for text in ("Label", "cloud 50.0 %", "undefined 50.0 %", "clear 0.0 %"):
        if text not in legend:
            failures.append(f"{text} is not in the legend: {legend}")
    page.quiet("layers")


def check_keys():
    page = Shown(PAGE)
    page.forget()
    page.keys("m")
    same(page.focused(), "mosaic", "M")
    page.keys(Keys.ARROW_RIGHT)
    same(page.cell(), "0_0", "first arrow")
    page.keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ARROW_LEFT)
    same(page.cell(), "1_1", "arrows")
    page.keys(Keys.SPACE)
    same([s.split("/")[1] for s in page.selected()], ["1_1"], "Space")
    page.keys(Keys.SPACE)
    same(page.selected(), [], "Space again")
    page.keys(Keys.END)
    same(page.cell(), "21_21", "End")
    page.keys(Keys.ARROW_DOWN)
    same(page.cell(), "21_21", "an arrow at the edge")
    page.keys("n")
    same(page.js("return look.current.index"), 1, "N")
    page.keys("p")
    same(page.js("return look.current.index"), 0, "P")
    page.keys("l")
    same(page.js("return look.mosaic.state.layer"), "Label", "L")
    page.keys("]", "]")
    same(page.get("opacity").get_attribute("value"), "80", "]")
    page.keys("[")
    same(page.get("opacity").get_attribute("value"), "70", "[")
    page.keys("g")
    same(page.js("return look.mosaic.state.lattice"), False, "G")
    page.keys("?")
    same(page.get("help").get_attribute("open"), "true", "?")
    page.keys(Keys.ESCAPE)
    same(page.get("help").get_attribute("open"), None, "Escape")
    page.keys("t")
    same(page.focused(), "grid", "T")
    page.keys(Keys.HOME, Keys.SPACE)
    page.keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.SPACE, Keys.PAGE_DOWN)
    best = page.js("return look.list.flatMap((p) => p.cell).sort((a, b) => b.score - a.score || a.product.index - b.product.index"
                   " || a.row - b.row).map((c) => c.product.name + '/' + c.x + '_' + c.y)")
    same(page.selected(), sorted([best[0], best[2]]), "selected in the table")
    same(page.js("return document.getElementById(document.getElementById('grid').getAttribute('aria-activedescendant')) !== null"),
         True, "the active row is there")
    page.keys("/")
    same(page.focused(), "search", "/")
    page.keys("n", "t")
    same(page.get("search").get_attribute("value"), "nt", "letters in the search are text")
    page.keys(Keys.ESCAPE)
    page.click("clear")
    # Tab reaches every control
    reached = set()
    page.js("document.activeElement.blur()")
    for _ in range(60):
        ActionChains(driver).send_keys(Keys.TAB).perform()
        reached.add(page.focused())
    for name in ("theme", "help-open", "search", "product-list", "next", "composite-0", "opacity", "zoom-in", "lattice", "mosaic",
                 "month", "tile", "cloud-min", "score-min", "picked-only", "grid"):
        if name not in reached:
            failures.append(f"Tab does not reach {name}")
    page.quiet("keys")


def rows(page):
    return page.text("rows-count").split(",")[0] if "reading" in page.text("rows-count") else page.text("rows-count")


def check_table():
    page = Shown(PAGE)
    page.forget()
    same(rows(page), "968", "rows")
    page.choose("labelled", "yes")
    same(rows(page), "2", "labelled")
    same(sorted(page.js("return [...document.querySelectorAll('#grid .row .c-cell')].map((e) => e.textContent)")), ["11_12", "14_13"],
         "rows of labelled subscenes")
    page.choose("labelled", "")
    page.choose("month", "March")
    same(rows(page), "484", "month")
    same(page.js("return document.querySelectorAll('.product:not([hidden])').length"), 1, "products of a month")
    page.click("filters-reset")
    same(rows(page), "968", "Reset")
    page.choose("tile", "T34VEL")
    same(rows(page), "484", "tile")
    page.choose("tile", "")
    for low, high in (("10", "20"), ("50", "")):
        page.choose("cloud-min", low)
        page.choose("cloud-max", high)
        want = page.js("return look.list.flatMap((p) => p.cell).filter((c) => c.cloud !== null && c.cloud * 100 >= arguments[0]"
                       " && c.cloud * 100 <= arguments[1]).length", float(low), float(high or 100))
        same(rows(page), str(want), f"cloud {low} to {high}")
    page.choose("cloud-min", "")
    page.choose("score-min", "0.5")
    want = page.js("return look.list.flatMap((p) => p.cell).filter((c) => c.score !== null && c.score >= 0.5).length")
    same(rows(page), str(want), "score")
    page.click("filters-reset")
    page.choose("search", "2022-01")
    same(rows(page), "484", "search")
    page.choose("search", "")
    page.choose("scope", "one")
    same(rows(page), "484", "one product")
    page.choose("scope", "all")
    for by, value in (("cloud", "c.cloud"), ("valid", "c.valid"), ("cell", "c.y * 1000 + c.x"), ("time", "c.product.sensing")):
        for _ in range(2):
            page.js("document.querySelector('[data-sort=' + arguments[0] + ']').click()", by)
            page.frame()
            order = page.js("return document.querySelector('[data-sort=' + arguments[0] + ']').parentElement.ariaSort", by)
            shown = page.js("return [...document.querySelectorAll('#grid .row')].sort((a, b) => a.id.slice(4) - b.id.slice(4))"
                            ".map((r) => [r.querySelector('.c-tile').title, r.querySelector('.c-cell').textContent])"
                            f".map(([p, at]) => look.list.find((q) => q.name === p).at.get(at)).map((c) => {value})")
            shown = [v for v in shown if v is not None]
            same(len(shown) > 15 and shown == sorted(shown, reverse=order == "descending"), True, f"sorted by {by}, {order}: {shown[:4]}")
    page.js("document.getElementById('grid').scrollTop = 1e7")
    page.frame()
    same(page.js("return document.getElementById('row-967') !== null"), True, "the last row")
    same(page.js("return document.querySelectorAll('#grid .row').length < 100"), True, "only rows in sight are drawn")
    page.js("document.querySelector('#row-967 .c-pick').click()")
    page.frame()
    page.click("picked-only")
    same(rows(page), "1", "selected only")
    page.quiet("table")


def check_touch():
    page = Shown(PAGE, 360, 780, touch=True)
    page.forget()
    page = Shown(PAGE, 360, 780, touch=True)
    page.js("document.getElementById('stage').scrollIntoView()")
    page.tap(5, 6)
    same((page.cell(), page.selected()), ("5_6", []), "first tap")
    page.tap(5, 6)
    same([s.split("/")[1] for s in page.selected()], ["5_6"], "second tap")
    page.tap(6, 6)
    same((page.cell(), len(page.selected())), ("6_6", 1), "tap on another one")
    page.click("cell-pick")
    same(len(page.selected()), 2, "the button below")
    page.forget()
    page.quiet("touch")


CONTRAST = """
const style = getComputedStyle(document.documentElement);
const light = (name) => {
    const n = parseInt(style.getPropertyValue(name).trim().slice(1), 16);
    const [r, g, b] = [n >> 16, n >> 8 & 255, n & 255].map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
return arguments[0].map(([a, b]) => [a, b, (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05)]);
"""
NAMELESS = """
return [...document.querySelectorAll('button, input, select, [role=grid], [role=listbox], [role=application], nav, dialog')].filter((e) =>
    !(e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.textContent.trim() && e.tagName !== 'SELECT'
      || e.labels && e.labels.length && e.labels[0].textContent.trim())).map((e) => e.id || e.outerHTML);
"""


def check_looks():
    tens = copies(10)
    for width in (360, 480, 700, 901, 1100, 1280, 1920, 2560):
        grounds = set()
        for scheme in ("light", "dark"):
            page = Shown(tens, width, 800 if width < 2000 else 1440, scheme)
            page.js("look.show(look.current.at.get('1_1')); document.getElementById('filters').open = true")
            page.frame()
            what = f"{width} px, {scheme}"
            same(page.js("const e = document.documentElement; return e.scrollWidth - e.clientWidth"), 0, f"{what}: width of the page")
            same(page.js("return [...document.querySelectorAll('button, input, select, h1, h2, .legend li, #cell-facts')]"
                         ".filter((e) => e.offsetParent && !e.closest('dialog, #product-list, .skip, .grid-head'))"
                         ".filter((e) => { const b = e.getBoundingClientRect(); return b.left < 0 || b.right > innerWidth + 0.5; })"
                         ".map((e) => e.id || e.textContent)"), [], f"{what}: beside the page")
            same(page.js("const g = document.getElementById('grid'); return g.scrollWidth - g.clientWidth"), 0, f"{what}: width of the table")
            grounds.add(page.js("return getComputedStyle(document.body).backgroundColor"))
            pairs = [["--text", "--panel"], ["--text", "--bg"], ["--muted", "--panel"], ["--accent", "--accent-soft"],
                     ["--on-accent", "--accent"], ["--text", "--accent-soft"], ["--muted", "--accent-soft"], ["--text", "--picked-soft"],
                     ["--muted", "--picked-soft"], ["--stage-text", "--stage"]]
            for a, b, ratio in page.js(CONTRAST, pairs):
                if ratio < 4.5:
                    failures.append(f"{what}: contrast of {a} on {b} is {ratio:.2f}")
            same(page.js(NAMELESS), [], f"{what}: without a name")
            page.quiet(what)
        same(len(grounds), 2, f"{width} px: colours of light and dark")
    page = Shown(tens, scheme="light")
    light = page.js("return getComputedStyle(document.body).backgroundColor")
    page.js("const t = document.getElementById('theme'); t.value = 'dark'; t.dispatchEvent(new Event('change'))")
    page.frame()
    dark = page.js("return getComputedStyle(document.body).backgroundColor")
    same(light != dark, True, "the theme's switch")
    page = Shown(tens, scheme="light")
    same(page.js("return getComputedStyle(document.body).backgroundColor"), dark, "the theme after a reload")
    page.forget()


def check_many():
    for n in (1, 10, 100):
        to = LISTS / f"copies{n}"
        to = to if to.exists() else copies(n)
        began = time.monotonic()
        page = Shown(to)
        paint = page.js("return performance.getEntriesByName('first-contentful-paint')[0].startTime")
        same(page.text("totals"), f"{n} product{'s' if n > 1 else ''}, {n * 484:,} subscene{'s'}", "totals")
        wait(lambda: rows(page) == f"{n * 484:,}", f"rows of {n} products: {page.text('rows-count')}")
        print(f"{n} products: first paint {paint / 1000:.2f} s, all subscenes in the table {time.monotonic() - began:.1f} s")
        page.js("look.show(look.list[look.list.length - 1].at.get('4_5'))")
        page.frame()
        same(page.js("return look.current.index"), n - 1, "the last product")
        page.quiet(f"{n} products")
        if n == 1:
            page.forget()
            page = Shown(to)
            page.mouse(2, 2).click().perform()
            page.mouse(1, 2).click().perform()
            page.frame()
            (LISTS / "one.wanted").write_text("\n".join(page.selected()) + "\n")
            same(page.download("one.txt"), f"# {page.js('return look.list[0].name')}: 2 of 484 subscenes, by hand\n1_2\n2_2\n",
                 "list of one product")
        page.forget()


def check_hostile():
    hostile = ["<img src=x onerror=alert(1)><script>alert(2)</script>", "\"'><b id=bad>\u2028\u00f6\n9_9", "__proto__"]

    def change(p, i):
        p.update(name=hostile[i], tile=hostile[i] if i == 0 else "")
        p["layers"] = [dict(l, classes=[dict(c, meaning=hostile[0]) for c in l["classes"]]) for l in p["layers"]]
        return p
    page = Shown(copies(3, change))
    for i in range(3):
        page.js("look.show(look.list[arguments[0]].at.get('1_1')); look.pick(look.cell, true);", i)
        page.js("[...document.querySelectorAll('#layers input')].pop().click()")
        page.frame()
        same(page.get("viewer-title").get_attribute("title"), page.js("return look.list[arguments[0]].name", i), "title")
    same(sorted(page.js("return look.list.map((p) => p.name)")), sorted(hostile), "names")
    same(page.js("return document.querySelectorAll('#bad, [src=x], body script, .legend b').length"), 0, "elements out of names")
    lines = page.download("hostile.txt").splitlines()
    same([line for line in lines if not line.startswith("#")], ["__proto__/1_1"], "lines of the list")
    same(sum("left out" in line for line in lines), 2, "comments of the list")
    if "2 left out" not in page.text("tray-text"):
        failures.append("the tray does not tell what is left out: " + page.text("tray-text"))
    page.forget()
    page.quiet("hostile names")
    # a product whose data is gone
    shutil.rmtree(LISTS / "copies3changed/products/1")
    page = Shown(LISTS / "copies3changed")
    same(page.js("return look.list.map((p) => [p.folder, p.state]).sort().map((p) => p[1])"), ["ready", "failed", "ready"], "states")
    page.js("document.getElementById('product-' + look.list.find((p) => p.state === 'failed').index).click()")
    page.frame()
    same(page.text("stage-note"), "The data of this product cannot be read.", "note")


LISTS.mkdir()
driver = browser()
try:
    for check in [c for c in (check_mouse, check_layers, check_keys, check_table, check_touch, check_looks, check_many, check_hostile) if len(sys.argv) < 4 or c.__name__ in sys.argv[3:]]:
        began = time.monotonic()
        check()
        print(f"{check.__name__}: {time.monotonic() - began:.0f} s")
finally:
    driver.quit()
    for failure in failures:
        print("FAIL", failure)
sys.exit(1 if failures else 0)
