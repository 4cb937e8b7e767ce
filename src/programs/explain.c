/* onehot explain: one training step, every number. */
#include "base/file.h"
#include "explain/output.h"
#include "runs/training.h"
#include "ui/command.h"
#include "ui/terminal.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

extern const struct command explain_command;

enum { DIGITS = 4, MAX_DIGITS = 9 };

/* A whole number from min to max, or the default for NULL. */
static int number(const char *name, const char *text, int min, int max, int *n, struct error *e) {
    char *end;
    long x = text ? strtol(text, &end, 10) : *n;
    if (text && (end == text || *end || x < min || x > max))
        return error_input(e,
                           "onehot explain: --%s must be a whole number from %d to %d, got \"%s\"",
                           name, min, max, text);
    *n = (int)x;
    return 0;
}

/* Puts that sample of the training split, and those after it that are trained on, where the step
 * looks; without a number, those of the first batch. */
static int choose(struct training *t, const char *sample, int n, struct error *e) {
    int wanted = 0, i = 0;
    train_order(t, 1);
    if (number("sample", sample, 0, t->data->split[TRAIN].count - 1, &wanted, e) != 0)
        return -1;
    while (i < t->train.count && t->train.order[i] != wanted)
        i++;
    if (sample && i == t->train.count)
        return error_input(e,
                           "onehot explain: sample %d is not trained on: data.validation sets it "
                           "aside, or data.limit leaves it out",
                           wanted);
    if (sample && n > t->train.count - i)
        return error_input(e, "onehot explain: there are only %d samples to train on from %d on",
                           t->train.count - i, wanted);
    for (int k = 0; sample && k < n; k++)
        t->order[k] = t->train.order[i + k];
    return 0;
}

struct outputs {
    int digits;
    bool json;
    const char *html;
};

static int write(const struct trace *s, const struct outputs *o, struct error *e) {
    struct text t = {0};
    if (o->html) {
        int result = output_page(s, o->digits, &t, e);
        if (result == 0)
            result = t.failed ? error_memory(e, o->html) : file_write(o->html, t.data, t.size, e);
        text_free(&t);
        return result;
    }
    if (o->json)
        output_json(s, &t);
    else
        output_text(s, terminal_width(), o->digits, &t);
    return command_print(&t, e);
}

static int run(int argc, char **argv, struct error *e) {
    const char *sample = NULL, *batch = NULL, *digits = NULL;
    struct outputs o = {.digits = DIGITS};
    struct option options[] = {
        {.name = "sample",
         .value = &sample,
         .metavar = "I",
         .help = "sample I of the training set, 0 or more (default: the first of the first batch)"},
        {.name = "batch",
         .value = &batch,
         .metavar = "N",
         .help = "N samples, up to train.batch_size (default: 1)"},
        {.name = "digits",
         .value = &digits,
         .metavar = "N",
         .help = "N significant digits (default: 4)"},
        {.name = "json", .flag = &o.json, .help = "every number, for programs"},
        {.name = "html",
         .value = &o.html,
         .metavar = "FILE",
         .help = "a page to step through, for a browser"},
        {0}};
    int count = command_options(&explain_command, options, argc, argv, 1, INT_MAX, e), n = 1;
    if (count < 0)
        return count == COMMAND_HELP ? 0 : -1;
    if (o.json && o.html)
        return error_input(e, "onehot explain: --json and --html FILE exclude each other");
    int threads, result = -1;
    struct trace s = {0};
    if (number("digits", digits, 1, MAX_DIGITS, &o.digits, e) != 0 ||
        command_threads(&explain_command, NULL, &threads, e) != 0)
        return -1;
    struct training *t = training_new(argv[1], (const char *const *)argv + 2, threads, e);
    if (t && number("batch", batch, 1, t->config.train.batch_size, &n, e) == 0 &&
        choose(t, sample, n, e) == 0 && trace_step(&s, t, n, e) == 0)
        result = write(&s, &o, e);
    trace_free(&s);
    training_free(t);
    return result;
}

const struct command explain_command = {
    .name = "explain",
    .summary = "show one training step, every number with its formula",
    .arguments =
        "CONFIG [key=value ...] [--sample I] [--batch N] [--digits N] [--json | --html FILE]",
    .help =
        "Takes the first training step and shows the input, each layer's output, the loss, the\n"
        "gradients back through each layer, and the update: the trainer's own numbers, each\n"
        "with its formula, the same with numbers put in, and the source file that computes\n"
        "it. Large matrices are summarised; --json has all of them.\n\n"
        "A layer's output is called z where the layer has parameters (W, b), else a, with the\n"
        "number of the layer; d marks the gradient of the loss with respect to what follows,\n"
        "and ' the value after the step.\n\n"
        "examples:\n"
        "  ./onehot explain configs/tiny/xor.json\n"
        "  ./onehot explain configs/tiny/xor.json --sample 2 optimizer.momentum=0.9\n"
        "  ./onehot explain configs/tiny/three.json --html step.html\n"
        "  ./onehot explain configs/mnist.json --batch 32      the first step as it is taken\n",
    .run = run,
};
