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
    OPTION(sabotage, TEXT, "NAME", "check it with a mistake; list, or random"),
    OPTION(reveal, FLAG, NULL, "say which mistake it was"),
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
        printf("\nsabotaged: %s\n",
               g.wrong > 0 ? "which check fails, and why?" : "but in this model no check shows it");
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
    if (kernel_choose(NULL, e) != 0) /* the fastest: the float build's names are unknown here */
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
        "In double, on some real samples, at initialisation and after 50 steps: every gradient\n"
        "of backward, of the parameters and of the input, against central differences\n"
        "(f(t + h) - f(t - h)) / 2h with h = 3e-5. The error of an element is |b - d| over the\n"
        "larger of |b| and |d|, or over a hundredth of the tensor's largest gradient where they\n"
        "are below that. Of a tensor of more than 200 elements, 200 are tested, drawn by the\n"
        "seed. Differences in which a unit changed its sign, where relu has its kink, are left\n"
        "out and counted. Verdicts, as in Stanford's CS231n: wrong above 1e-2, doubtful above\n"
        "1e-4, fine above 1e-7, good below; a gradient that is 0 throughout is wrong.\n\n"
        "Then the sanity checks. The labels' asks how often the nearest other sample is of the\n"
        "same class; large logits, whether softmax survives 1000; update / weights, how far a\n"
        "step goes.\n\n"
        "Exit status 1 where something is wrong. --sabotage puts a real mistake into the model,\n"
        "to be found from the table: --sabotage random draws one by the seed, and says which it\n"
        "was with --reveal.\n\n"
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
