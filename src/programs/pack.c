/* onehot pack: writes any dataset as PNG sheets, or composes its images into multi-label ones. */
#include "config/keys.h"
#include "data/formats.h"
#include "data/pictures/image_sheet.h"
#include "programs/commands.h"
#include "ui/terminal.h"

static const struct option options[] = {
    OPTION(compose, FLAG, NULL, "compose multi-label images"),
    OPTION(train, INT, "N", "compose N training images", .min = 0, .max = KEY_INT_MAX,
           .initial = -1),
    OPTION(test, INT, "N", "compose N test images", .min = 0, .max = KEY_INT_MAX, .initial = -1),
    OPTION(seed, INT, "N", "the seed of the random choices (default: 0)", .min = 0,
           .max = KEY_INT_MAX, .initial = -1),
};

/* The overrides may set the section "data" of a config. */
static const struct key data_keys[] = {
    {.name = "data", .type = KEY_SECTION, .keys = data_options_keys, .help = "the dataset"},
    END_KEY};

static int read_data_options(struct data_options *from, char **arguments, struct arena *a,
                             struct error *e) {
    static const char json[] = "{\"data\": {\"path\": \"\"}}";
    const char *const *overrides = (const char *const *)arguments + 2;
    if (keys_read(data_keys, json, strlen(json), "onehot pack", overrides, a, from, e) != 0)
        return -1;
    if (from->path[0])
        return error_input(e,
                           "command line: \"data.path\" is already given as SOURCE; leave it out");
    from->path = arguments[0];
    const char *key, *conflict = data_options_conflict(from, &key);
    return conflict ? error_input(e, "command line: \"%s\" %s", key, conflict) : 0;
}

static int run(const struct options *o, char **arguments, struct error *e) {
    const char *source = arguments[0], *folder = arguments[1];
    if (!o->compose && (o->train >= 0 || o->test >= 0 || o->seed >= 0))
        return error_input(e, "onehot pack: --train, --test and --seed need --compose");
    SCOPED(arena) a = {0};
    struct data_options from = {0};
    SCOPED_PTR(thread_pool) pool = thread_pool_new(command_default_threads(), e);
    if (!pool || read_data_options(&from, arguments, &a, e) != 0)
        return -1;
    SCOPED_PTR(dataset) d = formats_read(&from, pool, e);
    for (int i = 0; d && i < d->notes.count; i++)
        terminal_paragraph("", d->notes.items[i]);
    if (d && o->compose) {
        SCOPED_PTR(dataset) whole = d;
        int counts[2] = {[TRAIN] = o->train < 0 ? whole->split[TRAIN].count : o->train,
                         [TEST] = o->test < 0 ? whole->split[TEST].count : o->test};
        d = compose_new(whole, counts, o->seed < 0 ? 0 : (uint64_t)o->seed, source, e);
    }
    if (!d || image_sheet_write(d, folder, e) != 0)
        return -1;
    printf("%s: %s training and %s test samples", text_shown(folder),
           text_count(d->split[TRAIN].count), text_count(d->split[TEST].count));
    if (d->split[VALIDATION].count > 0)
        printf(", and %s for validation", text_count(d->split[VALIDATION].count));
    printf(", %d x %d, in %d classes%s\n", d->width, d->height, d->classes.count,
           dataset_multi_label(d) ? ", several per sample" : "");
    printf("sha256 of the content: %s\n", d->digest);
    return 0;
}

COMMAND(pack, 2, 1000);
