/* The table of a config's keys. It is separate from the code that reads JSON, so that a build
 * without a JSON library can fill a struct config (tests/core). */
#include "layers/layer.h"
#include "losses/loss.h"
#include "optim/optim.h"
#include "optim/schedule.h"
#include "train/config.h"

static const struct key average_keys[] = {
    INT_KEY(struct config_average, from, "0", 0, 1000000,
            "the first epoch whose steps count; 0, or one after the last: no averaging"),
    POSITIVE_KEY(struct config_average, decay, "1", 1,
                 "1: the mean of all steps; below 1: exponential, in which an earlier step counts "
                 "this much per later step"),
    END_KEY};

static const struct key train_keys[] = {
    INT_KEY(struct config_train, epochs, "10", 0, 1000000,
            "passes over the training data; 0 writes the initial model"),
    INT_KEY(struct config_train, batch_size, "32", 1, 1000000,
            "samples per step; the last step of an epoch takes the rest"),
    BOOL_KEY(struct config_train, shuffle, "true",
             "shuffle the samples before every epoch; false: keep the order of the files"),
    REAL_KEY(struct config_train, clip_norm, "0", 0, 1e9,
             "scale gradients that are longer than this down to it; 0: never"),
    {KEY_ROW(struct config_train, average, KEY_SECTION, "{}",
             "the model becomes a running mean of its parameters after each step, which "
             "validation and test measure"),
     .keys = average_keys, .optional = true},
    {KEY_ROW(struct config_train, checkpoint_seconds, KEY_REAL, "60",
             "seconds between checkpoints within an epoch; 0: one at every step"),
     .max = 1e9, .not_written = true},
    END_KEY};

static const char *const monitors[] = {"none", "loss", "accuracy", NULL};

static const struct key early_stopping_keys[] = {
    CHOICE_KEY(struct config_early_stopping, monitor, "\"none\"", monitors,
               "the validation figure that decides which epoch's model is the best"),
    INT_KEY(struct config_early_stopping, patience, "5", 1, KEY_INT_MAX,
            "stop after this number of epochs in a row without improvement"),
    END_KEY};

static const char *const starts[] = {"all", "fitting", NULL};

static const struct key start_from_keys[] = {
    PATH_KEY(struct config_start_from, path, "\"\"", "a .safetensors file"),
    REALS_KEY(struct config_start_from, layers, "\"all\"", starts, 0, 1000000,
              "the numbers of the layers whose tensors are taken; all: the file must have exactly "
              "the model's tensors; fitting: every layer that the file has in the same shape"),
    END_KEY};

const struct key config_keys[] = {
    {KEY_AS("$schema", struct config, schema, KEY_STRING, "\"\"",
            "the schema that editors check this file against"),
     .not_written = true},
    {KEY_ROW(struct config, name, KEY_STRING, "\"run\"",
             "the first part of the run directory's name"),
     .not_hashed = true},
    INT_KEY(
        struct config, seed, "0", 0, KEY_INT_MAX,
        "decides everything random: initial weights, shuffling, the choice of samples, dropout"),
    SECTION_KEY(struct config, data, NULL, data_options_keys, "the dataset"),
    KINDS_KEY(struct config, model, NULL, layers_kinds, "the layers, from first to last"),
    KIND_KEY(struct config, loss, "{\"type\": \"softmax_cross_entropy\"}", losses_kinds,
             "what training minimises"),
    KIND_KEY(struct config, optimizer, "{\"type\": \"sgd\"}", optims_kinds,
             "how a gradient becomes a step"),
    KIND_KEY(struct config, schedule, "{\"type\": \"constant\"}", schedules_kinds,
             "how the learning rate changes over the run"),
    SECTION_KEY(struct config, train, "{}", train_keys, "the training loop"),
    SECTION_KEY(struct config, early_stopping, "{}", early_stopping_keys,
                "stop training when the validation set no longer improves"),
    {KEY_ROW(struct config, start_from, KEY_SECTION, "{}",
             "a .safetensors file whose tensors replace the initial ones: a path, or also which "
             "layers to take"),
     .keys = start_from_keys, .lone = true},
    {KEY_ROW(struct config, output, KEY_STRING, "\"\"",
             "the run directory, instead of runs/NAME-ID"),
     .path = true, .not_written = true},
    END_KEY};
