/* The table of all keys of a config. It is apart from the code that reads JSON, so that a build
 * without a JSON library can still fill a struct config (tests/core). */
#include "config/config.h"
#include "layers/layer.h"
#include "losses/loss.h"
#include "optim/optim.h"
#include "optim/schedule.h"

static const char *const scalings[] = {"unit", "standardize", NULL};

static const struct key data_keys[] = {
    STRING_KEY(
        struct config_data, path, NULL,
        "the dataset: a folder with dataset.json, train/CLASS/*.png, IDX files or train.csv; "
        "a .csv file; or a toy: toy:spiral, toy:moons, toy:blobs, toy:xor, toy:circles"),
    STRING_KEY(
        struct config_data, label, "\"label\"",
        "the column of a .csv file that holds the label; or several, divided by commas, of 1 "
        "or 0, for several labels a sample; all others hold numbers"),
    {KEY_ROW(struct config_data, test_share, KEY_REAL, "0.2",
             "of a single .csv file, the share of its rows that is set aside for the test, evenly "
             "over the classes; the same rows for every seed"),
     .max = 0.9},
    INT_KEY(struct config_data, validation, "0", 0, KEY_INT_MAX,
            "training samples set aside for validation, by seed, evenly over the classes"),
    INT_KEY(struct config_data, limit, "0", 0, KEY_INT_MAX,
            "training samples to use, of those not for validation, for quick tries: drawn by seed, "
            "evenly over the classes; 0: all"),
    CHOICE_KEY(
        struct config_data, scaling, "\"unit\"", scalings,
        "what the model sees; unit: pixel / 255, or a table's values; standardize: that less "
        "the mean of the training pixels, or of the column, over the deviation (slower where "
        "many pixels are 0: no zeros to skip)"),
    END_KEY};

static const struct key train_keys[] = {
    INT_KEY(struct config_train, epochs, "10", 0, 1000000,
            "passes over the training data; 0 writes the initial model"),
    INT_KEY(struct config_train, batch_size, "32", 1, 1000000,
            "samples in a step; the last step of an epoch takes what is left"),
    BOOL_KEY(struct config_train, shuffle, "true",
             "a new order of the samples in every epoch; false keeps the files' order"),
    REAL_KEY(struct config_train, clip_norm, "0", 0, 1e9,
             "a step's gradient is scaled down to this length where it is longer; 0: never"),
    {KEY_ROW(struct config_train, checkpoint_seconds, KEY_REAL, "60",
             "how often an interrupted run's state is saved inside an epoch; 0: at every step"),
     .max = 1e9, .aside = true},
    END_KEY};

static const char *const monitors[] = {"none", "loss", "accuracy", NULL};

static const struct key early_stopping_keys[] = {
    CHOICE_KEY(struct config_early_stopping, monitor, "\"none\"", monitors,
               "what of the validation set decides which epoch's model is kept as the best"),
    INT_KEY(struct config_early_stopping, patience, "5", 1, KEY_INT_MAX,
            "stop after so many epochs in a row that were not better"),
    END_KEY};

const struct key config_keys[] = {
    {.name = "$schema",
     .type = KEY_STRING,
     .offset = offsetof(struct config, schema),
     .initial = "\"\"",
     .aside = true,
     .help = "the schema that editors check this file against"},
    STRING_KEY(struct config, name, "\"run\"", "the first part of the run directory's name"),
    INT_KEY(
        struct config, seed, "0", 0, KEY_INT_MAX,
        "decides all that is random: initial weights, shuffling, the choice of samples, dropout"),
    SECTION_KEY(struct config, data, NULL, data_keys, "the dataset"),
    VARIANTS_KEY(struct config, model, NULL, layers_variant, "the layers, first to last"),
    VARIANT_KEY(struct config, loss, "{\"type\": \"softmax_cross_entropy\"}", losses_variant,
                "what training makes small"),
    VARIANT_KEY(struct config, optimizer, "{\"type\": \"sgd\"}", optims_variant,
                "how a gradient becomes a step"),
    VARIANT_KEY(struct config, schedule, "{\"type\": \"constant\"}", schedules_variant,
                "how the optimizer's learning rate goes over the run"),
    SECTION_KEY(struct config, train, "{}", train_keys, "the training loop"),
    SECTION_KEY(struct config, early_stopping, "{}", early_stopping_keys,
                "the end of a training that no longer gets better on the validation set"),
    STRING_KEY(struct config, start_from, "\"\"",
               "a .safetensors file whose tensors replace the initial ones"),
    {KEY_ROW(struct config, output, KEY_STRING, "\"\"",
             "the run directory, instead of runs/NAME-ID"),
     .aside = true},
    END_KEY};
