/* onehot COMMAND ..., and the same program called by the name `train`. */
#include "tensor/kernel.h"
#include "ui/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct command train_command, sweep_command, evaluate_command, predict_command,
    calibrate_command, report_command, compare_command, verify_command, export_command,
    pack_command, gradcheck_command, explain_command, boundary_command, softmax_command,
    schema_command;

static const struct command *const commands[] = {
    &train_command,     &sweep_command,   &evaluate_command, &predict_command, &calibrate_command,
    &report_command,    &compare_command, &verify_command,   &export_command,  &pack_command,
    &gradcheck_command, &explain_command, &boundary_command, &softmax_command, &schema_command,
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static const struct command *find(const char *name) {
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static int help(const char *name, struct error *e) {
    if (name) {
        const struct command *c = find(name);
        char ask[] = "--help", *argv[] = {(char[]){"help"}, ask, NULL};
        return c ? c->run(2, argv, e) : error_input(e, "onehot: there is no command \"%s\"", name);
    }
    printf(
        "onehot trains small classifiers, with results that are the same to the bit anywhere.\n\n"
        "usage: onehot COMMAND ...\n\n");
    for (int i = 0; i < COMMANDS; i++)
        printf("  %-10s %s\n", commands[i]->name, commands[i]->summary);
    printf("  %-10s %s\n\n", "help", "this text, or that of one command: onehot help train");
    printf("start with: ./train configs/mnist.json\n");
    return 0;
}

static int run(int argc, char **argv, struct error *e) {
    if (kernel_choose(getenv("ONEHOT_KERNEL"), e) != 0)
        return -1;
    const char *slash = strrchr(argv[0], '/');
    const char *self = slash ? slash + 1 : argv[0];
    if (strcmp(self, "train") == 0)
        return train_command.run(argc, argv, e);
    if (argc < 2)
        return error_input(e, "usage: onehot COMMAND ...; see onehot help");
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
        strcmp(argv[1], "-h") == 0)
        return help(argc > 2 ? argv[2] : NULL, e);
    const struct command *c = find(argv[1]);
    return c ? c->run(argc - 1, argv + 1, e)
             : error_input(e, "onehot: there is no command \"%s\"; see onehot help", argv[1]);
}

int main(int argc, char **argv) {
    struct error e = {0};
    int result = run(argc, argv, &e);
    /* What was printed must have arrived: a full disk shows here. */
    if ((fflush(stdout) != 0 || ferror(stdout)) && result == 0)
        result = error_run(&e, "standard output: cannot be written: %s", strerror(errno));
    if (result != 0)
        fprintf(stderr, "%s\n", e.text);
    return result == 0 ? 0 : (int)e.status;
}
