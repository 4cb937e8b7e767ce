#include "config/config.h"
#include "base/file.h"
#include "config/keys.h"
#include "config/override.h"
#include "layers/layer.h"
#include "losses/loss.h"
#include "optim/optim.h"
#include "optim/schedule.h"

#include <stdlib.h>

enum { MOST_CONFIG = 1000 * 1000 };

static const struct key data_keys[] = {
    STRING_KEY(struct config_data, path, NULL,
               "the dataset: a folder with dataset.json, train/CLASS/*.png or IDX files"),
    INT_KEY(struct config_data, validation, "0", 0, KEY_INT_MAX,
            "training samples set aside for validation, by seed, evenly over the classes"),
    END_KEY};

static const struct key train_keys[] = {
    INT_KEY(struct config_train, epochs, "10", 0, 1000000,
            "passes over the training data; 0 writes the initial model"),
    INT_KEY(struct config_train, batch_size, "32", 1, 1000000,
            "samples in a step; the last step of an epoch takes what is left"),
    BOOL_KEY(struct config_train, shuffle, "true",
             "a new order of the samples in every epoch; false keeps the files' order"),
    END_KEY};

const struct key config_keys[] = {
    {.name = "$schema",
     .type = KEY_STRING,
     .offset = offsetof(struct config, schema),
     .initial = "\"\"",
     .help = "the schema that editors check this file against"},
    STRING_KEY(struct config, name, "\"run\"", "the first part of the run directory's name"),
    INT_KEY(struct config, seed, "0", 0, KEY_INT_MAX,
            "decides initial weights, shuffling and the validation split"),
    SECTION_KEY(struct config, data, NULL, data_keys, "the dataset"),
    VARIANTS_KEY(struct config, model, NULL, layers_variant, "the layers, first to last"),
    VARIANT_KEY(struct config, loss, "{\"type\": \"softmax_cross_entropy\"}", losses_variant,
                "what training makes small"),
    VARIANT_KEY(struct config, optimizer, "{\"type\": \"sgd\"}", optims_variant,
                "how a gradient becomes a step"),
    VARIANT_KEY(struct config, schedule, "{\"type\": \"constant\"}", schedules_variant,
                "how the optimizer's learning rate goes over the run"),
    SECTION_KEY(struct config, train, "{}", train_keys, "the training loop"),
    STRING_KEY(struct config, start_from, "\"\"",
               "a .safetensors file whose tensors replace the initial ones"),
    STRING_KEY(struct config, output, "\"\"", "the run directory, instead of runs/NAME-ID"),
    END_KEY};

const char *config_source(const char *file, const char *const *overrides, const char *path) {
    return override_covers(overrides, path) ? "command line" : file;
}

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
    return check_name(c, config_source(where, overrides, "name"), e);
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
