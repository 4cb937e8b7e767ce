/* onehot data: shows a config's data, and what augmentation makes of it. */
#include "picture/picture.h"
#include "programs/commands.h"
#include "runs/training.h"

#include <limits.h>

static const struct option options[] = {
    OPTION(augmented, INT, "N", "write training images as they are, and as in epochs 1 to N",
           .min = 1, .max = 100),
    OPTION(out, TEXT, "FILE", "the image to write (default: augmented.png)"),
};

static int write_sheet(struct training *t, int epochs, const char *path, struct error *e) {
    enum { COLUMNS = 16 };
    int count = t->train.count < COLUMNS ? t->train.count : COLUMNS;
    if (t->data->columns.count > 0)
        return error_input(e, "onehot data: --augmented needs images, but %s is a table",
                           t->config.data.path);
    if (!t->train.augment)
        return error_input(e, "onehot data: --augmented needs \"data.augment\" in the config, or "
                              "for example data.augment.rotate=10");
    train_order(t, 1);
    SCOPED(picture) p = augment_sheet(t->data, t->train.augment, t->order, count, epochs);
    int result = p.pixels ? picture_write(&p, path, e) : error_memory(e, path);
    if (result == 0)
        printf("%s: %d training samples, first as they are, then as in epoch%s 1%s%.0d\n",
               text_shown(path), count, epochs > 1 ? "s" : "", epochs > 1 ? " to " : "",
               epochs > 1 ? epochs : 0);
    return result;
}

static int run(const struct options *o, char **arguments, struct error *e) {
    if (o->out && o->augmented == 0)
        return error_input(e, "onehot data: --out needs --augmented N");
    SCOPED_PTR(training) t = training_new(arguments[0], (const char *const *)arguments + 1,
                                          command_default_threads(), e);
    if (t)
        train_print_data(t, e);
    if (!e->status && o->augmented > 0)
        write_sheet(t, o->augmented, o->out ? o->out : "augmented.png", e);
    return e->status ? -1 : 0;
}

COMMAND(data, 1, INT_MAX);
