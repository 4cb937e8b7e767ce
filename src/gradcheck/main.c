/* onehot-f64, the double build: the program that onehot gradcheck (programs/gradcheck.c) runs. */
#include "gradcheck/command.h"
#include "gradcheck/print.h"
#include "runs/training.h"
#include "tensor/kernel.h"
#include "ui/command.h"

#include <stdio.h>
#include <string.h>

struct options {
    const char *sabotage;
    bool reveal, json;
    int threads;
};

static const struct option options[] = {
    OPTION(sabotage, TEXT, "NAME", "plant this bug; list: print the names; random: choose one"),
    OPTION(reveal, FLAG, NULL, "name the planted bug"),
    JSON_OPTION,
    THREADS_OPTION,
    END_OPTION,
};

static const struct command gradcheck;

/* The mutation that --sabotage names, or NULL. */
static int choose(const struct options *o, const struct training *t, const struct mutation **m,
                  struct error *e) {
    *m = NULL;
    if (!o->sabotage)
        return 0;
    *m = strcmp(o->sabotage, "random") == 0 ? mutation_random(t) : mutation_find(o->sabotage);
    if (!*m)
        return error_input(e,
                           "onehot gradcheck: --sabotage does not know \"%s\"; --sabotage list "
                           "prints the names",
                           o->sabotage);
    return mutation_fits(*m, t, e);
}

static int check(struct training *t, const char *config, const struct options *o, struct arena *a,
                 struct error *e) {
    struct gradcheck g;
    const struct mutation *m;
    if (choose(o, t, &m, e) != 0 || gradcheck_run(&g, t, m, a, e) != 0 ||
        (o->json ? print_json(&g, e) : print_tables(&g, e)) != 0)
        return -1;
    if (m && !o->json && o->reveal)
        printf("\nsabotaged: %s: %s\n", m->name, m->line);
    else if (m && !o->json)
        printf("\nsabotaged: %s\n", g.wrong > 0 ? "which check fails, and why?"
                                                : "but no check detects it in this model");
    if (g.wrong > 0)
        return error_run(e, "%s: %d of %d checks %s wrong", config, g.wrong, g.checks,
                         g.wrong == 1 ? "is" : "are");
    if (!o->json)
        printf("\npassed    %d checks\n", g.checks);
    return 0;
}

static int run(const void *given, char **arguments, struct error *e) {
    const struct options *o = given;
    if (o->sabotage && strcmp(o->sabotage, "list") == 0)
        return print_mutations(o->json, e);
    if (!arguments[0])
        return command_usage(&gradcheck, e);
    if (kernel_choose(NULL, e) != 0) /* the fastest: this build lacks the float build's kernels */
        return -1;
    struct training *t =
        training_new(arguments[0], (const char *const *)arguments + 1, o->threads, e);
    struct arena a = {0};
    int result = t ? check(t, arguments[0], o, &a, e) : -1;
    arena_free(&a);
    training_free(t);
    return result;
}

static const struct command gradcheck = {
    .name = GRADCHECK_NAME,
    .summary = GRADCHECK_SUMMARY,
    .arguments = "CONFIG [key=value ...] [--sabotage NAME] [--reveal] [--json] [--threads N]",
    COMMAND_LINE(0, 1000),
    .help =
        "Compares every gradient, of the parameters and of the input, with central differences\n"
        "(f(t + h) - f(t - h)) / 2h, h = 3e-5, in double precision, on real samples, at\n"
        "initialisation and after 50 steps. The error of an element is |b - d| divided by the\n"
        "larger of |b| and |d|, or by a hundredth of the tensor's largest gradient if that is\n"
        "larger. If a tensor has more than 200 elements, 200 are tested, chosen with the seed.\n"
        "Differences across relu's kink, where a unit changed its sign, are skipped and counted.\n"
        "The verdicts follow Stanford's CS231n: wrong above 1e-2, doubtful above 1e-4, fine above\n"
        "1e-7, good below. A gradient that is 0 everywhere is wrong.\n"
        "\n"
        "Then come the sanity checks. The label check measures how often a sample's nearest\n"
        "neighbour shares its class; large logits, whether softmax survives 1000; update /\n"
        "weights, the size of a step relative to the weights.\n"
        "\n"
        "The exit status is 1 if anything is wrong. --sabotage plants a realistic bug, to be "
        "found\n"
        "from the table; --sabotage random chooses one with the seed, and --reveal names it.\n"
        "\n"
        "examples:\n"
        "  ./onehot gradcheck configs/mnist.json\n"
        "  ./onehot gradcheck configs/mnist.json model.1.type=tanh\n"
        "  ./onehot gradcheck --sabotage list\n"
        "  ./onehot gradcheck configs/mnist.json --sabotage transposed\n"
        "  ./onehot gradcheck configs/mnist.json --sabotage random seed=7 --reveal\n",
    .run = run,
};

int main(int argc, char **argv) {
    struct error e = {0};
    int result = argc > 1 || strcmp(argv[0], GRADCHECK_NAME) == 0
                     ? command_run(&gradcheck, argv, &e)
                     : error_input(&e, "usage: onehot gradcheck CONFIG ...");
    return command_exit(result, &e);
}
