/* onehot-f64, the double build: the program that `onehot gradcheck` (programs/gradcheck.c) runs. */
#include "gradcheck/gradcheck.h"
#include "runs/training.h"
#include "tensor/kernel.h"
#include "ui/command.h"

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
};

extern const char embed_programs_help_gradcheck_txt[]; /* base/embed.h */
static const struct command gradcheck;

static int check_gradients(struct gradcheck *g, int first, struct error *e) {
    struct training *t = g->training;
    struct pass pass = {0, g->samples, true, (uint64_t)t->config.seed, g->steps + 1};
    sanity_gather(g, first);
    return gradients_check(&g->gradients[g->stages++], t->model, &pass, GRADIENTS_ELEMENTS,
                           &t->arena, e);
}

static void count(struct gradcheck *g, enum verdict v) {
    g->checks += v != VERDICT_NONE;
    g->wrong += v == VERDICT_WRONG;
}

static int run_checks(struct gradcheck *g, struct error *e) {
    struct training *t = g->training;
    g->samples = t->train.count < GRADIENTS_SAMPLES ? t->train.count : GRADIENTS_SAMPLES;
    g->samples = g->samples < t->model->rows ? g->samples : t->model->rows;
    g->shuffled = t->config.train.shuffle;
    if ((g->mutation && mutation_plant(g->mutation, t, e) != 0) || check_gradients(g, 0, e) != 0 ||
        sanity_run(g, e) != 0)
        return -1;
    /* Different samples, so that stale values of the first ones are detected. */
    if (g->steps == GRADCHECK_STEPS && check_gradients(g, t->train.count - g->samples, e) != 0)
        return -1;
    for (int i = 0; i < GRADCHECK_SANITY; i++)
        count(g, g->sanity[i].verdict);
    for (int k = 0; k < g->stages; k++)
        for (int i = 0; i < g->gradients[k].count; i++)
            count(g, gradients_verdict(&g->gradients[k].rows[i]));
    return 0;
}

static int check(struct gradcheck *g, const char *config, const struct options *o,
                 struct error *e) {
    if ((o->sabotage && mutation_choose(o->sabotage, g->training, &g->mutation, e) != 0) ||
        run_checks(g, e) != 0 || (o->json ? print_json(g, o->reveal, e) : print_tables(g, e)) != 0)
        return -1;
    const struct mutation *m = g->mutation;
    if (m && !o->json && o->reveal)
        printf("\nsabotaged: %s: %s\n", m->name, m->line);
    else if (m && !o->json)
        printf("\nsabotaged: %s\n", g->wrong > 0 ? "which check fails, and why?"
                                                 : "but no check detects it in this model");
    if (g->wrong > 0)
        return error_run(e, "%s: %d of %d checks %s wrong", config, g->wrong, g->checks,
                         g->wrong == 1 ? "is" : "are");
    if (!o->json)
        printf("\npassed    %d checks\n", g->checks);
    return 0;
}

static int run(const struct options *o, char **arguments, struct error *e) {
    if (o->sabotage && strcmp(o->sabotage, "list") == 0)
        return print_mutations(o->json, e);
    if (!arguments[0])
        return command_usage(&gradcheck, e);
    if (kernel_choose(NULL, e) != 0) /* the fastest: this build lacks the float build's kernels */
        return -1;
    SCOPED_PTR(training) t =
        training_new(arguments[0], (const char *const *)arguments + 1, o->threads, e);
    return t ? check(&(struct gradcheck){.training = t}, arguments[0], o, e) : -1;
}

static const struct command gradcheck = {
    .title = "onehot gradcheck",
    COMMAND_LINE(0, 1000),
    .help = embed_programs_help_gradcheck_txt,
    .run = run,
};

int main(int argc, char **argv) {
    struct error e = {0};
    int result = argc > 1 || strcmp(argv[0], "gradcheck") == 0
                     ? command_run(&gradcheck, argv, &e)
                     : error_input(&e, "usage: onehot gradcheck CONFIG ...");
    return command_exit(result, &e);
}
