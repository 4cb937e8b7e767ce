#include "ui/command.h"
#include "base/cpus.h"
#include "base/thread_pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_help(const struct command *c, const struct option *options) {
    printf("%s\n\nusage: onehot %s%s%s\n", c->summary, c->name, *c->arguments ? " " : "",
           c->arguments);
    printf("\noptions:\n");
    for (const struct option *o = options; o->name; o++) {
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", o->name, o->value ? " " : "",
                 o->value ? o->metavar : "");
        printf("  %-16s %s\n", left, o->help);
    }
    printf("  %-16s %s\n\n%s", "--help", "print this", c->help);
}

static const struct option *find(const struct option *options, const char *name, size_t length) {
    for (const struct option *o = options; o->name; o++)
        if (strncmp(o->name, name, length) == 0 && o->name[length] == '\0')
            return o;
    return NULL;
}

/* No option is one, so "-1" needs no "--" before it. */
static bool is_number(const char *s) {
    char *end;
    strtod(s, &end);
    return end != s && *end == '\0';
}

/* One option at argv[i]; returns how many arguments it took, or -1. */
static int take(const struct command *c, const struct option *options, int argc, char **argv, int i,
                struct error *e) {
    const char *name = argv[i] + 2, *equals = strchr(name, '=');
    const struct option *o = find(options, name, equals ? (size_t)(equals - name) : strlen(name));
    if (!o)
        return error_input(e, "onehot %s: there is no option %s; see onehot %s --help", c->name,
                           argv[i], c->name);
    if (o->flag) {
        if (equals)
            return error_input(e, "onehot %s: --%s takes no value", c->name, o->name);
        *o->flag = true;
        return 1;
    }
    if (!equals && i + 1 >= argc)
        return error_input(e, "onehot %s: --%s needs a value, %s", c->name, o->name, o->metavar);
    *o->value = equals ? equals + 1 : argv[i + 1];
    return equals ? 1 : 2;
}

int command_threads(const struct command *c, const char *text, int *threads, struct error *e) {
    char *end;
    long n = text ? strtol(text, &end, 10) : cpus_usable();
    if (text && (end == text || *end || n < 1 || n > THREAD_POOL_MAX))
        return error_input(e,
                           "onehot %s: --threads must be a whole number from 1 to %d, got \"%s\"",
                           c->name, THREAD_POOL_MAX, text);
    *threads = n < THREAD_POOL_MAX ? (int)n : THREAD_POOL_MAX;
    return 0;
}

int command_options(const struct command *c, const struct option *options, int argc, char **argv,
                    int least, int most, struct error *e) {
    int count = 0;
    bool only_arguments = false;
    for (int i = 1; i < argc;) {
        const char *a = argv[i];
        if (only_arguments || a[0] != '-' || a[1] == '\0' || is_number(a)) {
            argv[1 + count++] = argv[i++];
        } else if (strcmp(a, "--help") == 0 || strcmp(a, "-h") == 0) {
            print_help(c, options);
            return COMMAND_HELP;
        } else if (strcmp(a, "--") == 0) {
            only_arguments = true;
            i++;
        } else if (a[1] != '-') {
            return error_input(e, "onehot %s: there is no option %s; see onehot %s --help", c->name,
                               a, c->name);
        } else {
            int taken = take(c, options, argc, argv, i, e);
            if (taken < 0)
                return -1;
            i += taken;
        }
    }
    argv[1 + count] = NULL;
    if (count < least || count > most)
        return error_input(e, "usage: onehot %s%s%s; see onehot %s --help", c->name,
                           *c->arguments ? " " : "", c->arguments, c->name);
    return count;
}

int command_print(struct text *t, struct error *e) {
    int result = t->failed ? error_memory(e, "the output") : 0;
    if (result == 0 && t->size > 0)
        printf("%s%s", t->data, t->data[t->size - 1] == '\n' ? "" : "\n");
    text_free(t);
    return result;
}
