/* onehot pack: any dataset into PNG sheets, or pictures of several labels composed of its own. */
#include "data/compose.h"
#include "data/formats.h"
#include "data/image_sheet.h"
#include "ui/command.h"
#include "ui/terminal.h"

#include <stdio.h>
#include <stdlib.h>

extern const struct command pack_command;

/* What the options say of composing, as they were given. */
struct request {
    bool compose;
    const char *train, *test, *seed;
};

/* A whole number of 0 .. KEY_INT_MAX, where there is one. */
static int whole(const char *name, const char *text, int *value, struct error *e) {
    char *end;
    long n = text ? strtol(text, &end, 10) : *value;
    if (text && (end == text || *end || n < 0 || n > KEY_INT_MAX))
        return error_input(e, "onehot pack: --%s must be a whole number from 0 to %d, got \"%s\"",
                           name, KEY_INT_MAX, text);
    *value = (int)n;
    return 0;
}

/* Frees the source. */
static struct dataset *compose(struct dataset *source, const struct request *r, const char *path,
                               struct error *e) {
    int counts[SPLITS] = {source->split[TRAIN].count, source->split[TEST].count}, seed = 0;
    struct dataset *d = NULL;
    if (whole("train", r->train, &counts[TRAIN], e) == 0 &&
        whole("test", r->test, &counts[TEST], e) == 0 && whole("seed", r->seed, &seed, e) == 0)
        d = compose_new(source, counts, (uint64_t)seed, path, e);
    dataset_free(source);
    return d;
}

static int run(int argc, char **argv, struct error *e) {
    struct request r = {0};
    struct option options[] = {
        {.name = "compose", .flag = &r.compose, .help = "pictures that show several classes"},
        {.name = "train", .value = &r.train, .metavar = "N", .help = "compose so many to train"},
        {.name = "test", .value = &r.test, .metavar = "N", .help = "compose so many to test"},
        {.name = "seed", .value = &r.seed, .metavar = "N", .help = "of what is drawn (default: 0)"},
        {0}};
    int count = command_options(&pack_command, options, argc, argv, 2, 2, e);
    if (count < 0)
        return count == COMMAND_HELP ? 0 : -1;
    if (!r.compose && (r.train || r.test || r.seed))
        return error_input(e, "onehot pack: --train, --test and --seed are for --compose");
    struct dataset *d = formats_read(DATA_AT(argv[1]), NULL, e);
    if (d && r.compose)
        d = compose(d, &r, argv[1], e);
    int result = d ? image_sheet_write(d, argv[2], e) : -1;
    if (result == 0) {
        printf("%s: %s training and %s test samples, %d x %d, in %d classes%s\n", argv[2],
               terminal_count(d->split[TRAIN].count), terminal_count(d->split[TEST].count),
               d->width, d->height, d->classes.count,
               dataset_multi_label(d) ? ", several a sample" : "");
        printf("sha256 of the content: %s\n", d->digest);
    }
    dataset_free(d);
    return result;
}

const struct command pack_command = {
    .name = "pack",
    .summary = "turn a dataset into a few PNG sheets",
    .arguments = "SOURCE FOLDER [--compose [--train N] [--test N] [--seed N]]",
    .help =
        "SOURCE is a folder of IDX files (raw or .gz), of train/CLASS/*.png and\n"
        "test/CLASS/*.png, or of sheets. FOLDER is new; it gets dataset.json, the sheets,\n"
        "and a labels or targets file a split, all in the original order. Pixels are kept\n"
        "as they are.\n\n"
        "--compose makes new pictures, of several labels: each of SOURCE's size, with none to\n"
        "four of its pictures at half their size in the quarters, drawn by the seed. As many as\n"
        "SOURCE has, or N. The labels say which classes are in it. The same command gives the\n"
        "same pixels on any machine.\n\n"
        "examples:\n"
        "  ./onehot pack ~/fashion-mnist data/fashion\n"
        "  ./onehot pack my-pictures data/mine && ./train configs/mnist.json data.path=data/mine\n"
        "  ./onehot pack --compose data/mnist data/several && ./train configs/several.json\n",
    .run = run,
};
