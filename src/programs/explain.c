/* onehot explain: shows every number of one training step. */
#include "explain/trace.h"
#include "programs/commands.h"
#include "runs/training.h"
#include "ui/terminal.h"

#include <limits.h>

static const struct option options[] = {
    OPTION(sample, TEXT, "I",
           "show sample I of the training set, from 0 (default: the first one of the run)"),
    OPTION(batch, TEXT, "N", "show N samples, up to train.batch_size (default: 1)"),
    OPTION(digits, INT, "N", "print N significant digits (default: 4)", .min = 1, .max = 9,
           .initial = 4),
    OPTION(json, FLAG, NULL, "print all numbers as JSON"),
    OPTION(html, TEXT, "FILE", "write a web page to step through"),
};

/* Copies that training sample, and the n - 1 after it, to the front of the order, from which the
 * step takes its batch. If `sample` is NULL, the step takes the run's first batch. */
static int choose(struct training *t, const char *sample, int n, struct error *e) {
    int wanted = 0, i = 0;
    train_order(t, 1);
    if (command_whole(&explain_command, "sample", sample, 0, t->data->split[TRAIN].count - 1,
                      &wanted, e) != 0)
        return -1;
    while (i < t->train.count && t->train.order[i] != wanted)
        i++;
    if (sample && i == t->train.count)
        return error_input(e,
                           "onehot explain: sample %d is not in the training set: data.validation "
                           "sets it aside, or data.limit leaves it out",
                           wanted);
    if (sample && n > t->train.count - i)
        return error_input(e, "onehot explain: there are only %d training samples from %d on",
                           t->train.count - i, wanted);
    for (int k = 0; sample && k < n; k++)
        t->order[k] = t->train.order[i + k];
    return 0;
}

static int run(const struct options *o, char **arguments, struct error *e) {
    struct trace s;
    struct text out = {0};
    int n = 1;
    if (o->json && o->html)
        return error_input(e, "onehot explain: use only one of --json and --html FILE");
    SCOPED_PTR(training) t = training_new(arguments[0], (const char *const *)arguments + 1,
                                          command_default_threads(), e);
    int max = t ? t->config.train.batch_size : 0;
    if (!t || command_whole(&explain_command, "batch", o->batch, 1, max, &n, e) != 0 ||
        choose(t, o->sample, n, e) != 0 || trace_step(&s, t, n, e) != 0)
        return -1;
    if (o->html)
        output_page(&s, o->digits, &out);
    else if (o->json)
        output_json(&s, &out);
    else
        output_text(&s, terminal_width(), o->digits, &out);
    return o->html ? file_write_text(o->html, &out, 0, e) : command_print(&out, e);
}

COMMAND(explain, 1, INT_MAX);
