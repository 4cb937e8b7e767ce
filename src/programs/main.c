/* onehot COMMAND ...; called as `train`, the program is onehot train. */
#include "base/embed.h"
#include "base/ranks.h"
#include "base/template.h"
#include "programs/commands.h"
#include "tensor/kernel.h"

#include <fcntl.h>

#define ADDRESS(command) &command##_command,
static const struct command *const commands[] = {COMMANDS(ADDRESS)};
enum { COUNT = sizeof commands / sizeof *commands };

static int print_list(struct error *e) {
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
    const char *slash = strrchr(argv[0], '/'), *name = argv[1];
    if (strcmp(slash ? slash + 1 : argv[0], "train") == 0)
        return command_run(&train_command, argv, e);
    if (!name)
        return error_input(e, "usage: onehot COMMAND ...; see onehot help");
    if (strcmp(name, "--version") == 0) {
        printf("onehot %s\n", ONEHOT_VERSION);
        return 0;
    }
    bool help = strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0;
    if (help && !argv[2])
        return print_list(e);
    name = help ? argv[2] : name;
    for (int i = 0; i < COUNT; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return command_run(commands[i], help ? (char *[]){argv[2], "--help", NULL} : argv + 1,
                               e);
    return error_input(e, "onehot: there is no command \"%s\"; see onehot help", name);
}

int main(int argc, char **argv) {
    struct error e = {0};
    /* No file may get the number of a closed standard stream, and what is printed with it. */
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
            return ERROR_RUN;
    int result = ranks_begin(&argc, &argv, &e) == 0 ? run(argv, &e) : -1;
    return ranks_end(command_exit(result, &e));
}
