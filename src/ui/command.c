#include "ui/command.h"
#include "base/platform.h"
#include "base/ranks.h"
#include "base/thread_pool.h"

#include <errno.h>

static void print_help(const struct command *c) {
    const char *details = strstr(strstr(c->help, "\nusage: "), "\n\n") + 2;
    printf("%.*soptions:\n", (int)(details - c->help), c->help);
    for (const struct option *o = c->options; o < c->options + c->option_count; o++) {
        char left[64];
        const char *format = o->type == OPTION_OPTIONAL ? "--%s[=%s]"
                             : o->metavar               ? "--%s %s"
                                                        : "--%s";
        snprintf(left, sizeof left, format, o->name, o->metavar);
        printf("  %-16s %s\n", left, o->help);
    }
    printf("  %-16s %s\n\n%s", "--help", "print this", details);
}

int command_usage(const struct command *c, struct error *e) {
    const char *usage = strstr(c->help, "\nusage: ") + 1;
    return error_input(e, "%.*s; see %s --help", (int)strcspn(usage, "\n"), usage, c->title);
}

int command_whole(const struct command *c, const char *name, const char *text, int min, int max,
                  int *n, struct error *e) {
    char *end;
    long x = text ? strtol(text, &end, 10) : *n;
    if (text && (end == text || *end || x < min || x > max))
        return error_input(e, "%s: --%s must be a whole number from %d to %d, got \"%s\"", c->title,
                           name, min, max, text);
    *n = (int)x;
    return 0;
}

int command_default_threads(void) {
    int cpus = platform_cpus() / ranks.on_host;
    return cpus < 1 ? 1 : cpus < THREAD_POOL_MAX ? cpus : THREAD_POOL_MAX;
}

static int set(const struct command *c, const struct option *o, const char *text, void *field,
               struct error *e) {
    char *end;
    switch (o->type) {
    case OPTION_FLAG: *(bool *)field = true; return 0;
    case OPTION_TEXT:
    case OPTION_OPTIONAL: *(const char **)field = text; return 0;
    case OPTION_INT: return command_whole(c, o->name, text, (int)o->min, (int)o->max, field, e);
    case OPTION_THREADS: return command_whole(c, o->name, text, 1, THREAD_POOL_MAX, field, e);
    case OPTION_REAL:
        *(double *)field = strtod(text, &end);
        if (end != text && !*end && *(double *)field >= o->min && *(double *)field <= o->max)
            return 0;
        return error_input(e, "%s: --%s must be a number from %g to %g, got \"%s\"", c->title,
                           o->name, o->min, o->max, text);
    }
    return -1;
}

/* Reads the option argv[0], which must be "--NAME" or "--NAME=VALUE"; returns how many arguments it
 * uses, or -1. */
static int take(const struct command *c, char **argv, char *options, struct error *e) {
    const char *name = argv[0][1] == '-' ? argv[0] + 2 : "", *equals = strchr(name, '=');
    size_t length = strcspn(name, "=");
    const struct option *o = c->options, *end = o + c->option_count;
    while (o < end && (strncmp(o->name, name, length) != 0 || o->name[length] != '\0'))
        o++;
    if (o == end)
        return error_input(e, "%s: there is no option %s; see %s --help", c->title, argv[0],
                           c->title);
    bool flag = o->type == OPTION_FLAG || o->type == OPTION_OPTIONAL;
    if (o->type == OPTION_FLAG && equals)
        return error_input(e, "%s: --%s takes no value", c->title, o->name);
    if (!flag && !equals && !argv[1])
        return error_input(e, "%s: --%s needs a value, %s", c->title, o->name, o->metavar);
    if (set(c, o, equals ? equals + 1 : flag ? "" : argv[1], options + o->offset, e) != 0)
        return -1;
    return flag || equals ? 1 : 2;
}

enum { HELP = -2 };

/* Removes the options from argv[1 ..], and returns how many arguments are left; -1 with an error;
 * or HELP, after which there is nothing left to do. */
static int parse(const struct command *c, char **argv, char *options, struct error *e) {
    int count = 0;
    bool only_arguments = false;
    for (const struct option *o = c->options; o < c->options + c->option_count; o++) {
        void *field = options + o->offset;
        if (o->type == OPTION_REAL)
            *(double *)field = o->initial;
        else if (o->type == OPTION_INT || o->type == OPTION_THREADS)
            *(int *)field = o->type == OPTION_INT ? (int)o->initial : command_default_threads();
    }
    for (char **a = argv + 1, *end; *a;) {
        strtod(*a, &end); /* no option is a number, so "-1" needs no "--" before it */
        if (only_arguments || a[0][0] != '-' || a[0][1] == '\0' || (end != *a && !*end)) {
            argv[1 + count++] = *a++;
        } else if (strcmp(*a, "--help") == 0 || strcmp(*a, "-h") == 0) {
            print_help(c);
            return HELP;
        } else if (strcmp(*a, "--") == 0) {
            only_arguments = true;
            a++;
        } else {
            int taken = take(c, a, options, e);
            if (taken < 0)
                return -1;
            a += taken;
        }
    }
    argv[1 + count] = NULL;
    if (count > 0 && c->max_arguments == 0)
        return error_input(e, "%s: takes options only, not \"%s\"; see %s --help", c->title,
                           argv[1], c->title);
    return count < c->min_arguments || count > c->max_arguments ? command_usage(c, e) : count;
}

int command_run(const struct command *c, char **argv, struct error *e) {
    if (!c->options)
        return c->run(NULL, argv, e);
    SCOPED_MEMORY void *options = calloc(1, c->options_size + 1);
    int count = options ? parse(c, argv, options, e) : error_memory(e, "the options");
    int result = count < 0 ? count : c->run(options, argv + 1, e);
    return result == HELP ? 0 : result;
}

int command_count(char *const *arguments) {
    int count = 0;
    while (arguments[count])
        count++;
    return count;
}

int command_print(struct text *t, struct error *e) {
    int result = t->failed ? error_memory(e, "the output") : 0;
    if (result == 0 && t->size > 0)
        printf("%s%s", t->data, t->data[t->size - 1] == '\n' ? "" : "\n");
    text_free(t);
    return result;
}

/* The flush detects a full disk. */
int command_flush(struct error *e) {
    return fflush(stdout) == 0 && !ferror(stdout)
               ? 0
               : error_run(e, "standard output: cannot be written: %s", strerror(errno));
}

/* What was printed before the error comes before it in a file, too. */
int command_exit(int result, struct error *e) {
    if ((command_flush(e) != 0 || result != 0 || e->status) && ranks.rank == 0)
        fprintf(stderr, "%s\n", e->text);
    return (int)e->status;
}
