#include "cmd/console/console.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cmd/console/progress.h"
#include "core/jsonout.h"

/* Seconds between two updates of the progress line, and between two progress events. */
static const double LINE_EVERY_S = 0.1, EVENT_EVERY_S = 5;

static struct {
    pthread_mutex_t lock;
    bool json, shows_line, has_colour;
    bool logs_progress; /* as events of the JSON log */
    bool line_drawn;
    char label[128];
    bool is_product; /* the label is a product's name */
    struct progress progress;
    double drawn_s, logged_s; /* time of the last update of the line; of the last event */
    const char *program;
} console = {.lock = PTHREAD_MUTEX_INITIALIZER,
             .progress = {.product = 1, .products = 1},
             .program = "subscene"};

void console_name(const char *program) { console.program = program; }

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void format_time(char buf[32])
{
    time_t now = time(NULL);
    struct tm utc;
    strftime(buf, 32, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
}

/* ---- progress ---- */

static void erase_line(void)
{
    if (console.line_drawn)
        fputs("\r\033[K", stderr);
    console.line_drawn = false;
}

/* Called for each update, because a window may change its width. */
static int terminal_columns(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static void draw_line(void)
{
    const struct progress *p = &console.progress;
    char line[PROGRESS_LINE];
    console.drawn_s = now_s();
    const struct progress_view view = {.label = console.label,
                                       .product = p->product,
                                       .products = p->products,
                                       .done = p->done,
                                       .total = p->total,
                                       .rate = progress_rate(p, console.drawn_s),
                                       .seconds_left = progress_seconds_left(p, console.drawn_s)};
    progress_line(&view, terminal_columns(), line);
    fprintf(stderr, "\r%s\033[K", line);
    fflush(stderr);
    console.line_drawn = true;
}

/* Rounded to a thousandth; more digits mean nothing. */
static double rounded(double x) { return round(x * 1000) / 1000; }

static void log_progress(void)
{
    const struct progress *p = &console.progress;
    struct jsonout j = {0};
    char when[32];
    console.logged_s = now_s();
    format_time(when);
    jsonout_object(&j, NULL);
    jsonout_string(&j, "time", when);
    jsonout_string(&j, "level", "info");
    jsonout_string(&j, "event", "progress");
    jsonout_string(&j, "product", console.label);
    jsonout_int(&j, "k", (int64_t)p->product);
    jsonout_int(&j, "n", (int64_t)p->products);
    jsonout_int(&j, "done", (int64_t)p->done);
    jsonout_int(&j, "total", (int64_t)p->total);
    jsonout_double(&j, "rate", rounded(progress_rate(p, console.logged_s)));
    jsonout_double(&j, "seconds_left", rounded(progress_seconds_left(p, console.logged_s)));
    jsonout_end_object(&j);
    if (!j.text.failed)
        fprintf(stderr, "%s\n", j.text.s);
    jsonout_clear(&j);
}

/* ---- messages ---- */

static void print_event(struct jsonout *j, const struct log_event *event)
{
    jsonout_string(j, "event", event->name);
    for (size_t i = 0; i < event->n; i++) {
        const struct log_field *f = &event->field[i];
        if (f->text)
            jsonout_string(j, f->key, f->text);
        else
            jsonout_double(j, f->key, f->number);
    }
}

static void print_json(enum log_level level, const char *product, const struct log_event *event,
                       const char *message)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    char when[32];
    format_time(when);
    struct jsonout j = {0};
    jsonout_object(&j, NULL);
    jsonout_string(&j, "time", when);
    jsonout_string(&j, "level", names[level]);
    if (product[0])
        jsonout_string(&j, "product", product);
    if (event)
        print_event(&j, event);
    jsonout_string(&j, "message", message);
    jsonout_end_object(&j);
    if (!j.text.failed)
        fprintf(stderr, "%s\n", j.text.s);
    jsonout_clear(&j);
}

/* "error" and "warning" are coloured if the terminal has colours. */
static void print_text(enum log_level level, const char *product, const char *message)
{
    static const char *const word[] = {"error", "warning"}, *const colour[] = {"\033[1;31m",
                                                                               "\033[1;33m"};
    fprintf(stderr, "%s: ", console.program);
    if (level <= LOG_WARNING && console.has_colour)
        fprintf(stderr, "%s%s\033[0m: ", colour[level], word[level]);
    else if (level <= LOG_WARNING)
        fprintf(stderr, "%s: ", word[level]);
    fprintf(stderr, "%s%s%s\n", product, product[0] ? ": " : "", message);
}

static void print_message(void *ctx, enum log_level level, const char *product,
                          const struct log_event *event, const char *message)
{
    (void)ctx;
    if (event && event->is_for_programs && !console.json)
        return;
    pthread_mutex_lock(&console.lock);
    erase_line();
    if (console.json)
        print_json(level, product, event, message);
    else
        print_text(level, product, message);
    pthread_mutex_unlock(&console.lock);
}

static bool is_dumb(void)
{
    const char *term = getenv("TERM");
    return term && strcmp(term, "dumb") == 0;
}

/* https://no-color.org */
static bool forbids_colour(void)
{
    const char *no = getenv("NO_COLOR");
    return no && no[0];
}

/* The progress line is not for JSON, and not for terminals that cannot erase a line. */
void console_start(const struct settings *s)
{
    const bool can_draw = isatty(STDERR_FILENO) && !is_dumb();
    console.json = s->log_format == LOG_FORMAT_JSON;
    console.has_colour = can_draw && !console.json && !forbids_colour();
    console.shows_line =
        !s->quiet && !console.json &&
        (s->progress == PROGRESS_ALWAYS || (s->progress == PROGRESS_AUTO && can_draw));
    console.logs_progress = !s->quiet && console.json && s->progress != PROGRESS_NEVER;
    console.logged_s = now_s();
    log_to(print_message, NULL, s->quiet ? LOG_WARNING : s->verbose ? LOG_DEBUG : LOG_INFO);
}

/* ---- steps ---- */

void console_product(size_t k, size_t n)
{
    pthread_mutex_lock(&console.lock);
    progress_product(&console.progress, k, n, now_s());
    pthread_mutex_unlock(&console.lock);
}

static void begin(const char *label, size_t total, bool is_product)
{
    pthread_mutex_lock(&console.lock);
    snprintf(console.label, sizeof console.label, "%s", label);
    console.is_product = is_product;
    progress_begin(&console.progress, total, now_s());
    if (console.shows_line)
        draw_line();
    pthread_mutex_unlock(&console.lock);
}

void console_progress_begin(const char *label, size_t total) { begin(label, total, false); }

void console_progress_begin_product(const char *product, size_t total)
{
    begin(product, total, true);
}

void console_progress_step(bool is_work)
{
    pthread_mutex_lock(&console.lock);
    const struct progress *p = &console.progress;
    progress_step(&console.progress, is_work);
    if (console.shows_line &&
        (!console.line_drawn || p->done == p->total || now_s() - console.drawn_s > LINE_EVERY_S))
        draw_line();
    if (console.logs_progress && console.is_product && now_s() - console.logged_s >= EVENT_EVERY_S)
        log_progress();
    pthread_mutex_unlock(&console.lock);
}

void console_progress_end(void)
{
    pthread_mutex_lock(&console.lock);
    progress_end(&console.progress, now_s());
    erase_line();
    fflush(stderr);
    pthread_mutex_unlock(&console.lock);
}

void console_result(const char *line)
{
    pthread_mutex_lock(&console.lock);
    if (console.line_drawn && isatty(STDOUT_FILENO))
        erase_line();
    puts(line);
    pthread_mutex_unlock(&console.lock);
}
