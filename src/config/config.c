#include "config/config.h"
#include "base/file.h"
#include "config/keys.h"
#include "layers/layer.h"
#include "losses/loss.h"
#include "optim/optim.h"

#include <stdlib.h>

enum { MOST_CONFIG = 1000 * 1000 };

#define FIELD(name) .offset = offsetof(struct config, name)

/* Offsets in a section's table count from the section's start. */
#define IN(section, name)                                                                          \
    .offset = offsetof(struct config, section.name) - offsetof(struct config, section)

static const struct key data_keys[] = {
    {.name = "path",
     .type = KEY_STRING,
     IN(data, path),
     .help = "the dataset: a folder with dataset.json, train/CLASS/*.png or IDX files"},
    {.name = "validation",
     .type = KEY_INT,
     IN(data, validation),
     .initial = "0",
     .min = 0,
     .max = KEY_INT_MAX,
     .help = "training samples set aside for validation, by seed, evenly over the classes"},
    {0}};

static const struct key train_keys[] = {
    {.name = "epochs",
     .type = KEY_INT,
     IN(train, epochs),
     .initial = "10",
     .min = 0,
     .max = 1000000,
     .help = "passes over the training data; 0 writes the initial model"},
    {.name = "batch_size",
     .type = KEY_INT,
     IN(train, batch_size),
     .initial = "32",
     .min = 1,
     .max = 1000000,
     .help = "samples in a step; the last step of an epoch takes what is left"},
    {.name = "shuffle",
     .type = KEY_BOOL,
     IN(train, shuffle),
     .initial = "true",
     .help = "a new order of the samples in every epoch; false keeps the files' order"},
    {0}};

const struct key config_keys[] = {
    {.name = "$schema",
     .type = KEY_STRING,
     FIELD(schema),
     .initial = "\"\"",
     .help = "the schema that editors check this file against"},
    {.name = "name",
     .type = KEY_STRING,
     FIELD(name),
     .initial = "\"run\"",
     .help = "the first part of the run directory's name"},
    {.name = "seed",
     .type = KEY_INT,
     FIELD(seed),
     .initial = "0",
     .min = 0,
     .max = KEY_INT_MAX,
     .help = "decides initial weights, shuffling and the validation split"},
    {.name = "data", .type = KEY_SECTION, FIELD(data), .keys = data_keys, .help = "the dataset"},
    {.name = "model",
     .type = KEY_VARIANTS,
     FIELD(model),
     .rows = layers_variant,
     .help = "the layers, first to last"},
    {.name = "loss",
     .type = KEY_VARIANT,
     FIELD(loss),
     .rows = losses_variant,
     .initial = "{\"type\": \"softmax_cross_entropy\"}",
     .help = "what training makes small"},
    {.name = "optimizer",
     .type = KEY_VARIANT,
     FIELD(optimizer),
     .rows = optims_variant,
     .initial = "{\"type\": \"sgd\"}",
     .help = "how a gradient becomes a step"},
    {.name = "train",
     .type = KEY_SECTION,
     FIELD(train),
     .keys = train_keys,
     .initial = "{}",
     .help = "the training loop"},
    {.name = "start_from",
     .type = KEY_STRING,
     FIELD(start_from),
     .initial = "\"\"",
     .help = "a .safetensors file whose tensors replace the initial ones"},
    {.name = "output",
     .type = KEY_STRING,
     FIELD(output),
     .initial = "\"\"",
     .help = "the run directory, instead of runs/NAME-ID"},
    {0}};

static int check_name(const struct config *c, const char *where, struct error *e) {
    for (const char *s = c->name; *s; s++)
        if (*s == '/' || (unsigned char)*s < ' ')
            return error_input(
                e, "%s: \"name\" becomes part of a directory's name: no slash, please", where);
    if (!*c->name || *c->name == '.')
        return error_input(e, "%s: \"name\" must not be empty or start with a dot", where);
    return 0;
}

int config_parse(struct config *c, const char *text, size_t size, const char *where,
                 const char *const *overrides, struct arena *a, struct error *e) {
    *c = (struct config){0};
    if (keys_read(config_keys, text, size, where, overrides, a, c, e) != 0)
        return -1;
    return check_name(c, where, e);
}

int config_read(struct config *c, const char *path, const char *const *overrides, struct arena *a,
                struct error *e) {
    size_t size;
    char *text = file_read(path, MOST_CONFIG, &size, e);
    if (!text)
        return -1;
    int result = config_parse(c, text, size, path, overrides, a, e);
    free(text);
    return result;
}

void config_write(const struct config *c, int lines, struct text *out) {
    struct config experiment = *c;
    experiment.output = "";
    struct json j = {.out = out, .lines = lines};
    json_open(&j, NULL, '{');
    keys_write(config_keys + 1, &experiment, &j); /* without $schema */
    json_close(&j, '}');
}
