/* The core for a page: what engine.js calls. Each call leaves its error and its result for the
 * page to fetch. views.c has the rest. */
#include "engine.h"
#include "config/keys.h"
#include "explain/trace.h"
#include "file.h"
#include "programs/commands.h"
#include "runs/checkpoint.h"
#include "runs/metrics.h"
#include "runs/safetensors.h"
#include "tensor/kernel.h"
#include "json/json.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct error engine_error;
struct text engine_result;

struct error *engine_begin(void) {
    engine_error = (struct error){0};
    text_free(&engine_result);
    return &engine_error;
}

/* ---- memory, errors, results, files ---- */

void *EXPORT(engine_alloc)(size_t size) { return malloc(size + 1); }

void EXPORT(engine_free)(void *p) { free(p); }

const char *EXPORT(engine_message)(void) { return engine_error.status ? engine_error.text : NULL; }

int EXPORT(engine_status)(void) { return (int)engine_error.status; }

const char *EXPORT(engine_text)(void) { return engine_result.data; }

size_t EXPORT(engine_size)(void) { return engine_result.size; }

/* The bytes are from engine_alloc, and a NUL follows them. */
int EXPORT(engine_put)(const char *path, char *bytes, size_t size) {
    struct error *e = engine_begin();
    return file_put(path, bytes, size) == 0 ? 0 : error_memory(e, path);
}

int EXPORT(engine_get)(const char *path) {
    struct error *e = engine_begin();
    size_t size;
    const char *bytes = file_bytes(path, &size);
    if (!bytes)
        return error_input(e, "%s: there is no such file", path);
    text_add(&engine_result, bytes, size);
    return engine_result.failed ? error_memory(e, path) : 0;
}

void EXPORT(engine_remove)(const char *path) { file_remove(path); }

/* ---- the start ---- */

/* Compares every kernel with the plain loops, then chooses the best. */
int EXPORT(engine_start)(void) {
    struct error *e = engine_begin();
    for (int i = 0; kernel_available(i); i++)
        if (kernel_choose(kernel_available(i), e) != 0)
            return -1;
    if (kernel_choose(NULL, e) != 0)
        return -1;
    text_printf(&engine_result, "%s", kernel_name());
    return 0;
}

/* ---- commands, as on the command line ---- */

/* `line` has the name and the arguments, each with its NUL, then another NUL. The output goes to
 * standard output and standard error, which wasi.js keeps. Returns the exit status. */
int EXPORT(engine_run)(char *line) {
    enum { ARGUMENTS = 64 };
    static const struct command *const commands[] = {&explain_command, &softmax_command,
                                                     &schema_command};
    struct error *e = engine_begin();
    char *argv[ARGUMENTS + 1] = {NULL};
    int result = -1;
    for (int i = 0; *line && i < ARGUMENTS; line += strlen(line) + 1)
        argv[i++] = line;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (argv[0] && strcmp(argv[0], commands[i]->name) == 0)
            result = command_run(commands[i], argv, e);
    if (result != 0 && !e->status)
        error_input(e, "onehot: this page has no command \"%s\"", argv[0] ? argv[0] : "");
    return command_exit(result, e);
}

/* ---- configs ---- */

/* The resolved config. */
int EXPORT(engine_check)(const char *text, size_t size, const char *where) {
    struct error *e = engine_begin();
    struct config c;
    struct arena a = {0};
    int result = config_parse(&c, config_keys, text, size, where, NULL, &a, e);
    if (result == 0)
        config_write(&c, 2, &engine_result);
    arena_free(&a);
    return engine_result.failed ? error_memory(e, where) : result;
}

/* ---- sessions ---- */

void EXPORT(session_close)(struct session *s) {
    model_free(s->probe);
    training_free(s->t);
    model_file_free(s->f);
    text_free(&s->config);
    text_free(&s->metrics);
    text_free(&s->losses);
    free(s);
}

enum { ROWS = 256 }; /* samples at a time */

static struct training *prepare(const struct session *s, const char *where, struct error *e) {
    return training_from(&(struct training_source){.keys = config_keys,
                                                   .config = where,
                                                   .text = s->config.data,
                                                   .size = s->config.size,
                                                   .threads = 1},
                         e);
}

static int open_training(struct session *s, const char *where, struct error *e) {
    char directory[FILE_PATH];
    if (s->config.failed)
        return error_memory(e, where);
    if (!(s->t = prepare(s, where, e)) ||
        run_id_make(&s->t->config, s->t->data->digest, s->id, directory, e) != 0)
        return -1;
    const struct model *m = s->t->model;
    s->probe = model_new(&s->t->config.model, &s->t->config.loss, m->act[0].cols, m->p.cols,
                         m->rows > ROWS ? m->rows : ROWS, where, e);
    if (!s->probe)
        return -1;
    s->probe->loss = m->loss;
    s->probe->multi_label = m->multi_label;
    return 0;
}

/* A new training of this config; NULL on failure. */
struct session *EXPORT(session_train)(const char *text, size_t size, const char *where) {
    struct error *e = engine_begin();
    struct session *s = calloc(1, sizeof *s);
    if (!s) {
        error_memory(e, where);
        return NULL;
    }
    text_add(&s->config, text, size);
    text_add(&s->config, "", 0);
    text_printf(&s->metrics, "%s", metrics_header);
    if (open_training(s, where, e) == 0)
        return s;
    session_close(s);
    return NULL;
}

/* The model in the bytes of a model file; NULL on failure. */
struct session *EXPORT(session_load)(const char *bytes, size_t size, const char *where) {
    struct error *e = engine_begin();
    struct session *s = calloc(1, sizeof *s);
    if (s && (s->f = model_file_parse(config_keys, bytes, size, where, ROWS, e)))
        return s;
    if (!s)
        error_memory(e, where);
    free(s);
    return NULL;
}

struct model *session_model(struct session *s) {
    if (!s->t)
        return s->f->model;
    memcpy(s->probe->theta, s->t->model->theta, s->probe->nparams * sizeof(real));
    return s->probe;
}

const struct scaling *session_scaling(const struct session *s) {
    return s->t ? &s->t->scaling : &s->f->scaling;
}

/* ---- training ---- */

static int on_pause(void *context, struct error *e) {
    const struct session *s = context;
    return s->left == 0 ? -1 : 0;
}

static void on_step(void *context, int epoch, int step, double loss) {
    struct session *s = context;
    float rounded = (float)loss;
    s->left--;
    text_add(&s->losses, &rounded, sizeof rounded);
}

static int on_epoch(void *context, const struct train_epoch *row, struct error *e) {
    struct session *s = context;
    metrics_write(row, &s->metrics);
    s->left = s->by_epoch ? 0 : s->left;
    return s->metrics.failed ? error_memory(e, "the metrics") : 0;
}

/* Takes up to `steps` steps, or fewer to the end of the epoch if by_epoch. Returns 1 if there is
 * more to do, 0 at the end, -1 on failure. */
int EXPORT(session_advance)(struct session *s, int steps, int by_epoch) {
    struct error *e = engine_begin();
    struct train_observer observer = {s, on_step, on_epoch, on_pause};
    text_free(&s->losses);
    s->left = steps;
    s->by_epoch = by_epoch;
    if (!s->finished)
        s->finished = train_run(s->t, &observer, e) == 0;
    return e->status ? -1 : !s->finished;
}

/* Progress as JSON, with the losses of the last call's steps. */
void EXPORT(session_state)(struct session *s) {
    engine_begin();
    const struct training *t = s->t;
    struct json j = {.out = &engine_result};
    long long step = (long long)t->at.epochs * t->steps + t->at.steps;
    double rate = optim_learning_rate(&t->optim);
    json_add(&j, "{ epochs=%d steps=%d stepsPerEpoch=%d step=%lld finished=%i", t->at.epochs,
             t->at.steps, t->steps, step, s->finished);
    json_add(&j, "learningRate=%g seconds=%g bestEpoch=%d",
             step > 0 ? rate * schedule_factor(&t->schedule, step - 1) : rate, t->at.seconds,
             t->at.best_epoch);
    json_open(&j, "losses", '[');
    for (size_t i = 0; i < s->losses.size / sizeof(float); i++)
        json_number(&j, NULL, (double)((float *)(void *)s->losses.data)[i]);
    json_close(&j, ']');
    json_add(&j, "}");
}

void EXPORT(session_metrics)(struct session *s) {
    engine_begin();
    text_add(&engine_result, s->metrics.data, s->metrics.size);
}

/* The bytes of model.safetensors. */
int EXPORT(session_bytes)(struct session *s) {
    struct error *e = engine_begin();
    return model_file_write(s->t, s->id, &engine_result, e);
}

/* After session_bytes: their SHA-256 and that of the weights alone, as JSON. */
void EXPORT(session_hashes)(void) {
    char model[SHA256_HEX], weights[SHA256_HEX];
    sha256_hex(engine_result.data, engine_result.size, model);
    safetensors_weights(&engine_result, weights);
    engine_begin();
    text_printf(&engine_result, "{\"model\": \"%s\", \"weights\": \"%s\"}", model, weights);
}

/* ---- explain, at any step ---- */

/* Another training in the same state; NULL on failure. */
static struct training *copy(struct session *s, struct error *e) {
    struct text state = {0};
    struct error damage = {0};
    struct checkpoint c = {.id = s->id, .metrics = &s->metrics};
    struct training *t = prepare(s, "the config", e);
    checkpoint_add(&c, s->t, &state);
    text_add(&state, "", 0);
    struct text metrics = {0};
    c.metrics = &metrics;
    if (state.failed)
        error_memory(e, "the copy");
    else if (t && checkpoint_parse(&c, t, state.data, state.size, "the copy", &damage, e) !=
                      CHECKPOINT_TAKEN)
        error_run(e, "%s", damage.text);
    text_free(&state);
    text_free(&metrics);
    if (!e->status)
        return t;
    training_free(t);
    return NULL;
}

/* Sets the first `n` of the order: the next samples of the training, or those from `sample` on. */
static int choose(struct training *t, int sample, int n, struct error *e) {
    int first = t->at.steps * t->config.train.batch_size, i = 0;
    train_order(t, t->at.epochs + 1);
    if (n < 1 || n > t->config.train.batch_size || n > t->train.count)
        return error_input(e, "the number of samples must be 1 to %d, the batch size, got %d",
                           t->config.train.batch_size, n);
    if (sample < 0) {
        for (int k = 0; k < n; k++)
            t->order[k] = t->order[(first + k) % t->train.count];
        return 0;
    }
    while (i < t->train.count && t->train.order[i] != sample)
        i++;
    if (i + n > t->train.count)
        return error_input(e, "sample %d and the %d after it are not all in the training set",
                           sample, n - 1);
    memcpy(t->order, t->train.order + i, (size_t)n * sizeof *t->order);
    return 0;
}

/* "z0[1] = 0.1 + 0.5 * 1.2 = 0.7" for each element that is wanted, "z0:1 W0':3 ", as a JSON array;
 * of an element without a formula, what it is. */
static void formulas(const struct trace *trace, const char *wanted, int digits, struct text *out) {
    const struct output o = {trace, {.digits = digits, .terms = INT_MAX}, .out = out};
    struct json j = {.out = out};
    char name[32];
    int index, size;
    json_open(&j, NULL, '[');
    for (; sscanf(wanted, "%31[^: ]:%d %n", name, &index, &size) == 2; wanted += size)
        for (const struct quantity *q = trace->quantities; q; q = q->next) {
            struct text t = {0};
            if (strcmp(q->name, name) != 0 || index < 0 || (size_t)index >= tensor_size(q->value))
                continue;
            if (q->formula)
                output_formula(&o, q, (size_t)index, &t);
            else
                text_printf(&t, "%s = %s", formula_element(q, (size_t)index).text,
                            formula_number((double)q->value.data[index], digits).text);
            json_string(&j, NULL, t.data ? t.data : "");
            text_free(&t);
            break;
        }
    json_close(&j, ']');
}

/* The next step on n samples, from `sample` on (-1: those whose turn it is), as JSON; or, if
 * `wanted` is not empty, its formulas; or a page. */
int EXPORT(session_explain)(struct session *s, int sample, int n, int page, int digits,
                            const char *wanted) {
    struct error *e = engine_begin();
    struct trace trace;
    struct text out = {0};
    struct training *t = copy(s, e);
    int result = t && choose(t, sample, n, e) == 0 ? trace_step(&trace, t, n, e) : -1;
    if (result == 0 && page)
        output_page(&trace, digits, &out);
    else if (result == 0 && *wanted)
        formulas(&trace, wanted, digits, &out);
    else if (result == 0)
        output_json(&trace, &out);
    engine_result = out;
    training_free(t);
    return out.failed ? error_memory(e, "the step") : result;
}
