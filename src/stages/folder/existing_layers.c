#include "stages/folder/existing_layers.h"

#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/text.h"
#include "stages/folder/carry_over.h"
#include "stages/keep/kept_layers.h"

static int add_name(struct strlist *names, const char *name, struct err *e)
{
    return strlist_has(names, name) ? 0 : strlist_add(names, name, strlen(name), e);
}

/* ---- is it the same grid? ---- */

static bool same_grid(const struct params *a, const struct params *b)
{
    return a->size == b->size && params_cut(a) == params_cut(b) && a->overlap == b->overlap &&
           a->edge == b->edge && a->resolution_m == b->resolution_m && a->compat == b->compat;
}

/* Files of profile kappazeta have no parameters, but a digest of them. Other bands, another
 * compression and the other profile are tried. */
static bool digest_is_of(const struct params *p, const char *digest)
{
    char text[PARAMS_TEXT_SIZE], tried[PARAMS_DIGEST_SIZE];
    params_format(p, text);
    params_digest(text, tried);
    return strcmp(tried, digest) == 0;
}

static bool digest_has_grid(const struct survey *s, const char *digest)
{
    const band_set bands[] = {s->job->params->bands, s->old->bands};
    const enum file_profile profiles[] = {PROFILE_GEOREF, PROFILE_KAPPAZETA};
    for (int i = 0; i < 4; i++)
        for (int level = 0; level <= 9; level++) {
            struct params p = *s->job->params;
            p.bands = bands[i % 2];
            p.profile = profiles[i / 2];
            p.deflate = level;
            if (digest_is_of(&p, digest))
                return true;
        }
    return false;
}

/* The other subscenes in the manifest tell on which grid a layer was lost. */
static bool folder_has_grid(const struct survey *s)
{
    for (size_t i = 0; i < s->old->n; i++)
        if (!s->old->row[i].is_altered)
            return digest_has_grid(s, s->old->row[i].digest);
    return true;
}

static bool is_on_grid(const struct survey *s, const struct existing_file *l)
{
    struct params there;
    if (l->found == FOUND_SAME)
        return true;
    if (l->found == FOUND_DAMAGED || l->found == FOUND_NOTHING) /* what it says is not certain */
        return !l->known || l->known->is_altered ? l->found == FOUND_NOTHING
                                                 : digest_has_grid(s, l->known->digest);
    if (l->facts.parameters[0])
        return params_parse(l->facts.parameters, &there, NULL) == 0 &&
               same_grid(&there, s->job->params);
    if (l->facts.digest[0])
        return digest_has_grid(s, l->facts.digest);
    return l->known && !l->known->is_altered && digest_has_grid(s, l->known->digest);
}

/* ---- what is lost ---- */

static int add_lost(struct survey *s, const struct strlist *layers, struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < layers->n; i++)
        r = add_name(&s->lost, layers->s[i], e);
    return r;
}

static int note_lost(struct survey *s, const struct existing_file *l, const struct strlist *layers,
                     const char *why, struct err *e)
{
    if (s->losing++ == 0)
        snprintf(s->why_lost, sizeof s->why_lost, "%s: %s", l->path, why);
    return add_lost(s, layers, e);
}

/* ---- what is carried over to another grid ---- */

int existing_layers_begin(struct survey *s, struct err *e)
{
    struct existing *out = s->out;
    char manifest[2048];
    struct err why = ERR_INIT;
    int r = subscene_path(s->job, s->job->manifest, manifest, sizeof manifest, e);
    if (r)
        return r;
    r = carried_files_find(manifest, &s->waiting, &why);
    if (r && !(r == ERR_INPUT && s->job->drop_labels)) {
        *e = why;
        return r;
    }
    const bool any = r || s->waiting.digest[0];
    out->gives_up_carried = any && s->job->drop_labels;
    out->carries = any && !out->gives_up_carried;
    s->losing += out->gives_up_carried ? s->waiting.path.n : 0;
    return 0;
}

/* Why the layers of a file cannot be carried over; NULL: perhaps they can. */
static const char *cannot_carry(const struct survey *s, const struct existing_file *l,
                                const struct strlist *earlier)
{
    const char *digest = s->waiting.digest[0] ? s->waiting.digest : s->out->carried.digest;
    if (l->found != FOUND_OTHER)
        return "it is damaged or gone; mend it first, with subscene verify --repair --product";
    if (!l->facts.parameters[0])
        return "it has profile kappazeta, and no coordinates to carry them over; make it again "
               "with "
               "--profile georef on its own grid first, which keeps them";
    if (params_cut(s->job->params) != s->job->params->size)
        return "the new subscenes are shrunk, and cannot have class layers";
    if (earlier && earlier->n > 0)
        return "class layers of an earlier run wait for it; repeat that run";
    if ((digest[0] && strcmp(digest, l->facts.digest) != 0) || carried_files_is_aside(l->path))
        return "a run with other parameters has to carry class layers over; repeat it first";
    return NULL;
}

static int carry_or_lose(struct survey *s, const struct existing_file *l,
                         const struct strlist *earlier, const struct strlist *needed, struct err *e)
{
    struct carried_files *to = &s->out->carried;
    const char *why = cannot_carry(s, l, earlier);
    if (why)
        return note_lost(s, l, needed, why, e);
    memcpy(to->digest, l->facts.digest, sizeof to->digest);
    int r = add_lost(s, needed, e); /* if it cannot be carried over after all */
    return r ? r : strlist_add(&to->path, l->path, strlen(l->path), e);
}

static int check_carried(struct survey *s, const struct cell *cells, size_t n, struct err *e)
{
    struct err why = ERR_INIT;
    const size_t files = s->out->carried.path.n;
    if (files == 0)
        return 0;
    int r = carry_over_check(s->job, &s->out->carried, cells, n, &why);
    if (r == 0)
        log_message(s->is_last ? LOG_INFO : LOG_DEBUG, s->job->product->name,
                    "class layers of %zu subscene%s are carried over to the new grid", files,
                    text_s(files));
    if (r != ERR_INPUT) {
        *e = why;
        return r;
    }
    s->losing += files;
    snprintf(s->why_lost, sizeof s->why_lost, "%s", why.msg);
    return 0;
}

int existing_layers_finish(struct survey *s, const struct cell *cells, size_t n, struct err *e)
{
    char names[300];
    int r = check_carried(s, cells, n, e);
    if (r)
        return r;
    if (s->losing == 0)
        return 0;
    strlist_join(&s->lost, ", ", names, sizeof names);
    if (!s->job->drop_labels)
        return err_set(e, ERR_USAGE,
                       "%zu subscene%s would lose class layers (%s); %s; choose another --output, "
                       "or --drop-labels to give them up",
                       s->losing, text_s(s->losing), names, s->why_lost);
    log_message(existing_file_warning(s), s->job->product->name,
                "--drop-labels: %zu subscene%s lose%s class layers: %s", s->losing,
                text_s(s->losing), s->losing == 1 ? "s" : "", names);
    return 0;
}

/* ---- what is kept ---- */

static int add_kept(struct existing *out, const struct existing_file *l, struct strlist *layers,
                    struct err *e)
{
    struct kept_file *grown =
        mem_grown(out->kept, out->n_kept, &out->kept_cap, sizeof *out->kept, e);
    if (!grown)
        return ERR_TEMPORARY;
    out->kept = grown;
    struct kept_file *k = &out->kept[out->n_kept++];
    memcpy(k->path, l->path, sizeof k->path);
    k->x = l->row.x;
    k->y = l->row.y;
    k->layers = *layers;
    *layers = (struct strlist){0};
    return 0;
}

/* The layers of the file that the job does not make again. */
static int list_needed(struct survey *s, const struct existing_file *l, struct strlist *needed,
                       struct err *e)
{
    for (size_t k = 0; k < l->layers.n; k++) {
        bool again = false;
        int r = existing_file_remakes_layer(s, l, l->layers.s[k], &again, e);
        if (r)
            return r;
        r = again ? 0 : add_name(needed, l->layers.s[k], e);
        if (r)
            return r;
    }
    return 0;
}

/* Adds what is kept from earlier, and says whether all of it is listed already. A file set aside
 * earlier is replaced only by one that has the same layers. */
static int merge_earlier(const struct existing_file *l, const struct strlist *earlier,
                         struct strlist *needed, bool *listed, bool *clashes, struct err *e)
{
    size_t before = needed->n;
    *listed = true;
    *clashes = false;
    for (size_t i = 0; i < before; i++)
        *listed &= strlist_has(earlier, needed->s[i]);
    for (size_t i = 0; i < earlier->n; i++) {
        int r = add_name(needed, earlier->s[i], e);
        if (r)
            return r;
        *clashes |= before > 0 && l->found != FOUND_NOTHING &&
                    !strlist_has(&l->layers, earlier->s[i]) && kept_layers_has_file(l->path);
    }
    return 0;
}

static int keep(struct survey *s, const struct existing_file *l, const struct strlist *earlier,
                struct strlist *needed, struct err *e)
{
    bool listed, clashes;
    int r = merge_earlier(l, earlier, needed, &listed, &clashes, e);
    if (r)
        return r;
    if (clashes)
        return note_lost(s, l, needed, "an earlier class layer of it is lost; label it first", e);
    if (!is_on_grid(s, l))
        return carry_or_lose(s, l, earlier, needed, e);
    if (l->found == FOUND_NOTHING && listed)
        return 0;
    manifest_drop(&s->out->manifest, l->row.x, l->row.y);
    return add_kept(s->out, l, needed, e);
}

int existing_layers_settle(struct survey *s, const struct existing_file *l, struct err *e)
{
    struct strlist needed = {0}, earlier = {0};
    int r = list_needed(s, l, &needed, e);
    if (r == 0 && needed.n > 0)
        r = kept_layers_find(l->path, &earlier, e);
    if (r == 0 && needed.n > 0)
        r = !s->job->drop_labels ? keep(s, l, &earlier, &needed, e)
            : earlier.n > 0      ? add_lost(s, &needed, e) /* existing_layers_waiting counted it */
                                 : note_lost(s, l, &needed, "", e);
    strlist_clear(&needed);
    strlist_clear(&earlier);
    return r;
}

int existing_layers_leave(struct survey *s, const struct existing_file *l, struct err *e)
{
    struct strlist needed = {0};
    int r = list_needed(s, l, &needed, e);
    if (r == 0 && needed.n > 0)
        r = s->job->drop_labels ? note_lost(s, l, &needed, "", e)
                                : carry_or_lose(s, l, NULL, &needed, e);
    strlist_clear(&needed);
    return r;
}

/* After a repair no row may be left that tells the grid; the layers that wait have a side. */
static bool has_other_side(const struct survey *s, const char *path)
{
    const int32_t side = kept_layers_side(path);
    return side > 0 && side != s->job->params->size;
}

int existing_layers_waiting(struct survey *s, const struct existing_file *l, bool *waits,
                            struct err *e)
{
    struct strlist earlier;
    int r = kept_layers_find(l->path, &earlier, e);
    if (r && !s->job->drop_labels)
        return r;
    const bool listed = kept_layers_has_list(l->path);
    *waits = listed && !s->job->drop_labels;
    if (*waits && earlier.n > 0 && l->found != FOUND_SAME && l->layers.n == 0 &&
        (!folder_has_grid(s) || has_other_side(s, l->path)))
        r = note_lost(s, l, &earlier,
                      "class layers of an earlier run or repair wait for it; mend it first, with "
                      "subscene verify --repair --product",
                      e);
    if (s->job->drop_labels && (r || listed)) {
        r = strlist_add(&s->out->given_up, l->path, strlen(l->path), e);
        s->losing += earlier.n > 0;
        if (r == 0)
            r = add_lost(s, &earlier, e);
    }
    strlist_clear(&earlier);
    return r;
}
