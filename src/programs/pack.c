/* onehot pack: writes any dataset as PNG sheets, or composes its pictures into multi-label ones. */
#include "data/formats.h"
#include "data/pictures/compose.h"
#include "data/pictures/image_sheet.h"
#include "programs/commands.h"
#include "ui/terminal.h"

#include <stdio.h>

struct options {
    bool compose;
    int train, test, seed; /* -1: not given */
};

static const struct option options[] = {
    OPTION(compose, FLAG, NULL, "compose multi-label pictures"),
    OPTION(train, INT, "N", "number of training pictures to compose", .min = 0, .max = KEY_INT_MAX,
           .initial = -1),
    OPTION(test, INT, "N", "number of test pictures to compose", .min = 0, .max = KEY_INT_MAX,
           .initial = -1),
    OPTION(seed, INT, "N", "seed of the random choices (default: 0)", .min = 0, .max = KEY_INT_MAX,
           .initial = -1),
    END_OPTION,
};

/* Frees the source. */
static struct dataset *compose(struct dataset *source, const struct options *o, const char *path,
                               struct error *e) {
    int counts[2] = {[TRAIN] = o->train < 0 ? source->split[TRAIN].count : o->train,
                          [TEST] = o->test < 0 ? source->split[TEST].count : o->test};
    struct dataset *d = compose_new(source, counts, o->seed < 0 ? 0 : (uint64_t)o->seed, path, e);
    dataset_free(source);
    return d;
}

static int run(const void *given, char **arguments, struct error *e) {
    const struct options *o = given;
    const char *source = arguments[0], *folder = arguments[1];
    if (!o->compose && (o->train >= 0 || o->test >= 0 || o->seed >= 0))
        return error_input(e, "onehot pack: --train, --test and --seed need --compose");
    struct dataset *d = formats_read(DATA_AT(source), NULL, e);
    if (d && o->compose)
        d = compose(d, o, source, e);
    int result = d ? image_sheet_write(d, folder, e) : -1;
    if (result == 0) {
        printf("%s: %s training and %s test samples, %d x %d, in %d classes%s\n", folder,
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
    COMMAND_LINE(2, 2),
    .help =
        "SOURCE is a folder of IDX files (raw or .gz), of train/CLASS/*.png and\n"
        "test/CLASS/*.png, or of sheets. FOLDER must be new. It gets dataset.json, the sheets,\n"
        "and one labels or targets file per split, all in the original order. Pixels do not\n"
        "change.\n"
        "\n"
        "--compose makes multi-label pictures: each has the size of SOURCE's pictures and shows\n"
        "none to four of them, at half their size, in its quarters, chosen with the seed. Without\n"
        "--train and --test there are as many as in SOURCE. The labels are the classes that the\n"
        "picture shows. The same command gives the same pixels on any machine.\n"
        "\n"
        "examples:\n"
        "  ./onehot pack ~/fashion-mnist data/fashion\n"
        "  ./onehot pack my-pictures data/mine && ./train configs/mnist.json data.path=data/mine\n"
        "  ./onehot pack --compose data/mnist data/several && ./train configs/several.json\n",
    .run = run,
};
