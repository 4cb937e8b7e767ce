/* Random configs, made from the key tables themselves, and every command on each: any chain of
 * layers, loss, optimizer, schedule and kind of data. A config trains, or is refused in one
 * sentence; with another kernel and more threads it gives the same bytes; and no command on its run
 * crashes or prints more than a sentence when it fails.
 *
 * Config number S is made from seed S alone. $SEED is the first (default 1), $N their number;
 * make random N=1 SEED=S repeats one and prints it. */
#define _GNU_SOURCE
#include "base/file.h"
#include "base/rng.h"
#include "layers/layer.h"
#include "losses/loss.h"
#include "optim/optim.h"
#include "optim/schedule.h"
#include "samples.h"
#include "test.h"
#include "train/config.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *test_random(void);

enum { LIMIT = 120 }; /* seconds until a command counts as hanging */

/* ---- the data ---- */

/* A dataset, the keys of "data" that apply to it, and samples for predict. */
static const struct source {
    const char *name, *json, *keys;
    int classes;
    bool multi_label;
    const char *samples;
} sources[] = {
    {"spiral", "\"path\": \"toy:spiral:train=18:test=9\"", "", 3, false, "0.5 -1 2 3"},
    {"moons", "\"path\": \"toy:moons:train=12:test=9\"", "", 2, false, "0.5 -1"},
    {"idx", "\"path\": \"DATA/idx\"", "size transpose channels", 3, false,
     "DATA/folders/test/1/00002.png"},
    {"folders", "\"path\": \"DATA/folders\"", "size channels background", 3, false,
     "DATA/folders/test"},
    {"photos", "\"path\": \"DATA/photos\", \"size\": [4, 3], \"test_share\": 0.5", "channels", 2,
     false, "DATA/photos/1/2.jpg"},
    {"sheets", "\"path\": \"DATA/sheets\"", "size", 3, false, "DATA/folders/test"},
    {"several", "\"path\": \"DATA/several\"", "", 3, true, "DATA/folders/test"},
    {"soft", "\"path\": \"DATA/soft\"", "", 3, false, "DATA/folders/test"},
    {"table", "\"path\": \"DATA/table.csv\", \"label\": \"kind\"", "test_share missing", 2, false,
     "DATA/table.csv"},
    {"pairs", "\"path\": \"DATA/pairs.csv\", \"label\": \"p,q\", \"missing\": \"mean\"",
     "test_share", 2, true, "DATA/pairs.csv"},
};
enum { SOURCES = sizeof sources / sizeof *sources };

/* Besides samples_write, datasets made by pack, and one model for each, "NAME.safetensors", to
 * learn from and to start from. */
static void write_data(void) {
    samples_write();
    struct test_outcome o = test_shell(
        "cd %s/data && p=$(realpath $OLDPWD/$ONEHOT) && $p pack idx sheets && "
        "$p pack --compose idx several --train 12 --test 6 && cp -r several soft && "
        "for f in soft/*.txt; do sed -i 's/.*/0.25 0.5 0.25/; 1~2s/.*/0 0 1/' $f; done && "
        "sed -i '/several/d' soft/dataset.json",
        test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    for (int i = 0; i < SOURCES; i++) {
        struct text json = {0};
        const struct source *s = &sources[i];
        text_printf(&json,
                    "{\"data\": {%s}, \"model\": [{\"type\": \"linear\", \"units\": %d}], "
                    "\"loss\": {\"type\": \"%s_cross_entropy\"}, \"train\": {\"epochs\": 1}}",
                    s->json, s->classes, s->multi_label ? "sigmoid" : "softmax");
        test_write(test_path("%s.json", s->name), json.data, json.size);
        text_free(&json);
        o = test_shell("sed -i 's|DATA|%s/data|' %s/%s.json && $ONEHOT train %s/%s.json --quiet "
                       "output=%s/%s && cp %s/%s/model.safetensors %s/data/%s.safetensors",
                       test_dir, test_dir, s->name, test_dir, s->name, test_dir, s->name, test_dir,
                       s->name, test_dir, s->name);
        ck_assert_msg(o.status == 0, "%s", o.err);
    }
}

/* ---- the generator ---- */

struct gen {
    struct rng r;
    struct text *out;
    const struct source *source;
};

static int below(struct gen *g, int n) {
    return (int)rng_below(&g->r, (uint32_t)n);
}

static bool one_in(struct gen *g, int n) {
    return below(g, n) == 0;
}

/* Small numbers are cheap to train with; the ends of the range are where code breaks. */
static int whole(struct gen *g, const struct key *k) {
    double size = k->max - k->min < 5 ? k->max - k->min : 5;
    return (int)k->min + below(g, (int)size + 1);
}

static double number(struct gen *g, const struct key *k) {
    double top = k->max < 1 ? k->max : 1, x = k->min + (top - k->min) * below(g, 101) / 100;
    if (one_in(g, 8))
        x = k->max >= 20 ? below(g, 20) : k->max;
    return x <= k->min && k->above_min ? k->min + 0.01 : x;
}

static void value(struct gen *g, const struct key *k);

/* The keys of an object that have no default, and some of the others. */
static void members(struct gen *g, const struct key *keys, bool comma) {
    for (const struct key *k = keys; k && k->name; k++) {
        bool text = k->type == KEY_STRING || k->type == KEY_STRINGS;
        if ((k->initial && !one_in(g, 2)) || (text && !k->path) || strcmp(k->name, "output") == 0)
            continue;
        text_printf(g->out, "%s\"%s\": ", comma ? ", " : "", k->name);
        value(g, k);
        comma = true;
    }
}

static void kind(struct gen *g, const struct kind *row) {
    text_printf(g->out, "{\"type\": \"%s\"", row->name);
    members(g, row->keys, true);
    text_printf(g->out, "}");
}

static const struct kind *any_row(struct gen *g, const struct kind *const *rows) {
    int count = 0;
    while (rows[count])
        count++;
    return rows[below(g, count)];
}

static void numbers(struct gen *g, const struct key *k) {
    int words = 0;
    while (k->words && k->words[words])
        words++;
    int count = strcmp(k->name, "size") == 0 ? 2 : g->source->classes;
    if (words && !one_in(g, 3)) {
        text_printf(g->out, "\"%s\"", k->words[below(g, words)]);
        return;
    }
    if (one_in(g, 8))
        count = 1 + below(g, 4);
    for (int i = 0; i < count; i++)
        text_printf(g->out, "%s%d", i ? ", " : "[", whole(g, k));
    text_printf(g->out, "]");
}

static void value(struct gen *g, const struct key *k) {
    struct text *out = g->out;
    int words = 0;
    while (k->type == KEY_CHOICE && k->words[words])
        words++;
    switch (k->type) {
    case KEY_INT: text_printf(out, "%d", whole(g, k)); break;
    case KEY_REAL: text_printf(out, "%g", number(g, k)); break;
    case KEY_BOOL: text_printf(out, "%s", one_in(g, 2) ? "true" : "false"); break;
    case KEY_STRING: /* a path: of a model to learn from */
        text_printf(out, "\"DATA/%s.safetensors\"", g->source->name);
        break;
    case KEY_CHOICE: text_printf(out, "\"%s\"", k->words[below(g, words)]); break;
    case KEY_REALS: numbers(g, k); break;
    case KEY_SECTION:
        text_printf(out, "{");
        members(g, k->keys, false);
        text_printf(out, "}");
        break;
    case KEY_KIND: kind(g, any_row(g, k->rows)); break;
    case KEY_KINDS:
        text_printf(out, "[");
        for (int i = below(g, 4), first = 1; i > 0; i--, first = 0) {
            text_printf(out, "%s", first ? "" : ", ");
            kind(g, any_row(g, k->rows));
        }
        text_printf(out, "]");
        break;
    default: ck_abort_msg("a key of another type: %s", k->name);
    }
}

/* A chain of layers; most end in as many outputs as there are classes. */
static void layers(struct gen *g, const struct key *k) {
    int count = one_in(g, 20) ? 60 + below(g, 10) : below(g, 5);
    text_printf(g->out, "[");
    for (int i = 0; i < count; i++) {
        const struct kind *row = any_row(g, k->rows);
        if (row->keys && strcmp(row->keys->name, "tokens") == 0) /* they divide the inputs */
            text_printf(g->out, "{\"type\": \"linear\", \"units\": 12}, ");
        kind(g, row);
        text_printf(g->out, ", ");
    }
    int units = one_in(g, 20) ? 1 + below(g, 4) : g->source->classes;
    text_printf(g->out, "{\"type\": \"linear\", \"units\": %d}%s]", units,
                one_in(g, 4) ? ", {\"type\": \"log_softmax\"}" : "");
}

/* The dataset, with keys that apply to it, or that apply to any. */
static void data(struct gen *g, const struct key *k) {
    text_printf(g->out, "{%s", g->source->json);
    for (k = k->keys; k->name; k++) {
        bool applies = strstr(g->source->keys, k->name) != NULL ||
                       strcmp(k->name, "scaling") == 0 || strcmp(k->name, "validation") == 0 ||
                       strcmp(k->name, "limit") == 0;
        if (k->type != KEY_STRING && k->type != KEY_STRINGS && !strstr(g->source->json, k->name) &&
            (one_in(g, applies ? 3 : 100) ||
             (strcmp(k->name, "validation") == 0 && !one_in(g, 4)))) {
            text_printf(g->out, ", \"%s\": ", k->name);
            value(g, k);
        }
    }
    text_printf(g->out, "}");
}

/* Config number `seed`. */
static const struct source *generate(int seed, struct text *out) {
    struct gen g = {.r = rng_stream((uint64_t)seed, RNG_CHECK, 0), .out = out};
    g.source = &sources[below(&g, SOURCES)];
    text_printf(out, "{\"name\": \"r\"");
    for (const struct key *k = config_keys; k->name; k++) {
        if (k->type == KEY_STRING || (k->initial && one_in(&g, k->lone ? 10 : 3) == !k->lone))
            continue;
        text_printf(out, ",\n \"%s\": ", k->name);
        if (k->type == KEY_KINDS)
            layers(&g, k);
        else if (strcmp(k->name, "data") == 0)
            data(&g, k);
        else if (k->rows == losses_kinds && g.source->multi_label && !one_in(&g, 10))
            text_printf(out, "{\"type\": \"sigmoid_cross_entropy\"}");
        else if (k->lone && !one_in(&g, 4)) /* start_from */
            text_printf(out, "{\"path\": \"DATA/%s.safetensors\", \"layers\": \"fitting\"}",
                        g.source->name);
        else
            value(&g, k);
    }
    text_printf(out, "}\n");
    return g.source;
}

/* ---- the commands ---- */

static const char *program;
static char work[100];

/* Runs onehot in the folder `work`, with these words, and this kernel (NULL: the best). Returns its
 * wait status. */
static int onehot(const char *kernel, const char *format, ...) ERROR_PRINTF(2, 3);

static int onehot(const char *kernel, const char *format, ...) {
    char line[1000], *words[40] = {(char *)program};
    int count = 1, status;
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    for (char *word = strtok(line, " "); word; word = strtok(NULL, " "))
        words[count++] = word;
    pid_t process = fork();
    if (process == 0) {
        int out = open(test_path("out"), O_WRONLY | O_CREAT | O_TRUNC, 0666);
        int err = open(test_path("err"), O_WRONLY | O_CREAT | O_TRUNC, 0666);
        dup2(out, STDOUT_FILENO);
        dup2(err, STDERR_FILENO);
        unsetenv("ONEHOT_KERNEL");
        if (kernel)
            setenv("ONEHOT_KERNEL", kernel, 1);
        alarm(LIMIT);
        if (chdir(work) == 0)
            execv(program, words);
        _exit(99);
    }
    while (waitpid(process, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

static int bad; /* commands that misbehaved */

static void complain(int seed, const struct text *config, const char *command,
                     const char *problem) {
    char err[500] = "";
    FILE *f = fopen(test_path("err"), "r");
    if (f) {
        err[fread(err, 1, sizeof err - 1, f)] = '\0';
        fclose(f);
    }
    printf("config %d (make random N=1 SEED=%d): %s: %s\n%s\n%s", seed, seed, command, problem, err,
           config->data);
    fflush(stdout);
    bad++;
}

/* Whether the command did what it should: it succeeded without a word on stderr, or failed with
 * a sentence and status 1 or 2 (predict, which goes on after a bad sample, may print several). */
static const char *problem(int status, bool lines) {
    static char why[60];
    struct error e = {0};
    size_t size;
    if (WIFSIGNALED(status)) {
        snprintf(why, sizeof why, "signal %d%s", WTERMSIG(status),
                 WTERMSIG(status) == SIGALRM ? ": it hangs" : "");
        return why;
    }
    char *err = file_read(test_path("err"), 1 << 20, &size, &e);
    if (!err)
        return e.text[0] ? "stderr cannot be read" : NULL;
    const char *end = strchr(err, '\n'), *found = NULL;
    if (strstr(err, "Sanitizer") || strstr(err, "runtime error"))
        found = "a sanitizer's report";
    else if (WEXITSTATUS(status) == 0 ? size > 0 : !end || (end[1] && !lines))
        found = WEXITSTATUS(status) == 0 ? "status 0, but stderr is not empty"
                                         : "stderr is not one line";
    else if (WEXITSTATUS(status) > 2)
        found = "the status is neither 0, 1 nor 2";
    free(err);
    return found;
}

static bool check(int seed, const struct text *config, const char *command, int status) {
    const char *why = problem(status, strncmp(command, "predict", 7) == 0);
    if (why)
        complain(seed, config, command, why);
    return !why && status == 0;
}

static bool same_files(const char *name) {
    struct error e = {0};
    size_t sizes[2];
    char *bytes[2], path[256];
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%c/%s", work, "ab"[i], name);
        bytes[i] = access(path, F_OK) == 0 ? file_read(path, SIZE_MAX, &sizes[i], &e) : NULL;
    }
    bool same = bytes[0] && bytes[1] ? sizes[0] == sizes[1] && !memcmp(bytes[0], bytes[1], sizes[0])
                                     : bytes[0] == bytes[1];
    free(bytes[0]);
    free(bytes[1]);
    return same;
}

static const char *const commands[] = {
    "evaluate a",
    "evaluate a --wrong",
    "evaluate a --json",
    "report a",
    "report a --plot",
    "calibrate a",
    "verify a",
    "export a --c m.h",
    "export a --c i.h --int8",
    "export a --onnx m.onnx",
    "boundary a --frames 2 --out b.svg",
    "compare a b",
    "compare a b --html p.html",
    "compare a b --json",
};
/* These take a config. */
static const char *const readers[] = {
    "explain c.json",
    "explain c.json --json",
    "explain c.json --html s.html",
    "explain c.json --batch 2",
    "explain c.json --batch 2 --html s.html",
    "sweep c.json seed=1..3 --list",
    "gradcheck c.json",
};
enum {
    COMMANDS = sizeof commands / sizeof *commands,
    READERS = sizeof readers / sizeof *readers,
};

/* Numbers of a sweep's ranges. */
static const char *const bounds[] = {
    "0",
    "1",
    "3",
    "-1",
    "5..9223372036854775807",
    "1000000000",
    "1000000001",
    "9007199254740993",
    "9223372036854775807",
    "-99999999999999999999",
    "99999999999999999999",
    "1e3",
    "2.5",
};
enum { BOUNDS = sizeof bounds / sizeof *bounds };

/* Runs two trainings and `few` of the other commands (0: all) on config number `seed`. Returns
 * whether it trained. */
static bool examine(int seed, int few) {
    struct text config = {0};
    struct rng r = rng_stream((uint64_t)seed, RNG_CHECK, 1);
    const struct source *s = generate(seed, &config);
    struct test_outcome o = test_shell("rm -rf %s && mkdir %s", work, work);
    ck_assert_int_eq(o.status, 0);
    test_write(test_path("w/c.json"), config.data, config.size);
    o = test_shell("sed -i 's|DATA|%s/data|' %s/c.json", test_dir, work);
    int first = onehot("scalar", "train c.json output=a --threads 1 --quiet");
    bool trained = check(seed, &config, "train c.json, scalar", first);
    struct error e = {0};
    size_t size = 0;
    char *said = file_read(test_path("err"), 1 << 20, &size, &e);
    int second = onehot(NULL, "train c.json output=b --threads 3 --quiet");
    check(seed, &config, "train c.json, best kernel, 3 threads", second);
    char *again = file_read(test_path("err"), 1 << 20, &size, &e);
    if (first != second || !said || !again || strcmp(said, again) != 0)
        complain(seed, &config, "train", "another status or message in another kernel");
    free(said);
    free(again);
    for (int i = 0; trained && i < 3; i++) {
        static const char *const files[] = {"model.safetensors", "metrics.csv",
                                            "model.last.safetensors"};
        if (!same_files(files[i]))
            complain(seed, &config, files[i], "other bytes in another kernel, in 3 threads");
    }
    for (int i = 0; i < READERS + (trained ? COMMANDS : 0); i++) {
        const char *command = i < READERS ? readers[i] : commands[i - READERS];
        if (few && rng_below(&r, READERS + COMMANDS) >= (uint32_t)few)
            continue;
        check(seed, &config, command, onehot("scalar", "%s", command));
    }
    if (trained && (!few || rng_below(&r, 5) == 0)) {
        struct text line = {0};
        for (const char *c = s->samples; *c; c++)
            if (strncmp(c, "DATA", 4) == 0) {
                text_printf(&line, "%s/data", test_dir);
                c += 3;
            } else {
                text_add(&line, c, 1);
            }
        check(seed, &config, "predict", onehot("scalar", "predict a %s --json", line.data));
        text_free(&line);
    }
    char range[200];
    snprintf(range, sizeof range, "sweep c.json seed=%s..%s%s%s --list",
             bounds[rng_below(&r, BOUNDS)], bounds[rng_below(&r, BOUNDS)],
             rng_below(&r, 2) ? ".." : "", bounds[rng_below(&r, BOUNDS)]);
    if (!few || rng_below(&r, 4) == 0)
        check(seed, &config, range, onehot("scalar", "%s", range));
    text_free(&config);
    return trained;
}

START_TEST(every_command_succeeds_or_explains_itself_on_random_configs) {
    const char *seed = getenv("SEED"), *n = getenv("N"), *few = getenv("FEW");
    int begin = seed ? atoi(seed) : 1, count = n ? atoi(n) : 200, trained = 0;
    write_data();
    snprintf(work, sizeof work, "%s/w", test_dir);
    for (int i = 0; i < count; i++)
        trained += examine(begin + i, few ? atoi(few) : 2);
    printf("%d of %d configs train\n", trained, count);
    fflush(stdout);
    ck_assert_msg(bad == 0, "%d commands misbehaved", bad);
    ck_assert(count < 20 || trained > count / 3);
}
END_TEST

Suite *test_random(void) {
    static char path[4096];
    const char *onehot_path = getenv("ONEHOT");
    program = onehot_path ? realpath(onehot_path, path) : NULL;
    return TEST_SUITE("random", every_command_succeeds_or_explains_itself_on_random_configs);
}
