/* onehot pack: any dataset into PNG sheets. */
#include "data/dataset.h"
#include "programs/command.h"
#include "programs/terminal.h"

#include <stdio.h>

extern const struct command pack_command;

static int run(int argc, char **argv, struct error *e) {
    struct option options[] = {{0}};
    int count = command_options(&pack_command, options, argc, argv, 2, 2, e);
    if (count < 0)
        return count == COMMAND_HELP ? 0 : -1;
    struct dataset *d = dataset_read(DATASET_AT(argv[1]), NULL, e);
    int result = d ? sheet_write(d, argv[2], e) : -1;
    if (result == 0) {
        printf("%s: %s training and %s test samples, %d x %d, in %d classes\n", argv[2],
               terminal_count(d->split[TRAIN].count), terminal_count(d->split[TEST].count),
               d->width, d->height, d->classes.count);
        printf("sha256 of the content: %s\n", d->digest);
    }
    dataset_free(d);
    return result;
}

const struct command pack_command = {
    .name = "pack",
    .summary = "turn a dataset into a few PNG sheets",
    .arguments = "SOURCE FOLDER",
    .help =
        "SOURCE is a folder of IDX files (raw or .gz), of train/CLASS/*.png and\n"
        "test/CLASS/*.png, or of sheets. FOLDER is new; it gets dataset.json, the sheets,\n"
        "and a labels or targets file a split, all in the original order. Pixels are kept\n"
        "as they are.\n\n"
        "examples:\n"
        "  ./onehot pack ~/fashion-mnist data/fashion\n"
        "  ./onehot pack my-pictures data/mine && ./train configs/mnist.json data.path=data/mine\n",
    .run = run,
};
