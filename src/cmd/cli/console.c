#include "cmd/cli/console.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "core/jsonout.h"

enum { BAR_CELLS = 24 };

static struct {
    pthread_mutex_t lock;
    bool json, shows_progress;
    bool bar_drawn;
    char label[64];
    size_t done, total;
    struct timespec began, drawn;
    const char *program;
} console = {.lock = PTHREAD_MUTEX_INITIALIZER, .program = "subscene"};

void console_name(const char *program) { console.program = program; }

static double seconds_since(const struct timespec *then)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) * 1e-9;
}

static void erase_bar(void)
{
    if (console.bar_drawn)
        fputs("\r\033[K", stderr);
    console.bar_drawn = false;
}

static int terminal_columns(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

/* "[####----] 12/484  3 s, about 60 s left" */
static int format_bar(char *buf, size_t size)
{
    char bar[BAR_CELLS + 1];
    /* more steps than were said: there was more to do */
    size_t total = console.done > console.total ? console.done : console.total;
    size_t full = total ? console.done * BAR_CELLS / total : BAR_CELLS;
    memset(bar, '#', full);
    memset(bar + full, '-', BAR_CELLS - full);
    bar[BAR_CELLS] = '\0';
    double elapsed = seconds_since(&console.began);
    int n = snprintf(buf, size, "[%s] %zu/%zu  %.0f s", bar, console.done, total, elapsed);
    if (console.done > 0 && console.done < total)
        n += snprintf(buf + n, size - (size_t)n, ", about %.0f s left",
                      elapsed / (double)console.done * (double)(total - console.done));
    return n;
}

/* One line of the terminal: the label gives way, at its beginning, where it is too long. */
static void draw_bar(void)
{
    char bar[160];
    int room = terminal_columns() - 2 - format_bar(bar, sizeof bar),
        length = (int)strlen(console.label);
    const char *label = console.label + (length > room ? length - (room > 0 ? room : 0) : 0);
    fprintf(stderr, "\r%s %s\033[K", label, bar);
    fflush(stderr);
    console.bar_drawn = true;
    clock_gettime(CLOCK_MONOTONIC, &console.drawn);
}

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
    time_t now = time(NULL);
    struct tm utc;
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
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
    if (!j.failed)
        fprintf(stderr, "%s\n", j.text);
    jsonout_clear(&j);
}

static void print_message(void *ctx, enum log_level level, const char *product,
                          const struct log_event *event, const char *message)
{
    static const char *const prefix[] = {"error: ", "warning: ", "", ""};
    (void)ctx;
    if (event && event->is_for_programs && !console.json)
        return;
    pthread_mutex_lock(&console.lock);
    erase_bar();
    if (console.json)
        print_json(level, product, event, message);
    else
        fprintf(stderr, "%s: %s%s%s%s\n", console.program, prefix[level], product,
                product[0] ? ": " : "", message);
    pthread_mutex_unlock(&console.lock);
}

void console_start(const struct settings *s)
{
    console.json = s->log_format == LOG_FORMAT_JSON;
    console.shows_progress =
        !s->quiet && (s->progress == PROGRESS_ALWAYS ||
                      (s->progress == PROGRESS_AUTO && !console.json && isatty(STDERR_FILENO)));
    log_to(print_message, NULL, s->quiet ? LOG_WARNING : s->verbose ? LOG_DEBUG : LOG_INFO);
}

void console_progress_begin(const char *label, size_t total)
{
    pthread_mutex_lock(&console.lock);
    snprintf(console.label, sizeof console.label, "%s", label);
    console.done = 0;
    console.total = total;
    clock_gettime(CLOCK_MONOTONIC, &console.began);
    if (console.shows_progress)
        draw_bar();
    pthread_mutex_unlock(&console.lock);
}

void console_progress_step(void)
{
    pthread_mutex_lock(&console.lock);
    console.done++;
    if (console.shows_progress && (!console.bar_drawn || console.done == console.total ||
                                   seconds_since(&console.drawn) > 0.1))
        draw_bar();
    pthread_mutex_unlock(&console.lock);
}

void console_progress_end(void)
{
    pthread_mutex_lock(&console.lock);
    erase_bar();
    fflush(stderr);
    pthread_mutex_unlock(&console.lock);
}

void console_result(const char *line)
{
    pthread_mutex_lock(&console.lock);
    if (console.bar_drawn && isatty(STDOUT_FILENO))
        erase_bar();
    puts(line);
    pthread_mutex_unlock(&console.lock);
}
