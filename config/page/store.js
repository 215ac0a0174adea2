/* The data of the page: products, subscenes, selection and filter. Data files call look.products
 * and look.cells, because a page from the file system may not fetch files. Texts from the data are
 * shown with textContent only. */
"use strict";

const look = {
    list: [],
    score: "score",
    current: null, // the product that is shown
    cell: null, // the subscene that is shown
    selected: new Map(), // "index/x_y" to {product, x, y}
    filter: {text: "", scope: "all", month: "", tile: "", labelled: "", cloudMin: null,
             cloudMax: null, scoreMin: null, pickedOnly: false},
    listeners: {},
};

look.on = (event, listener) => (look.listeners[event] ||= []).push(listener);
look.emit = (event) => (look.listeners[event] || []).forEach((listener) => listener());

/* products.js */
look.products = (data) => {
    look.score = data.score;
    const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    look.list = data.products.sort((a, b) => order(a.sensing, b.sensing) || order(a.name, b.name));
    look.list.forEach((p, i) => Object.assign(p, {index: i, cell: null, state: "none"}));
};

/* cells.js of a product: columns of equal length */
look.cells = (folder, data) => {
    const p = look.list.find((q) => q.folder === folder);
    if (!p || p.cell)
        return;
    p.shares = new Map(data.classes.map((k) => [k.layer + "\n" + k.meaning, k.share]));
    p.cell = data.x.map((x, i) => ({
        product: p, x, y: data.y[i], valid: data.valid[i], cloud: data.cloud[i],
        score: data.score[i], labelled: data.labelled[i] === 1, row: i,
        shown: data.shown[i] === 1,
    }));
    p.at = new Map(p.cell.map((c) => [c.x + "_" + c.y, c]));
};

/* ---- loading ---- */

/* Loads the subscenes of a product once. `done` is called then, and never for a failure. */
look.load = (p, done) => {
    if (p.state === "ready")
        return done && done();
    (p.waiting ||= []).push(done);
    if (p.state !== "none")
        return;
    p.state = "loading";
    const script = document.createElement("script");
    script.src = p.folder + "/cells.js";
    script.onload = script.onerror = () => {
        script.remove();
        p.state = p.cell ? "ready" : "failed";
        if (p.cell)
            p.waiting.forEach((f) => f && f());
        p.waiting = [];
        look.emit("loaded");
        look.emit("cells");
    };
    document.head.append(script);
};

/* Loads all products, one after the other, so that the page stays quick. */
look.loadAll = () => {
    const next = look.list.find((p) => p.state === "none");
    if (!next)
        return;
    const off = () => setTimeout(look.loadAll, 0);
    look.load(next, null);
    const wait = () => (next.state === "loading" ? setTimeout(wait, 4) : off());
    wait();
};

/* ---- selection ---- */

look.key = (c) => c.product.index + "/" + c.x + "_" + c.y;
look.isSelected = (c) => look.selected.has(look.key(c));

look.pick = (c, on) => {
    const key = look.key(c), is = look.selected.has(key);
    if (on === is)
        return;
    if (is)
        look.selected.delete(key);
    else
        look.selected.set(key, {product: c.product, x: c.x, y: c.y});
    look.remember();
    look.emit("selection");
};

look.clearSelection = () => {
    look.selected.clear();
    look.remember();
    look.emit("selection");
};

look.selectedOf = (p) => {
    let n = 0;
    for (const s of look.selected.values())
        n += s.product === p;
    return n;
};

/* A browser may forbid storage. The page works without. */
look.stored = (name, value) => {
    try {
        const key = "subscene-look " + name;
        if (value === undefined)
            return localStorage.getItem(key);
        localStorage.setItem(key, value);
    } catch (e) {
        return null;
    }
    return null;
};

look.remember = () => {
    const names = [...look.selected.values()].map((s) => [s.product.folder, s.x, s.y]);
    look.stored("selection " + location.pathname, JSON.stringify(names));
};

look.recall = () => {
    let names = [];
    try {
        names = JSON.parse(look.stored("selection " + location.pathname)) || [];
    } catch (e) {
        names = [];
    }
    if (!Array.isArray(names))
        return;
    for (const [folder, x, y] of names.filter(Array.isArray)) {
        const p = look.list.find((q) => q.folder === folder);
        if (p && Number.isInteger(x) && Number.isInteger(y))
            look.selected.set(look.key({product: p, x, y}), {product: p, x, y});
    }
};

/* ---- the list for --tiles ---- */

/* The names that --tiles can read. */
look.canBeListed = (p) => /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,126}$/.test(p.name);

/* The lines of a list, as subscene select writes them: with the product's name if the page has
 * several products. */
look.listText = () => {
    const several = look.list.length > 1;
    const lines = [];
    let left = 0;
    for (const p of look.list) {
        const chosen = [...look.selected.values()].filter((s) => s.product === p);
        if (chosen.length === 0)
            continue;
        chosen.sort((a, b) => a.y - b.y || a.x - b.x);
        const name = p.name.replace(/[^A-Za-z0-9_.-]/g, "_");
        lines.push("# " + name + ": " + chosen.length + " of " + p.cells + " subscenes, by hand");
        const lost = several && !look.canBeListed(p);
        if (lost)
            lines.push("# left out: --tiles cannot read this product's name");
        left += lost ? chosen.length : 0;
        for (const s of chosen)
            lines.push((lost ? "# " : "") + (several ? name + "/" : "") + s.x + "_" + s.y);
    }
    return {text: lines.join("\n") + "\n", left};
};

/* ---- filter ---- */

look.productPasses = (p) => {
    const f = look.filter, words = f.text.toLowerCase().split(/\s+/).filter(Boolean);
    const text = (p.tile + " " + p.sensing + " " + p.month + " " + p.name).toLowerCase();
    return (!f.month || p.month === f.month) && (!f.tile || p.tile === f.tile) &&
        words.every((w) => text.includes(w));
};

look.cellPasses = (c) => {
    const f = look.filter;
    if (f.labelled && c.labelled !== (f.labelled === "yes"))
        return false;
    if (f.cloudMin !== null && (c.cloud === null || c.cloud * 100 < f.cloudMin))
        return false;
    if (f.cloudMax !== null && (c.cloud === null || c.cloud * 100 > f.cloudMax))
        return false;
    if (f.scoreMin !== null && (c.score === null || c.score < f.scoreMin))
        return false;
    return !f.pickedOnly || look.isSelected(c);
};

/* The number of conditions of the filter that are set. */
look.filterCount = () => {
    const f = look.filter;
    return [f.month, f.tile, f.labelled, f.cloudMin !== null, f.cloudMax !== null,
            f.scoreMin !== null, f.pickedOnly, f.scope !== "all"].filter(Boolean).length;
};

/* ---- texts ---- */

look.percent = (share) => (share === null ? "–" : (share * 100).toFixed(1) + " %");
look.number = (n) => n.toLocaleString("en");
look.count = (n, noun) => look.number(n) + " " + noun + (n === 1 ? "" : "s");

/* An element with a class and a text. */
look.make = (tag, className, text) => {
    const e = document.createElement(tag);
    if (className)
        e.className = className;
    if (text !== undefined)
        e.textContent = text;
    return e;
};
