/* Joins the parts of the page: the list of products, the tools of the mosaic, the facts of a
 * subscene, the filter, the selection's tray, keys and theme. */
"use strict";

(() => {
    const id = (name) => document.getElementById(name);
    const mosaic = look.mosaic, table = look.table;
    const list = id("product-list");
    const WAIT_MS = 90; // before a product is shown that the table's cursor only passes

    /* ---- theme ---- */

    function setTheme(theme) {
        const known = theme === "light" || theme === "dark";
        if (known)
            document.documentElement.dataset.theme = theme;
        else
            delete document.documentElement.dataset.theme;
        id("theme").value = known ? theme : "system";
        mosaic.redraw();
    }
    id("theme").addEventListener("change", () => {
        look.stored("theme", id("theme").value);
        setTheme(id("theme").value);
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", mosaic.redraw);

    /* ---- products ---- */

    function makeProduct(p) {
        const item = look.make("li", "product");
        item.id = "product-" + p.index;
        item.setAttribute("role", "option");
        const thumb = look.make("img", "thumb");
        thumb.alt = "";
        thumb.loading = "lazy";
        thumb.width = thumb.height = 52;
        if (p.thumb)
            thumb.src = p.folder + "/" + p.thumb;
        const text = look.make("div", "product-text");
        text.append(look.make("strong", "", p.tile || p.name),
                    look.make("span", "count", look.number(p.cells)),
                    look.make("span", "facts", p.sensing.slice(0, 10) || p.name),
                    look.make("span", "facts", p.cloud === null ? "cloud unknown"
                        : "cloud " + look.percent(p.cloud)));
        item.append(thumb, text, look.make("span", "badge"));
        item.title = p.name;
        item.addEventListener("click", () => showProduct(p));
        return item;
    }

    function listProducts() {
        list.replaceChildren(...look.list.map(makeProduct));
        const total = look.list.reduce((n, p) => n + p.cells, 0);
        id("totals").textContent = look.count(look.list.length, "product") + ", " +
            look.count(total, "subscene");
        const fill = (name, values) => id(name).append(...values.map((v) => {
            const option = look.make("option", "", v);
            option.value = v;
            return option;
        }));
        const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August",
                        "September", "October", "November", "December"];
        const of = (field) => [...new Set(look.list.map((p) => p[field]))].filter(Boolean);
        fill("month", of("month").sort((a, b) => MONTHS.indexOf(a) - MONTHS.indexOf(b)));
        fill("tile", of("tile").sort());
    }

    function markProducts() {
        let shown = 0;
        for (const p of look.list) {
            const item = id("product-" + p.index), n = look.selectedOf(p);
            item.hidden = !look.productPasses(p);
            shown += !item.hidden;
            item.setAttribute("aria-selected", p === look.current);
            const badge = item.querySelector(".badge");
            badge.textContent = n ? n : "";
            badge.title = n ? n + " selected" : "";
            item.classList.toggle("failed", p.state === "failed");
        }
        id("products-count").textContent = shown === look.list.length ? ""
            : shown + " of " + look.list.length;
        if (look.current)
            list.setAttribute("aria-activedescendant", "product-" + look.current.index);
    }

    function showProduct(p) {
        if (!p || p === look.current)
            return;
        look.current = p;
        if (look.cell && look.cell.product !== p)
            look.cell = null;
        look.load(p, null);
        id("viewer-title").textContent = p.tile ? p.tile + " " + p.sensing : p.name;
        id("viewer-title").title = p.name;
        id("viewer-facts").textContent = p.columns + " × " + p.rows + " subscenes of " + p.size +
            " px";
        fillTools(p);
        mosaic.fit();
        markProducts();
        id("product-" + p.index).scrollIntoView({block: "nearest", inline: "nearest"});
        if (look.filter.scope === "one")
            table.refresh();
        showCell();
    }

    function stepProduct(by) {
        const shown = look.list.filter(look.productPasses);
        const at = shown.indexOf(look.current);
        if (shown.length > 0)
            showProduct(shown[Math.min(shown.length - 1, Math.max(0, at + by))]);
    }
    id("previous").addEventListener("click", () => stepProduct(-1));
    id("next").addEventListener("click", () => stepProduct(1));
    list.addEventListener("keydown", (event) => {
        const by = {ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -1e6,
                    End: 1e6}[event.key];
        if (!by || event.ctrlKey || event.altKey || event.metaKey)
            return;
        event.preventDefault();
        stepProduct(by);
    });

    /* ---- pictures and layers ---- */

    function choices(to, group, items, chosen, choose) {
        id(to).replaceChildren(...items.map((item, i) => {
            const label = look.make("label"), input = look.make("input");
            input.type = "radio";
            input.name = group;
            input.value = item.name;
            input.checked = item.name === chosen;
            input.id = group + "-" + i;
            input.addEventListener("change", () => choose(item.name));
            label.append(input, look.make("span", "", item.text));
            label.title = item.title;
            return label;
        }));
    }

    function fillTools(p) {
        const now = mosaic.composite(p);
        choices("composites", "composite",
                p.composites.map((c) => ({name: c.name, text: c.name,
                                            title: c.bands + (c.shows ? ": " + c.shows : "")})),
                now ? now.name : "", setComposite);
        choices("layers", "layer",
                [{name: "", text: "none", title: "no layer"}].concat(
                    p.layers.map((l) => ({name: l.name, text: l.name, title: l.title || l.name}))),
                mosaic.layer(p) ? mosaic.state.layer : "", setLayer);
        id("opacity").disabled = !mosaic.layer(p);
    }

    function setComposite(name) {
        mosaic.state.composite = name;
        mosaic.redraw();
    }

    function setLayer(name) {
        mosaic.state.layer = name;
        id("opacity").disabled = !name;
        mosaic.redraw();
        showCell();
    }

    /* Chooses the next button of a group. */
    function stepChoice(to) {
        const inputs = [...id(to).querySelectorAll("input")];
        if (inputs.length > 0)
            inputs[(inputs.findIndex((i) => i.checked) + 1) % inputs.length].click();
    }

    function setOpacity(percent) {
        id("opacity").value = percent;
        mosaic.state.opacity = id("opacity").value / 100;
        id("opacity-value").textContent = id("opacity").value + " %";
        mosaic.redraw();
    }
    id("opacity").addEventListener("input", () => setOpacity(id("opacity").value));
    id("zoom-in").addEventListener("click", () => mosaic.zoom(1.5));
    id("zoom-out").addEventListener("click", () => mosaic.zoom(1 / 1.5));
    id("zoom-fit").addEventListener("click", mosaic.fit);
    id("lattice").addEventListener("change", () => {
        mosaic.state.lattice = id("lattice").checked;
        mosaic.redraw();
    });

    /* ---- the facts of a subscene ---- */

    function fact(name, text) {
        const e = look.make("div");
        e.append(look.make("dt", "", name), look.make("dd", "", text));
        return e;
    }

    /* The shares of a layer: [{colour, meaning, share}], or its mean. */
    function shares(c, l) {
        const column = (meaning) => c && c.product.shares.get(l.name + "\n" + meaning);
        const share = (meaning) => (column(meaning) ? column(meaning)[c.row] : null);
        return l.classes.map((k) => ({colour: k.colour, meaning: k.meaning,
                                      share: share(k.meaning)}))
            .concat(l.classes.length > 0 ? []
                : [{colour: "", meaning: "mean", share: share("mean"), mean: true}]);
    }

    function makeLegend(c, l) {
        const box = look.make("div", "layer"), all = shares(c, l);
        const strip = look.make("div", "strip"), rows = look.make("ul", "legend");
        for (const s of all) {
            const row = look.make("li"), swatch = look.make("i", "swatch");
            swatch.style.background = s.colour || "transparent";
            const text = s.mean ? (s.share === null ? "–" : s.share.toFixed(1))
                : s.share === null ? "" : look.percent(s.share);
            row.append(swatch, look.make("span", "", s.meaning.replaceAll("_", " ").toLowerCase()),
                       look.make("span", "share", text));
            row.classList.toggle("none", s.share === 0);
            rows.append(row);
            if (!s.mean && s.share) {
                const part = look.make("i");
                part.style.flexGrow = s.share;
                part.style.background = s.colour;
                strip.append(part);
            }
        }
        box.append(look.make("span", "layer-name", l.name), strip, rows);
        return box;
    }

    /* The layer that is shown, else the first one that the subscene has. */
    function layerOf(p, c) {
        return mosaic.layer(p) ||
            (c && p.layers.find((l) => shares(c, l).some((s) => s.share !== null))) ||
            p.layers[0] || null;
    }

    function showCell() {
        const p = look.current, c = mosaic.state.hover || look.cell;
        id("cell-name").textContent = c ? "Column " + c.x + ", row " + c.y : "No subscene";
        id("cell-facts").replaceChildren(...(!c ? [] : [
            fact("valid", look.percent(c.valid)),
            fact("cloud", look.percent(c.cloud)),
            fact(look.score, c.score === null ? "–" : c.score.toFixed(3)),
            fact("labelled", c.labelled ? "yes" : "no"),
        ].concat(c.shown ? [] : [fact("file", "damaged")])));
        const pick = id("cell-pick"), on = look.cell !== null && look.isSelected(look.cell);
        pick.disabled = !look.cell;
        pick.textContent = on ? "Selected" : "Select";
        pick.setAttribute("aria-pressed", on);
        const l = p ? layerOf(p, c) : null;
        id("cell-classes").replaceChildren(...(l ? [makeLegend(c, l)] : []));
    }

    let timer = 0;
    look.show = (c) => {
        look.cell = c;
        clearTimeout(timer);
        if (c && c.product !== look.current)
            timer = setTimeout(() => { showProduct(c.product); mosaic.reveal(c); }, WAIT_MS);
        showCell();
        table.follow();
        mosaic.reveal(c);
    };
    id("cell-pick").addEventListener("click", () =>
        look.cell && look.pick(look.cell, !look.isSelected(look.cell)));
    look.on("hover", showCell);

    /* ---- filter ---- */

    const numberOf = (name) => {
        const v = id(name).value.trim();
        return v === "" || Number.isNaN(Number(v)) ? null : Number(v);
    };

    function readFilter() {
        Object.assign(look.filter, {
            text: id("search").value, scope: id("scope").value, month: id("month").value,
            tile: id("tile").value, labelled: id("labelled").value,
            cloudMin: numberOf("cloud-min"), cloudMax: numberOf("cloud-max"),
            scoreMin: numberOf("score-min"), pickedOnly: id("picked-only").checked,
        });
        const n = look.filterCount();
        id("filters-on").textContent = n ? "(" + n + " set)" : "";
        markProducts();
        table.refresh();
        mosaic.redraw();
    }
    id("filters").addEventListener("input", readFilter);
    id("search").addEventListener("input", readFilter);
    id("filters-reset").addEventListener("click", () => {
        for (const e of id("filters").querySelectorAll("select, input")) {
            e.checked = false;
            e.value = e.id === "scope" ? "all" : "";
        }
        id("search").value = "";
        readFilter();
    });

    function showCount() {
        const loading = look.list.filter((p) => p.state === "none" || p.state === "loading").length;
        id("rows-count").textContent = look.number(table.count()) +
            (loading ? ", reading " + look.count(loading, "product") : "");
    }
    look.on("rows", showCount);
    look.on("loaded", showCount);

    /* ---- selection ---- */

    function showSelection() {
        const n = look.selected.size;
        const products = new Set([...look.selected.values()].map((s) => s.product)).size;
        id("tray-text").textContent = n === 0 ? "Nothing selected"
            : look.count(n, "subscene") + " of " + look.count(products, "product") + " selected";
        id("clear").disabled = id("download").disabled = n === 0;
        markProducts();
        if (look.filter.pickedOnly)
            table.refresh();
        table.draw();
        mosaic.redraw();
        showCell();
    }
    look.on("selection", showSelection);
    id("clear").addEventListener("click", look.clearSelection);

    function download() {
        if (look.selected.size === 0)
            return;
        const list = look.listText();
        const address = URL.createObjectURL(new Blob([list.text], {type: "text/plain"}));
        const link = look.make("a");
        link.href = address;
        link.download = "subscenes.txt";
        link.click();
        setTimeout(() => URL.revokeObjectURL(address), 10000);
        id("tray-text").textContent = "subscenes.txt: " +
            look.count(look.selected.size - list.left, "subscene") +
            (list.left ? "; " + list.left + " left out, as --tiles cannot read the name" : "");
    }
    id("download").addEventListener("click", download);

    /* ---- keys ---- */

    const help = id("help");
    id("help-open").addEventListener("click", () => help.showModal());
    const KEYS = {
        "n": () => stepProduct(1), "p": () => stepProduct(-1),
        "c": () => stepChoice("composites"), "l": () => stepChoice("layers"),
        "[": () => setOpacity(Number(id("opacity").value) - 10),
        "]": () => setOpacity(Number(id("opacity").value) + 10),
        "+": () => mosaic.zoom(1.5), "=": () => mosaic.zoom(1.5),
        "-": () => mosaic.zoom(1 / 1.5), "0": mosaic.fit,
        "g": () => id("lattice").click(), "d": download,
        "m": () => id("mosaic").focus(), "t": () => id("grid").focus(),
        "/": () => id("search").focus(), "?": () => help.showModal(),
    };
    document.addEventListener("keydown", (event) => {
        const typing = event.target.matches("input:not([type=radio], [type=checkbox], [type=range])," +
            " select, textarea");
        const key = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
        if (event.key === "Escape" && event.target === id("search"))
            id("mosaic").focus();
        if (typing || help.open || !key || event.ctrlKey || event.altKey || event.metaKey)
            return;
        event.preventDefault();
        key();
    });

    /* ---- start ---- */

    let pending = 0; // products come in quick succession: the table is drawn a few times only
    look.on("cells", () => {
        mosaic.redraw();
        showCell();
        if (!pending)
            pending = setTimeout(() => { pending = 0; table.refresh(); markProducts(); }, 60);
    });
    setTheme(look.stored("theme"));
    if (matchMedia("(max-width: 700px)").matches)
        id("filters").open = false;
    listProducts();
    look.recall();
    readFilter();
    setOpacity(60);
    showProduct(look.list[0]);
    showSelection();
    requestAnimationFrame(() => setTimeout(look.loadAll, 0));
})();
