/* The table of subscenes. It holds rows of all products and draws only those in sight. */
"use strict";

look.table = (() => {
    const grid = document.getElementById("grid");
    const body = document.getElementById("grid-body");
    const empty = document.getElementById("grid-empty");
    const MARGIN = 8; // rows drawn above and below those in sight
    const order = {by: "score", down: true};
    let rows = [], active = -1, drawn = new Map();

    const value = {
        cell: (c) => c.y * 100000 + c.x,
        tile: (c) => c.product.tile || c.product.name,
        time: (c) => c.product.sensing,
        valid: (c) => c.valid,
        cloud: (c) => c.cloud,
        score: (c) => c.score,
        labelled: (c) => (c.labelled ? 1 : 0),
    };
    /* the order in which a column is useful first */
    const DOWN_FIRST = {valid: true, cloud: true, score: true, labelled: true};

    const percent = (share) => (share === null ? "–" : (share * 100).toFixed(1));
    const rowHeight = () => parseFloat(getComputedStyle(grid).getPropertyValue("--row")) || 30;
    const headHeight = () => grid.firstElementChild.offsetHeight;

    /* Equal values stay in the order of products, rows and columns. Missing values come last. */
    function compare(a, b) {
        const v = value[order.by](a), w = value[order.by](b);
        if (v === null || w === null)
            return (v === null) - (w === null);
        return v === w ? 0 : (v < w) === order.down ? 1 : -1;
    }

    function collect() {
        const one = look.filter.scope === "one";
        const kept = active >= 0 ? rows[active] : null;
        rows = [];
        for (const p of look.list)
            if (p.cell && (one ? p === look.current : look.productPasses(p)))
                for (const c of p.cell)
                    if (look.cellPasses(c))
                        rows.push(c);
        rows.sort(compare);
        active = kept ? rows.indexOf(kept) : -1;
    }

    /* ---- drawing ---- */

    function cellOf(row, name, text) {
        const e = look.make("span", name, text);
        e.setAttribute("role", "gridcell");
        row.append(e);
        return e;
    }

    function bar(e, share) {
        if (share === null)
            return;
        const line = look.make("i", "bar");
        line.style.width = "calc((100% - 8px) * " + Math.min(1, Math.max(0, share)).toFixed(3) + ")";
        e.append(line);
    }

    function make(c, i) {
        const row = look.make("div", "row");
        row.id = "row-" + i;
        row.setAttribute("role", "row");
        row.setAttribute("aria-rowindex", i + 2);
        cellOf(row, "c-pick").append(look.make("i", "box"));
        cellOf(row, "c-cell", c.x + "_" + c.y);
        cellOf(row, "c-tile", c.product.tile || c.product.name).title = c.product.name;
        cellOf(row, "c-time", c.product.sensing.slice(0, 10));
        bar(cellOf(row, "c-valid", percent(c.valid)), c.valid);
        bar(cellOf(row, "c-cloud", percent(c.cloud)), c.cloud);
        cellOf(row, "c-score", c.score === null ? "–" : c.score.toFixed(3));
        const label = cellOf(row, "c-label", !c.shown ? "✕" : c.labelled ? "✓" : "");
        label.setAttribute("aria-label", !c.shown ? "damaged" : c.labelled ? "labelled" : "");
        label.title = !c.shown ? "its file is damaged" : "";
        row.style.transform = "translateY(" + i * rowHeight() + "px)";
        body.append(row);
        return row;
    }

    function mark(row, c, i) {
        const on = look.isSelected(c);
        row.classList.toggle("picked", on);
        row.classList.toggle("current", c === look.cell);
        row.classList.toggle("active", i === active);
        row.setAttribute("aria-selected", on);
        row.firstElementChild.setAttribute("aria-label", on ? "selected" : "not selected");
    }

    function draw() {
        const height = rowHeight();
        const first = Math.max(0, Math.floor(grid.scrollTop / height) - MARGIN);
        const last = Math.min(rows.length, first + Math.ceil(grid.clientHeight / height) +
            2 * MARGIN);
        for (const [i, row] of drawn)
            if (i < first || i >= last) {
                row.remove();
                drawn.delete(i);
            }
        for (let i = first; i < last; i++) {
            if (!drawn.has(i))
                drawn.set(i, make(rows[i], i));
            mark(drawn.get(i), rows[i], i);
        }
        if (active >= first && active < last)
            grid.setAttribute("aria-activedescendant", "row-" + active);
        else
            grid.removeAttribute("aria-activedescendant");
    }

    /* Collects and draws anew. */
    function refresh() {
        collect();
        drawn.forEach((row) => row.remove());
        drawn = new Map();
        body.style.height = rows.length * rowHeight() + "px";
        grid.setAttribute("aria-rowcount", rows.length + 1);
        empty.hidden = rows.length > 0 || look.list.some((p) => p.state === "loading");
        for (const b of grid.querySelectorAll("[data-sort]")) {
            const on = b.dataset.sort === order.by;
            b.parentElement.setAttribute("aria-sort",
                                         !on ? "none" : order.down ? "descending" : "ascending");
        }
        draw();
        look.emit("rows");
    }

    /* ---- moving ---- */

    function reveal(i) {
        const height = rowHeight(), head = headHeight(), top = i * height;
        if (top < grid.scrollTop)
            grid.scrollTop = top;
        else if (top + height + head > grid.scrollTop + grid.clientHeight)
            grid.scrollTop = top + height + head - grid.clientHeight;
    }

    function go(i) {
        if (rows.length === 0)
            return;
        active = Math.min(rows.length - 1, Math.max(0, i));
        reveal(active);
        look.show(rows[active]);
        draw();
    }

    /* Follows the subscene that is shown, if it is in the table. */
    function follow() {
        if (look.cell && rows[active] !== look.cell) {
            active = rows.indexOf(look.cell);
            if (active >= 0)
                reveal(active);
        }
        draw();
    }

    function sort(by) {
        order.down = by === order.by ? !order.down : DOWN_FIRST[by] === true;
        order.by = by;
        refresh();
        grid.scrollTop = 0;
    }

    grid.addEventListener("scroll", draw);
    grid.addEventListener("click", (event) => {
        const head = event.target.closest("[data-sort]"), row = event.target.closest(".row");
        if (head)
            sort(head.dataset.sort);
        if (!row)
            return;
        const i = Number(row.id.slice(4)), c = rows[i];
        active = i;
        look.show(c);
        if (event.target.closest(".c-pick"))
            look.pick(c, !look.isSelected(c));
        draw();
    });

    grid.addEventListener("keydown", (event) => {
        const page = Math.max(1, Math.floor(grid.clientHeight / rowHeight()) - 2);
        const to = {ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page,
                    PageUp: active - page, Home: 0, End: rows.length - 1}[event.key];
        if (event.ctrlKey || event.altKey || event.metaKey)
            return;
        if (to !== undefined)
            go(to);
        else if ((event.key === " " || event.key === "Enter") && rows[active])
            look.pick(rows[active], !look.isSelected(rows[active]));
        else
            return;
        event.preventDefault();
    });

    new ResizeObserver(() => refresh()).observe(grid);

    return {refresh, draw, follow, sort, order, count: () => rows.length};
})();
