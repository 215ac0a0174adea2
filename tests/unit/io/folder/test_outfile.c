/* Files written aside and renamed, stale parts, walking, chunks and checksums. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/compress/deflate.h"
#include "io/folder/outfile.h"
#include "io/folder/walk.h"
#include "io/host/identity.h"
#include "support/tmpdir.h"

static void replaces_in_one_step(void **state)
{
    (void)state;
    char path[1024];
    size_t len;
    struct err e = ERR_INIT;
    tmpdir_path(&test_dir, "a.nc", path);
    assert_int_equal(outfile_write(path, "first", 5, &e), 0);
    assert_int_equal(outfile_write(path, "2nd", 3, &e), 0);
    unsigned char *text = tmpdir_slurp(path, &len);
    assert_int_equal(len, 3);
    assert_memory_equal(text, "2nd", 3);
    free(text);
    assert_int_equal(tmpdir_files(&test_dir), 1);
}

static void a_failure_leaves_what_was_there(void **state)
{
    (void)state;
    char path[1024];
    struct err e = ERR_INIT;
    tmpdir_write(&test_dir, "folder/inside", "x", 1);
    tmpdir_path(&test_dir, "folder", path); /* a file cannot replace a folder: the rename fails */
    assert_int_equal(outfile_write(path, "data", 4, &e), ERR_OUTPUT);
    assert_non_null(strstr(e.msg, "cannot rename"));
    assert_int_equal(tmpdir_files(&test_dir), 1);
    tmpdir_path(&test_dir, "nowhere/a.nc", path);
    assert_int_equal(outfile_write(path, "data", 4, &e), ERR_OUTPUT);
    assert_int_equal(tmpdir_files(&test_dir), 1);
}

static void folders_are_made(void **state)
{
    (void)state;
    char path[1024];
    struct stat st;
    struct err e = ERR_INIT;
    tmpdir_path(&test_dir, "a/b//c/", path);
    assert_int_equal(outfile_make_folders(path, &e), 0);
    assert_int_equal(outfile_make_folders(path, &e), 0);
    assert_int_equal(stat(path, &st), 0);
    tmpdir_write(&test_dir, "plain", "x", 1);
    tmpdir_path(&test_dir, "plain", path);
    assert_int_equal(outfile_make_folders(path, &e), ERR_OUTPUT);
    tmpdir_path(&test_dir, "plain/below", path);
    assert_int_equal(outfile_make_folders(path, &e), ERR_OUTPUT);
}

/* The number of a process that is certainly gone. */
static pid_t dead_process(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    waitpid(pid, NULL, 0);
    return pid;
}

/* A part of a file, and of a process of this machine or of another one. */
static void leave_part(const char *file, const char *machine, long pid)
{
    char name[128], here[IDENTITY_MACHINE];
    identity_machine(here);
    snprintf(name, sizeof name, ".%s.part-%s-%ld", file, machine ? machine : here, pid);
    tmpdir_write(&test_dir, name, "x", 1);
}

static void only_dead_processes_parts_go(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    pid_t dead = dead_process();
    leave_part("tile_0_0.nc", NULL, dead);
    leave_part("tile_0_1.nc", NULL, getppid());
    leave_part("tile_0_1.nc", NULL, getpid());
    leave_part("tile_0_2.nc", "00000000", dead);
    tmpdir_write(&test_dir, ".tile_0_2.nc.part-", "x", 1);
    tmpdir_write(&test_dir, ".tile_0_2.nc.part-1", "x", 1);
    tmpdir_write(&test_dir, "tile_0_3.nc.part-1x", "x", 1);
    tmpdir_write(&test_dir, "tile_0_4.nc", "x", 1);
    assert_int_equal(outfile_remove_stale(test_dir.path, &e), 0);
    assert_int_equal(tmpdir_files(&test_dir), 7);
    assert_int_equal(outfile_remove_stale("/nonexistent/folder", &e), 0);
}

static bool takes_tiles(void *ctx, const char *name, const char *owner)
{
    assert_true(strlen(owner) > 0);
    ++*(int *)ctx;
    return strncmp(name, "tile", 4) == 0 && name[strlen(name) - 1] == 'c';
}

static void a_filter_says_whose_parts_go(void **state)
{
    (void)state;
    int asked = 0;
    struct err e = ERR_INIT;
    leave_part("tile_0_0.nc", NULL, getppid());
    leave_part("tile_0_1.nc", "00000000", 7);
    leave_part("tile_0_2.nc", NULL, getpid()); /* its own are not asked for */
    leave_part("other_0_1.nc", "00000000", 7);
    leave_part("tile.part-x", "00000000", 7); /* a name that looks like a part's */
    tmpdir_write(&test_dir, ".tile_0_2.nc.part-1", "x", 1);
    tmpdir_write(&test_dir, "tile_0_4.nc", "x", 1);
    assert_int_equal(outfile_remove_parts(test_dir.path, takes_tiles, &asked, &e), 0);
    assert_int_equal(asked, 5);
    assert_int_equal(tmpdir_files(&test_dir), 4);
}

static int refuse(void *ctx, struct err *e)
{
    ++*(int *)ctx;
    return err_set(e, ERR_TEMPORARY, "not now");
}

/* What was there stays, nothing is left, and other folders are free. */
static void guards_are_asked(void **state)
{
    (void)state;
    char path[1024], removed[1024], elsewhere[1024];
    int asked = 0;
    size_t len;
    struct err e = ERR_INIT;
    struct outfile_guard g = {.check = refuse, .ctx = &asked};
    tmpdir_write(&test_dir, "a.nc", "old", 3);
    tmpdir_write(&test_dir, "b/c.nc", "old", 3);
    tmpdir_path(&test_dir, "a.nc", path);
    tmpdir_path(&test_dir, "b/../a.nc", removed); /* the folder counts, not how it is written */
    tmpdir_path(&test_dir, "b/c.nc", elsewhere);
    assert_int_equal(outfile_guard_add(&g, "/nonexistent/x", &e), ERR_OUTPUT);
    assert_int_equal(outfile_guard_add(&g, path, &e), 0);
    assert_int_equal(outfile_write(path, "new", 3, &e), ERR_TEMPORARY);
    assert_string_equal(e.msg, "not now");
    assert_int_equal(outfile_remove(removed, &e), ERR_TEMPORARY);
    assert_int_equal(asked, 2);
    assert_int_equal(outfile_write(elsewhere, "new", 3, &e), 0);
    assert_int_equal(outfile_remove(elsewhere, &e), 0);
    assert_int_equal(asked, 2);
    assert_int_equal(tmpdir_files(&test_dir), 1);
    unsigned char *text = tmpdir_slurp(path, &len);
    assert_memory_equal(text, "old", 3);
    free(text);
    outfile_guard_remove(&g);
    assert_int_equal(outfile_write(path, "new", 3, &e), 0);
    assert_int_equal(outfile_remove(path, &e), 0);
    assert_int_equal(outfile_remove(path, &e), 0); /* there is none: fine */
    assert_int_equal(tmpdir_files(&test_dir), 0);
}

/* A guard may be for the folders below its own too. */
static void guards_of_folders_below(void **state)
{
    (void)state;
    char path[1024];
    int asked = 0;
    struct err e = ERR_INIT;
    struct outfile_guard g = {.check = refuse, .ctx = &asked, .below = 2};
    tmpdir_write(&test_dir, "a/b/c/d.nc", "old", 3);
    assert_int_equal(outfile_guard_add(&g, tmpdir_path(&test_dir, ".lock", path), &e), 0);
    assert_int_equal(outfile_write(tmpdir_path(&test_dir, "x.nc", path), "new", 3, &e),
                     ERR_TEMPORARY);
    assert_int_equal(outfile_write(tmpdir_path(&test_dir, "a/x.nc", path), "new", 3, &e),
                     ERR_TEMPORARY);
    assert_int_equal(outfile_write(tmpdir_path(&test_dir, "a/b/x.nc", path), "new", 3, &e),
                     ERR_TEMPORARY);
    assert_int_equal(asked, 3);
    assert_int_equal(outfile_write(tmpdir_path(&test_dir, "a/b/c/x.nc", path), "new", 3, &e), 0);
    assert_int_equal(asked, 3);
    outfile_guard_remove(&g);
    assert_int_equal(tmpdir_files(&test_dir), 2);
}

static bool has(const char *name)
{
    char path[1024];
    return access(tmpdir_path(&test_dir, name, path), F_OK) == 0;
}

static void empty_folders_go(void **state)
{
    (void)state;
    char path[1024], root[1100];
    struct err e = ERR_INIT;
    tmpdir_write(&test_dir, "a/b/c/d.nc", "x", 1);
    tmpdir_write(&test_dir, "a/e.nc", "x", 1);
    tmpdir_path(&test_dir, "a/b/c/d.nc", path);
    snprintf(root, sizeof root, "%s/", test_dir.path);
    outfile_remove_empty(path, root);
    assert_true(has("a/b/c/d.nc"));
    assert_int_equal(outfile_remove(path, &e), 0);
    outfile_remove_empty(path, root);
    assert_false(has("a/b"));
    assert_true(has("a/e.nc"));
    assert_int_equal(outfile_remove(tmpdir_path(&test_dir, "a/e.nc", path), &e), 0);
    outfile_remove_empty(path, test_dir.path);
    assert_false(has("a"));
    assert_true(has(""));
}

static void folders_by_pattern(void **state)
{
    (void)state;
    struct strlist w;
    struct err e = ERR_INIT;
    tmpdir_write(&test_dir, "1/tile_1_2/x.nc", "x", 1);
    tmpdir_write(&test_dir, "1/tile_1_3/x.nc", "x", 1);
    tmpdir_write(&test_dir, "2/tile_x/x.nc", "x", 1);
    tmpdir_write(&test_dir, "b/tile_1_2/x.nc", "x", 1);
    tmpdir_write(&test_dir, "3", "x", 1);
    assert_int_equal(walk_folders(test_dir.path, "[0-9]*/tile_[0-9]*_[0-9]*", &w, &e), 0);
    strlist_sort(&w);
    assert_int_equal(w.n, 2);
    assert_string_equal(w.s[1] + strlen(test_dir.path), "/1/tile_1_3");
    strlist_clear(&w);
    assert_int_equal(walk_folders(test_dir.path, "[0-9]*", &w, &e), 0);
    assert_int_equal(w.n, 2);
    strlist_clear(&w);
    assert_int_equal(walk_folders("/nonexistent", "*", &w, &e), 0);
    assert_int_equal(w.n, 0);
}

static void walking(void **state)
{
    (void)state;
    struct strlist w;
    struct err e = ERR_INIT;
    char slashes[300];
    tmpdir_write(&test_dir, "b/c/x.nc", "x", 1);
    tmpdir_write(&test_dir, "a.nc", "x", 1);
    tmpdir_write(&test_dir, "b/.hidden", "x", 1);
    snprintf(slashes, sizeof slashes, "%s//", test_dir.path);
    assert_int_equal(walk_folder(slashes, &w, &e), 0);
    assert_int_equal(w.n, 3);
    assert_string_equal(w.s[0] + strlen(test_dir.path), "/a.nc");
    assert_string_equal(w.s[2] + strlen(test_dir.path), "/b/c/x.nc");
    strlist_clear(&w);
    assert_int_equal(walk_folder("/nonexistent", &w, &e), ERR_INPUT);
}

/* Aligned memory takes the way past the page cache, with a tail that does not: every length must
 * arrive whole. */
static void aligned_data_of_every_length(void **state)
{
    (void)state;
    static const size_t lengths[] = {
        0, 1, OUTFILE_ALIGN - 1, OUTFILE_ALIGN, OUTFILE_ALIGN + 1, 100 * OUTFILE_ALIGN + 7};
    unsigned char *data = aligned_alloc(OUTFILE_ALIGN, 101 * OUTFILE_ALIGN);
    struct err e = ERR_INIT;
    char path[1024];
    assert_non_null(data);
    for (size_t i = 0; i < 101 * OUTFILE_ALIGN; i++)
        data[i] = (unsigned char)(i * 31 + i / OUTFILE_ALIGN);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        size_t len;
        assert_int_equal(
            outfile_write(tmpdir_path(&test_dir, "aligned", path), data, lengths[i], &e), 0);
        unsigned char *back = tmpdir_slurp(path, &len);
        assert_non_null(back);
        assert_int_equal(len, lengths[i]);
        assert_memory_equal(back, data, len);
        free(back);
    }
    free(data);
}

enum { N = 5000 };

static void chunks_come_back(void **state)
{
    (void)state;
    static uint32_t values[N], planes[N], unpacked[N], back[N];
    struct deflater *d;
    struct err e = ERR_INIT;
    for (uint32_t i = 0; i < N; i++)
        values[i] = i * 2654435761U >> 7;
    shuffle4(values, N, planes, N);
    assert_int_equal(((uint8_t *)planes)[N], values[0] >> 8 & 0xff);
    assert_int_equal(((uint8_t *)planes)[4 * N - 1], values[N - 1] >> 24);
    assert_int_equal(deflater_create(1, &d, &e), 0);
    size_t bound = deflater_bound(d, sizeof planes);
    unsigned char *packed = malloc(bound);
    assert_non_null(packed);
    size_t len = deflater_run(d, planes, sizeof planes, packed, bound);
    assert_true(len > 0 && len < sizeof planes);
    assert_int_equal(inflate_run(packed, len, unpacked, sizeof unpacked, &e), 0);
    unshuffle4(unpacked, back, N);
    assert_memory_equal(back, values, sizeof values);
    assert_int_equal(inflate_run(packed, len, unpacked, sizeof unpacked - 1, &e), ERR_INPUT);
    assert_int_equal(inflate_run(packed, len - 1, unpacked, sizeof unpacked, &e), ERR_INPUT);
    packed[len - 1] ^= 1; /* the stream's own checksum */
    assert_int_equal(inflate_run(packed, len, unpacked, sizeof unpacked, &e), ERR_INPUT);
    free(packed);
    deflater_destroy(d);
}

/* Every level, on what is hard (noise), easy (one value), short, or in between: it comes back, and
 * fits what was promised. */
static void every_level_comes_back(void **state)
{
    (void)state;
    enum { LONGEST = 300000 };
    static uint8_t in[3][LONGEST], back[LONGEST];
    static const size_t lengths[] = {1, 2, 255, 65536, LONGEST};
    for (uint32_t i = 0, noise = 1; i < LONGEST; i++) {
        noise = noise * 1664525 + 1013904223;
        in[0][i] = (uint8_t)(noise >> 24);
        in[2][i] = (uint8_t)(i / 700 + (noise >> 30));
    }
    for (int level = 1; level <= 9; level++) {
        struct deflater *d;
        struct err e = ERR_INIT;
        assert_int_equal(deflater_create(level, &d, &e), 0);
        for (size_t i = 0; i < 15; i++) {
            size_t n = lengths[i % 5], bound = deflater_bound(d, n);
            unsigned char *packed = malloc(bound);
            assert_non_null(packed);
            size_t len = deflater_run(d, in[i / 5], n, packed, bound);
            assert_true(len > 0 && len <= bound);
            assert_int_equal(inflate_run(packed, len, back, n, &e), 0);
            assert_memory_equal(back, in[i / 5], n);
            free(packed);
        }
        deflater_destroy(d);
    }
}

/* Planes whose last one is of runs of every length, at both levels of care: what any inflate makes
 * of the stream is what went in. */
static void planes_with_runs_come_back(void **state)
{
    (void)state;
    enum { LONGEST = 200000, PLANES = 4 };
    static uint8_t in[PLANES * LONGEST], back[PLANES * LONGEST];
    uint32_t noise = 3;
    for (int trial = 0; trial < 12; trial++) {
        size_t n = trial == 0 ? 1 : trial == 1 ? 40 : LONGEST - 1000 * (size_t)trial, run = 0;
        for (size_t i = 0; i < PLANES * n; i++) {
            noise = noise * 1664525 + 1013904223;
            in[i] = i < (PLANES - 1) * n    ? (uint8_t)(noise >> 27)
                    : i == (PLANES - 1) * n ? (uint8_t)trial
                                            : in[i - 1];
            if (i > (PLANES - 1) * n && trial > 2 &&
                run-- == 0) { /* a new value, for 1 … 600 samples and sometimes many more */
                in[i] = (uint8_t)(noise >> 24);
                run = (noise >> 8) % 600 + (noise % 16 == 0 ? 60000 : 0);
            }
        }
        for (int level = 1; level <= 2; level++) {
            struct deflater *d;
            struct err e = ERR_INIT;
            assert_int_equal(deflater_create(level, &d, &e), 0);
            size_t bound = deflater_bound(d, PLANES * n);
            unsigned char *packed = malloc(bound);
            assert_non_null(packed);
            size_t len = deflater_run_planes(d, in, n, PLANES, packed, bound);
            assert_true(len > 0 && len <= bound);
            if (inflate_run(packed, len, back, PLANES * n, &e) != 0)
                fail_msg("trial %d, level %d: %s", trial, level, e.msg);
            assert_memory_equal(back, in, PLANES * n);
            free(packed);
            deflater_destroy(d);
        }
    }
}

/* The same input gives the same stream, whoever packs it, where that one's memory lies, and what it
 * packed before. */
static void streams_depend_on_the_input_alone(void **state)
{
    (void)state;
    enum { INPUTS = 30000, LONGEST = 400 };
    struct deflater *d[2];
    struct err e = ERR_INIT;
    uint8_t in[LONGEST];
    uint32_t noise = 5;
    for (int i = 0; i < 2; i++)
        assert_int_equal(deflater_create(1, &d[i], &e), 0);
    size_t bound = deflater_bound(d[0], LONGEST);
    unsigned char *packed[2] = {malloc(bound), malloc(bound)};
    assert_true(packed[0] && packed[1]);
    for (int k = 0; k < INPUTS; k++) {
        size_t n = 200 + (size_t)k % 200, len[2];
        for (size_t i = 0; i < n; i++) { /* hills with some noise, as rows of an image */
            noise = noise * 1664525 + 1013904223;
            in[i] = (uint8_t)(i / 9 + (noise >> 24) % (1 + (unsigned)k % 7));
        }
        for (int i = 0; i < 2; i++)
            len[i] = deflater_run(d[i], in, n, packed[i], bound);
        assert_int_equal(len[0], len[1]);
        assert_memory_equal(packed[0], packed[1], len[0]);
        if (k % 100 == 0)
            (void)deflater_run(d[0], in, n / 2, packed[0], bound);
    }
    for (int i = 0; i < 2; i++) {
        free(packed[i]);
        deflater_destroy(d[i]);
    }
}

/* Leaves memory that is likely to be the next one handed out, full of small numbers: what a
 * compressor does not set itself, it finds there. */
static void leave_litter(void)
{
    enum { PIECE = 1 << 14, PIECES = 1024 }; /* small enough for every gap */
    uint16_t *litter[PIECES];
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    for (int k = 0; k < PIECES; k++) {
        litter[k] = malloc(PIECE);
        assert_non_null(litter[k]);
        for (size_t i = 0; i < PIECE / sizeof *litter[k]; i++)
            litter[k][i] = 10;
        __asm__ volatile("" ::"r"(litter[k])
                         : "memory"); /* or the compiler leaves the stores away */
    }
    for (int k = 0; k < PIECES; k++)
        free(litter[k]);
}

/* Nor does a stream depend on what was in the compressor's memory before. (ISA-L's window, in bits,
 * was once taken from there: with small numbers streams became longer, now and then.) */
static void streams_do_not_depend_on_litter(void **state)
{
    (void)state;
    enum { LEN = 60000, PERIOD = 9000 }; /* what repeats is further away than a small window sees */
    static uint8_t in[LEN], packed[2][2 * LEN];
    size_t len[2];
    uint32_t noise = 5;
    for (size_t i = 0; i < LEN; i++) {
        noise = noise * 1664525 + 1013904223;
        in[i] = i < PERIOD ? (uint8_t)(noise >> 24) : in[i - PERIOD];
    }
    for (int i = 0; i < 2; i++) {
        struct deflater *d;
        struct err e = ERR_INIT;
        if (i == 1)
            leave_litter();
        assert_int_equal(deflater_create(1, &d, &e), 0);
        len[i] = deflater_run(d, in, LEN, packed[i], sizeof packed[i]);
        deflater_destroy(d);
    }
    assert_int_equal(len[0], len[1]);
    assert_memory_equal(packed[0], packed[1], len[0]);
    assert_true(len[0] < 2 * PERIOD);
}

/* The check values of the two algorithms' descriptions, and that pieces add up. */
static void checksums(void **state)
{
    (void)state;
    struct checksum c = CHECKSUM_INIT;
    char text[CHECKSUM_TEXT_SIZE];
    checksum_add(&c, "1234", 4);
    checksum_add(&c, "56789", 5);
    checksum_format(c, text);
    assert_string_equal(text, "cbf43926091e01de");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(replaces_in_one_step, test_dir_make, test_dir_remove),
        cmocka_unit_test_setup_teardown(a_failure_leaves_what_was_there, test_dir_make,
                                        test_dir_remove),
        cmocka_unit_test_setup_teardown(aligned_data_of_every_length, test_dir_make,
                                        test_dir_remove),
        cmocka_unit_test_setup_teardown(folders_are_made, test_dir_make, test_dir_remove),
        cmocka_unit_test_setup_teardown(only_dead_processes_parts_go, test_dir_make,
                                        test_dir_remove),
        cmocka_unit_test_setup_teardown(a_filter_says_whose_parts_go, test_dir_make,
                                        test_dir_remove),
        cmocka_unit_test_setup_teardown(guards_are_asked, test_dir_make, test_dir_remove),
        cmocka_unit_test_setup_teardown(guards_of_folders_below, test_dir_make, test_dir_remove),
        cmocka_unit_test_setup_teardown(empty_folders_go, test_dir_make, test_dir_remove),
        cmocka_unit_test_setup_teardown(folders_by_pattern, test_dir_make, test_dir_remove),
        cmocka_unit_test_setup_teardown(walking, test_dir_make, test_dir_remove),
        cmocka_unit_test(chunks_come_back),
        cmocka_unit_test(every_level_comes_back),
        cmocka_unit_test(planes_with_runs_come_back),
        cmocka_unit_test(streams_depend_on_the_input_alone),
        cmocka_unit_test(streams_do_not_depend_on_litter),
        cmocka_unit_test(checksums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
