/* The mosaic of one product: its picture, a class layer over it, the lattice, the selection, and a
 * cursor. Zoom and pan change `view`; draw() paints everything anew. */
"use strict";

look.mosaic = (() => {
    const canvas = document.getElementById("mosaic");
    const stage = document.getElementById("stage");
    const note = document.getElementById("stage-note");
    const context = canvas.getContext("2d");
    const RULER = 20, ZOOM_MAX = 12, IMAGES_KEPT = 24;
    const images = new Map(); // by address, the latest last
    const view = {zoom: 1, x: 0, y: 0}; // x, y: the sheet's pixel at the middle, as a share
    const state = {composite: "", layer: "", opacity: 0.6, lattice: true, hover: null};
    let queued = false, size = {w: 0, h: 0};

    /* ---- pictures ---- */

    function image(address) {
        let entry = images.get(address);
        images.delete(address);
        if (!entry) {
            entry = {img: new Image(), ok: false, failed: false};
            entry.img.decoding = "async";
            entry.img.onload = () => { entry.ok = true; redraw(); };
            entry.img.onerror = () => { entry.failed = true; redraw(); };
            entry.img.src = address;
        }
        images.set(address, entry);
        if (images.size > IMAGES_KEPT)
            images.delete(images.keys().next().value);
        return entry;
    }

    const composite = (p) => p.composites.find((c) => c.name === state.composite) ||
        p.composites[0];
    const layer = (p) => p.layers.find((l) => l.name === state.layer);

    /* ---- places ---- */

    /* Pixels of the screen per pixel of the sheet, and the sheet's corner on the screen. */
    function place(p) {
        const w = p.columns * p.cell_px, h = p.rows * p.cell_px;
        const fit = Math.min((size.w - RULER) / w, (size.h - RULER) / h);
        const scale = fit * view.zoom;
        const middle = (length, sheet, at) => {
            const room = length - RULER, shown = sheet * scale;
            if (shown <= room)
                return RULER + (room - shown) / 2;
            const corner = RULER + room / 2 - at * shown;
            return Math.min(RULER, Math.max(RULER + room - shown, corner));
        };
        return {scale, x: middle(size.w, w, view.x), y: middle(size.h, h, view.y), w, h,
                side: p.cell_px * scale};
    }

    function cellAt(x, y) {
        const p = look.current;
        if (!p || !p.at || x < RULER || y < RULER)
            return null;
        const at = place(p);
        return p.at.get((p.x0 + Math.floor((x - at.x) / at.side)) + "_" +
            (p.y0 + Math.floor((y - at.y) / at.side))) || null;
    }

    function corner(c, at) {
        return {x: at.x + (c.x - c.product.x0) * at.side, y: at.y + (c.y - c.product.y0) * at.side};
    }

    /* ---- drawing ---- */

    function redraw() {
        if (!queued) {
            queued = true;
            requestAnimationFrame(() => { queued = false; draw(); });
        }
    }

    function drawPicture(address, at, alpha, smooth) {
        const entry = image(address);
        if (!entry.ok)
            return entry;
        context.globalAlpha = alpha;
        context.imageSmoothingEnabled = smooth;
        context.imageSmoothingQuality = "high";
        context.drawImage(entry.img, at.x, at.y, at.w * at.scale, at.h * at.scale);
        context.globalAlpha = 1;
        return entry;
    }

    /* Covers cells that the product lacks, and dims those that the filter leaves out. */
    function drawCover(p, at, colours) {
        for (let row = 0; row < p.rows; row++) {
            for (let col = 0; col < p.columns; col++) {
                const c = p.at.get((p.x0 + col) + "_" + (p.y0 + row));
                const gap = !c || !c.shown;
                if (!gap && look.cellPasses(c))
                    continue;
                context.globalAlpha = gap ? 1 : 0.72;
                context.fillStyle = gap && c ? colours.damaged : colours.stage;
                context.fillRect(at.x + col * at.side, at.y + row * at.side, at.side, at.side);
            }
        }
        context.globalAlpha = 1;
    }

    function drawLattice(p, at) {
        const line = (x0, y0, x1, y1) => {
            context.moveTo(Math.round(x0) + 0.5, Math.round(y0) + 0.5);
            context.lineTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
        };
        const right = at.x + at.w * at.scale, bottom = at.y + at.h * at.scale;
        context.beginPath();
        for (let col = 0; col <= p.columns; col++)
            line(at.x + col * at.side, at.y, at.x + col * at.side, bottom);
        for (let row = 0; row <= p.rows; row++)
            line(at.x, at.y + row * at.side, right, at.y + row * at.side);
        context.lineWidth = 1;
        context.strokeStyle = "rgba(0, 0, 0, 0.55)";
        context.stroke();
        context.strokeStyle = "rgba(255, 255, 255, 0.28)";
        context.stroke();
    }

    /* The numbers of columns and rows. Where there is little room only some are shown. */
    function drawRulers(p, at, colours) {
        context.fillStyle = colours.stage;
        context.fillRect(0, 0, size.w, RULER);
        context.fillRect(0, 0, RULER, size.h);
        context.fillStyle = colours.ruler;
        context.font = "11px system-ui, sans-serif";
        context.textAlign = "center";
        context.textBaseline = "middle";
        const every = [1, 2, 5, 10, 20, 50, 100].find((n) => n * at.side >= 20) || 200;
        for (let col = 0; col < p.columns; col++) {
            const x = at.x + (col + 0.5) * at.side;
            if ((p.x0 + col) % every === 0 && x > RULER)
                context.fillText(p.x0 + col, x, Math.max(at.y - RULER, 0) + RULER / 2);
        }
        for (let row = 0; row < p.rows; row++) {
            const y = at.y + (row + 0.5) * at.side;
            if ((p.y0 + row) % every === 0 && y > RULER)
                context.fillText(p.y0 + row, Math.max(at.x - RULER, 0) + RULER / 2, y);
        }
    }

    function frame(c, at, inset, width, colour) {
        const from = corner(c, at), side = at.side - 2 * inset;
        context.lineWidth = width;
        context.strokeStyle = colour;
        context.strokeRect(from.x + inset, from.y + inset, side, side);
    }

    function drawMarks(p, at, colours) {
        for (const c of p.cell) {
            const from = corner(c, at);
            if (c.labelled) {
                const a = Math.max(5, at.side * 0.24);
                context.fillStyle = colours.labelled;
                context.beginPath();
                context.moveTo(from.x + at.side, from.y);
                context.lineTo(from.x + at.side - a, from.y);
                context.lineTo(from.x + at.side, from.y + a);
                context.fill();
                context.lineWidth = 1;
                context.strokeStyle = "rgba(0, 0, 0, 0.6)";
                context.stroke();
            }
            if (look.isSelected(c)) {
                frame(c, at, 2, 5, "rgba(0, 0, 0, 0.75)");
                frame(c, at, 2, 3, colours.picked);
            }
        }
        for (const c of [state.hover, look.cell]) {
            if (!c || c.product !== p)
                continue;
            frame(c, at, 0, 4, "rgba(0, 0, 0, 0.85)");
            frame(c, at, 0, 2, c === look.cell ? colours.cursor : "#ffffff");
        }
    }

    function describe(p, picture) {
        const text = !p ? "There is no product."
            : p.state === "failed" ? "The data of this product cannot be read."
            : p.composites.length === 0 ? "No picture: the subscenes lack the bands for it."
            : picture && picture.failed ? "The picture of this product cannot be read." : "";
        note.hidden = text === "";
        note.textContent = text;
    }

    function draw() {
        const p = look.current, ratio = window.devicePixelRatio || 1;
        const style = getComputedStyle(stage);
        const colour = (name) => style.getPropertyValue(name).trim();
        const colours = {stage: colour("--stage"), ruler: colour("--stage-text"),
                         picked: colour("--picked"), labelled: colour("--labelled"),
                         damaged: colour("--damaged"), cursor: colour("--cursor")};
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        context.fillStyle = colours.stage;
        context.fillRect(0, 0, size.w, size.h);
        if (!p || size.w < RULER * 2)
            return describe(p, null);
        const at = place(p), over = layer(p);
        let picture = null;
        if (composite(p))
            picture = drawPicture(p.folder + "/" + composite(p).file, at, 1, true);
        if (over && state.opacity > 0)
            drawPicture(p.folder + "/" + over.file, at, state.opacity, false);
        if (p.at)
            drawCover(p, at, colours);
        if (state.lattice)
            drawLattice(p, at);
        if (p.at)
            drawMarks(p, at, colours);
        drawRulers(p, at, colours);
        describe(p, picture);
    }

    /* ---- zoom and pan ---- */

    /* Zooms so that the point of the screen stays where it is. */
    function zoomAt(factor, x, y) {
        const p = look.current;
        if (!p)
            return;
        const before = place(p);
        const share = {x: (x - before.x) / (before.w * before.scale),
                       y: (y - before.y) / (before.h * before.scale)};
        view.zoom = Math.min(ZOOM_MAX, Math.max(1, view.zoom * factor));
        const scale = place(p).scale;
        view.x = share.x - (x - RULER - (size.w - RULER) / 2) / (before.w * scale);
        view.y = share.y - (y - RULER - (size.h - RULER) / 2) / (before.h * scale);
        keepInside(p);
    }

    function keepInside(p) {
        const at = place(p);
        view.x = (RULER + (size.w - RULER) / 2 - at.x) / (at.w * at.scale);
        view.y = (RULER + (size.h - RULER) / 2 - at.y) / (at.h * at.scale);
        canvas.classList.toggle("zoomed", view.zoom > 1);
        redraw();
    }

    function pan(dx, dy) {
        const at = place(look.current);
        view.x -= dx / (at.w * at.scale);
        view.y -= dy / (at.h * at.scale);
        keepInside(look.current);
    }

    const zoom = (factor) => {
        const at = look.cell && look.cell.product === look.current && place(look.current);
        const from = at && corner(look.cell, at);
        zoomAt(factor, from ? from.x + at.side / 2 : RULER + (size.w - RULER) / 2,
               from ? from.y + at.side / 2 : RULER + (size.h - RULER) / 2);
    };

    function fit() {
        Object.assign(view, {zoom: 1, x: 0.5, y: 0.5});
        canvas.classList.remove("zoomed");
        redraw();
    }

    /* Pans until the cell is in sight. */
    function reveal(c) {
        if (view.zoom > 1 && c && c.product === look.current) {
            const at = place(look.current), from = corner(c, at);
            const off = (v, length) => (v < RULER ? RULER - v
                : v + at.side > length ? length - v - at.side : 0);
            pan(off(from.x, size.w), off(from.y, size.h));
        }
        redraw();
    }

    /* ---- pointer ---- */

    const pointers = new Map();
    let moved = false, spread = 0;

    const spot = (event) => {
        const box = canvas.getBoundingClientRect();
        return {x: event.clientX - box.left, y: event.clientY - box.top};
    };

    function pinch() {
        const [a, b] = [...pointers.values()];
        const now = Math.hypot(a.x - b.x, a.y - b.y);
        if (spread > 0 && now > 0)
            zoomAt(now / spread, (a.x + b.x) / 2, (a.y + b.y) / 2);
        spread = now;
    }

    canvas.addEventListener("pointerdown", (event) => {
        pointers.set(event.pointerId, spot(event));
        moved = pointers.size > 1;
        spread = 0;
    });

    canvas.addEventListener("pointermove", (event) => {
        const now = spot(event), before = pointers.get(event.pointerId);
        if (before) {
            if (pointers.size === 1 && !moved &&
                Math.hypot(now.x - before.x, now.y - before.y) < 6)
                return;
            moved = true;
            pointers.set(event.pointerId, now);
            canvas.setPointerCapture(event.pointerId);
            if (pointers.size === 2)
                pinch();
            else if (look.current && view.zoom > 1)
                pan(now.x - before.x, now.y - before.y);
            return;
        }
        const c = cellAt(now.x, now.y);
        if (c !== state.hover) {
            state.hover = c;
            look.emit("hover");
            redraw();
        }
    });

    const release = (event) => pointers.delete(event.pointerId);
    canvas.addEventListener("pointercancel", release);
    canvas.addEventListener("pointerleave", (event) => {
        release(event);
        if (state.hover) {
            state.hover = null;
            look.emit("hover");
            redraw();
        }
    });

    /* A click selects. A first tap only shows, because a finger cannot hover. */
    canvas.addEventListener("pointerup", (event) => {
        const at = spot(event), c = cellAt(at.x, at.y), was = look.cell;
        release(event);
        if (moved || !c || event.button !== 0)
            return;
        look.show(c);
        if (event.pointerType !== "touch" || c === was)
            look.pick(c, !look.isSelected(c));
    });

    canvas.addEventListener("wheel", (event) => {
        if (!event.ctrlKey && !event.metaKey)
            return;
        event.preventDefault();
        const at = spot(event);
        zoomAt(Math.exp(-event.deltaY / 300), at.x, at.y);
    }, {passive: false});

    /* ---- keys ---- */

    const STEPS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

    /* The next cell in this direction that the product has. */
    function step(c, [dx, dy]) {
        const p = look.current;
        for (let x = c.x + dx, y = c.y + dy;
             x >= p.x0 && y >= p.y0 && x < p.x0 + p.columns && y < p.y0 + p.rows;
             x += dx, y += dy) {
            const next = p.at.get(x + "_" + y);
            if (next)
                return next;
        }
        return c;
    }

    canvas.addEventListener("keydown", (event) => {
        const p = look.current, c = look.cell && look.cell.product === p ? look.cell : null;
        if (!p || !p.cell || p.cell.length === 0 || event.ctrlKey || event.altKey || event.metaKey)
            return;
        if (STEPS[event.key])
            look.show(c ? step(c, STEPS[event.key]) : p.cell[0]);
        else if (event.key === "Home" || event.key === "End")
            look.show(p.cell[event.key === "Home" ? 0 : p.cell.length - 1]);
        else if ((event.key === " " || event.key === "Enter") && c)
            look.pick(c, !look.isSelected(c));
        else
            return;
        event.preventDefault();
    });

    new ResizeObserver(() => {
        const ratio = window.devicePixelRatio || 1;
        size = {w: stage.clientWidth, h: stage.clientHeight};
        canvas.width = Math.round(size.w * ratio);
        canvas.height = Math.round(size.h * ratio);
        draw();
    }).observe(stage);

    return {state, redraw, zoom, fit, reveal, composite, layer};
})();
