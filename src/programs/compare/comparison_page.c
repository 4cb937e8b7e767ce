/* The comparison as JSON. */
#include "programs/compare/comparison.h"
#include "ui/command.h"
#include "json/json.h"

static void write_run(const struct comparison *c, int run, struct json *j) {
    const struct run_record *r = &c->runs[run];
    int first = comparison_same_weights(c, run);
    json_open(j, NULL, '{');
    json_string(j, "run", r->directory);
    json_bool(j, "finished", r->finished);
    json_open(j, "config", '{');
    for (int k = 0; k < c->nkeys; k++) {
        const struct flat_json_row *row = flat_json_find(&r->settings, c->keys[k]);
        if (row)
            (row->string ? json_string : json_raw)(j, row->name, row->value);
    }
    json_close(j, '}');
    json_number(j, "test_accuracy", r->accuracy);
    json_number(j, "test_errors", r->errors);
    json_number(j, "test_loss", r->loss);
    json_number(j, "epochs", r->epochs);
    json_number(j, "best_epoch", r->best_epoch);
    json_number(j, "samples_per_second", r->samples_per_second);
    json_number(j, "seconds", r->seconds);
    if (r->finished) {
        json_string(j, "model_sha256", r->model);
        json_string(j, "weights_sha256", r->weights);
    }
    if (first < run)
        json_string(j, "same_weights_as", c->runs[first].directory);
    json_close(j, '}');
}

static void write_json(const struct comparison *c, struct text *t) {
    struct json j = {.out = t, .lines = 2};
    json_open(&j, NULL, '{');
    json_strings(&j, "differing", c->keys, c->nkeys);
    json_open(&j, "runs", '[');
    for (int i = 0; i < c->count; i++)
        write_run(c, i, &j);
    json_close(&j, ']');
    json_close(&j, '}');
}

int comparison_print_json(const struct comparison *c, struct error *e) {
    struct text t = {0};
    write_json(c, &t);
    return command_print(&t, e);
}
