/* onehot pack: writes any dataset as PNG sheets, or composes its pictures into multi-label ones. */
#include "base/thread_pool.h"
#include "config/keys.h"
#include "data/formats.h"
#include "data/pictures/compose.h"
#include "data/pictures/image_sheet.h"
#include "programs/commands.h"
#include "ui/terminal.h"

#include <stdio.h>
#include <string.h>

struct options {
    const char *size, *channels, *background, *test_share; /* NULL: not given */
    bool transpose, compose;
    int train, test, seed; /* -1: not given */
};

static const struct option options[] = {
    OPTION(size, TEXT, "HxW", "scale all pictures to this height and width"),
    OPTION(channels, TEXT, "N", "1: make all pictures grey; 3: make them RGB"),
    OPTION(background, TEXT, "C", "draw transparent pixels on black, white or [r,g,b]"),
    OPTION(transpose, FLAG, NULL, "swap rows and columns of each picture"),
    {.name = "test-share",
     .type = OPTION_TEXT,
     .offset = offsetof(struct options, test_share),
     .metavar = "F",
     .help = "without a test set: this fraction becomes one (default: 0.2)"},
    OPTION(compose, FLAG, NULL, "compose multi-label pictures"),
    OPTION(train, INT, "N", "number of training pictures to compose", .min = 0, .max = KEY_INT_MAX,
           .initial = -1),
    OPTION(test, INT, "N", "number of test pictures to compose", .min = 0, .max = KEY_INT_MAX,
           .initial = -1),
    OPTION(seed, INT, "N", "seed of the random choices (default: 0)", .min = 0, .max = KEY_INT_MAX,
           .initial = -1),
    END_OPTION,
};

/* Sets the section "data" that the options describe: each is a value of it, as on train's command
 * line. */
static int set_data(struct data_options *d, const struct options *o, const char *source,
                    struct arena *a, struct error *e) {
    static const char json[] = "{\"path\": \"\"}";
    const char *key, *conflict,
                         *const values[][2] = {{"size", o->size},
                                               {"channels", o->channels},
                                               {"background", o->background},
                                               {"transpose", o->transpose ? "true" : NULL},
                                               {"test_share", o->test_share}};
    char texts[5][64];
    const char *overrides[6] = {0};
    int count = 0;
    for (int i = 0; i < 5; i++) {
        const char *value = values[i][1];
        if (!value)
            continue;
        bool size = i == 0 && value[0] != '[';
        if (snprintf(texts[count], sizeof texts[0], size ? "%s=[%s]" : "%s=%s", values[i][0],
                     value) >= (int)sizeof texts[0])
            return error_input(e, "onehot pack: --%s %s is too long", values[i][0], value);
        for (char *x = texts[count]; size && (x = strchr(x, 'x')) != NULL;)
            *x = ',';
        overrides[count] = texts[count];
        count++;
    }
    if (keys_read(data_options_keys, json, strlen(json), "onehot pack", overrides, a, d, e) != 0)
        return -1;
    d->path = source;
    conflict = data_options_conflict(d, &key);
    return conflict ? error_input(e, "command line: \"%s\" %s", key, conflict) : 0;
}

/* Frees the source. */
static struct dataset *compose(struct dataset *source, const struct options *o, const char *path,
                               struct error *e) {
    int counts[2] = {[TRAIN] = o->train < 0 ? source->split[TRAIN].count : o->train,
                     [TEST] = o->test < 0 ? source->split[TEST].count : o->test};
    struct dataset *d = compose_new(source, counts, o->seed < 0 ? 0 : (uint64_t)o->seed, path, e);
    dataset_free(source);
    return d;
}

static void print(const struct dataset *d, const char *folder) {
    printf("%s: %s training and %s test samples", folder, terminal_count(d->split[TRAIN].count),
           terminal_count(d->split[TEST].count));
    if (d->split[VALIDATION].count > 0)
        printf(", and %s for validation", terminal_count(d->split[VALIDATION].count));
    printf(", %d x %d, in %d classes%s\n", d->width, d->height, d->classes.count,
           dataset_multi_label(d) ? ", several a sample" : "");
    printf("sha256 of the content: %s\n", d->digest);
}

static int run(const void *given, char **arguments, struct error *e) {
    const struct options *o = given;
    const char *source = arguments[0], *folder = arguments[1];
    if (!o->compose && (o->train >= 0 || o->test >= 0 || o->seed >= 0))
        return error_input(e, "onehot pack: --train, --test and --seed need --compose");
    struct arena a = {0};
    struct data_options data = {0};
    struct dataset *d = NULL;
    struct thread_pool *pool = thread_pool_new(command_default_threads(), e);
    if (pool && set_data(&data, o, source, &a, e) == 0)
        d = formats_read(&data, pool, e);
    for (int i = 0; d && i < d->notes.count; i++)
        terminal_paragraph("", d->notes.items[i]);
    if (d && o->compose)
        d = compose(d, o, source, e);
    int result = d ? image_sheet_write(d, folder, e) : -1;
    if (result == 0)
        print(d, folder);
    dataset_free(d);
    thread_pool_free(pool);
    arena_free(&a);
    return result;
}

const struct command pack_command = {
    .name = "pack",
    .summary = "turn a dataset into a few PNG sheets",
    .arguments = "SOURCE FOLDER [--size HxW] [--channels N] [--background C] [--transpose] "
                 "[--test-share F] [--compose [--train N] [--test N] [--seed N]]",
    COMMAND_LINE(2, 2),
    .help =
        "SOURCE is a folder of IDX files (raw or .gz), of pictures, PNG or JPEG, in class folders\n"
        "(train/CLASS/*, test/CLASS/* and val/CLASS/*, or CLASS/*) or with labels.csv, or of\n"
        "sheets. FOLDER must be new. It gets dataset.json, the sheets, and one labels or targets\n"
        "file per split, all in the original order. Pixels change only as the options say: they\n"
        "are those of the section \"data\" of a config.\n"
        "\n"
        "--compose makes multi-label pictures: each has the size of SOURCE's pictures and shows\n"
        "none to four of them, at half their size, in its quarters, chosen with the seed. Without\n"
        "--train and --test there are as many as in SOURCE. The labels are the classes that the\n"
        "picture shows. The same command gives the same pixels on any machine.\n"
        "\n"
        "examples:\n"
        "  ./onehot pack ~/fashion-mnist data/fashion\n"
        "  ./onehot pack photos data/photos --size 64x64 --channels 3\n"
        "  ./onehot pack my-pictures data/mine && ./train configs/mnist.json data.path=data/mine\n"
        "  ./onehot pack --compose data/mnist data/several && ./train configs/several.json\n",
    .run = run,
};
