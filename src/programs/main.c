/* onehot COMMAND ..., and the same program called by the name `train`. */
#include "base/embed.h"
#include "base/template.h"
#include "programs/commands.h"
#include "tensor/kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef ONEHOT_VERSION /* the Makefile takes it from the file VERSION */
#define ONEHOT_VERSION "unknown"
#endif

#define ADDRESS(command) &command##_command,
static const struct command *const commands[] = {COMMANDS(ADDRESS)};
enum { COUNT = sizeof commands / sizeof *commands };

static const struct command *find(const char *name) {
    for (int i = 0; i < COUNT; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static int help(char *name, struct error *e) {
    char option[] = "--help", *argv[] = {name, option, NULL};
    const struct command *c = name ? find(name) : NULL;
    if (name)
        return c ? command_run(c, argv, e)
                 : error_input(e, "onehot: there is no command \"%s\"", name);
    struct text all = {0}, list = {0};
    for (int i = 0; i < COUNT; i++)
        text_printf(&list, "  %-10s %.*s\n", commands[i]->name,
                    (int)strcspn(commands[i]->help, "\n"), commands[i]->help);
    template_add(&all, embed_programs_help_onehot_txt, "help", "commands=%s", list.data);
    text_done(&list, &all);
    return command_print(&all, e);
}

static int run(char **argv, struct error *e) {
    if (kernel_choose(getenv("ONEHOT_KERNEL"), e) != 0)
        return -1;
    const char *slash = strrchr(argv[0], '/');
    if (strcmp(slash ? slash + 1 : argv[0], "train") == 0)
        return command_run(&train_command, argv, e);
    if (!argv[1])
        return error_input(e, "usage: onehot COMMAND ...; see onehot help");
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
        strcmp(argv[1], "-h") == 0)
        return help(argv[2], e);
    if (strcmp(argv[1], "--version") == 0) {
        printf("onehot %s\n", ONEHOT_VERSION);
        return 0;
    }
    const struct command *c = find(argv[1]);
    return c ? command_run(c, argv + 1, e)
             : error_input(e, "onehot: there is no command \"%s\"; see onehot help", argv[1]);
}

int main(int argc, char **argv) {
    struct error e = {0};
    return command_exit(run(argv, &e), &e);
}
