#include "programs/sweep/grid.h"
#include "ui/command.h"
#include "json/flat_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A whole-number range, low, low + step, ... up to high. */
struct range {
    long low, high, step;
};

enum { MAX_NUMBER = 1000000000 }; /* in a range, as in a config */

/* Whether the whole text is a range: "../data" and "0.1..0.5" are not. */
static bool is_range(const char *s, struct range *r) {
    int end = 0, step_end = 0;
    r->step = 1;
    return s[strspn(s, "-.0123456789")] == '\0' && /* no blanks, no + */
           sscanf(s, "%ld..%ld%n..%ld%n", &r->low, &r->high, &end, &r->step, &step_end) >= 2 &&
           (s[end] == '\0' || (step_end > 0 && s[step_end] == '\0'));
}

static int check_range(const struct range *r, const char *argument, const char *text,
                       struct error *e) {
    if (labs(r->low) > MAX_NUMBER || labs(r->high) > MAX_NUMBER)
        return error_input(e, "command line: \"%s\": a range must lie within -%d and %d, got %s",
                           argument, MAX_NUMBER, MAX_NUMBER, text);
    if (r->high < r->low || r->step < 1)
        return error_input(e, "command line: \"%s\": the range %s must be ascending", argument,
                           text);
    return 0;
}

/* The first comma outside brackets, braces and quotes, or the end; NULL if one of these is not
 * closed. */
static const char *item_end(const char *s) {
    int depth = 0;
    bool in_string = false;
    for (; *s && (*s != ',' || depth > 0 || in_string); s++) {
        if (*s == '"')
            in_string = !in_string;
        else if (in_string)
            s += *s == '\\' && s[1];
        else if (*s == '[' || *s == '{')
            depth++;
        else if ((*s == ']' || *s == '}') && depth > 0)
            depth--;
    }
    return depth == 0 && !in_string ? s : NULL;
}

/* Adds an override, in the arena; NULL: memory ran out. */
static int add_override(struct grid_axis *axis, const char *argument, const char *override,
                        struct arena *a, struct error *e) {
    int n = axis->count;
    if (n == GRID_JOBS)
        return error_input(e, "command line: \"%.60s\" has more than %d values", argument,
                           GRID_JOBS);
    if ((n & (n - 1)) == 0) { /* the array is full: double it */
        const char **more = arena_alloc(a, 2 * (size_t)n + 1, sizeof *more);
        for (int i = 0; i < n && more; i++)
            more[i] = axis->overrides[i];
        axis->overrides = more;
    }
    if (!axis->overrides || !override)
        return error_memory(e, "the jobs");
    axis->overrides[axis->count++] = override;
    return 0;
}

/* The values of one part between commas. */
static int add_part(struct grid_axis *axis, const char *argument, const char *part, struct arena *a,
                    struct error *e) {
    struct range r;
    if (!part || !is_range(part, &r))
        return add_override(axis, argument, part ? arena_printf(a, "%s=%s", axis->key, part) : NULL,
                            a, e);
    if (check_range(&r, argument, part, e) != 0)
        return -1;
    for (long n = r.low; n <= r.high; n += r.step)
        if (add_override(axis, argument, arena_printf(a, "%s=%ld", axis->key, n), a, e) != 0)
            return -1;
    return 0;
}

static int read_axis(struct grid_axis *axis, const char *argument, struct arena *a,
                     struct error *e) {
    const char *equals = strchr(argument, '=');
    if (!equals || equals == argument)
        return error_input(e, "command line: \"%s\" is not of the form key=value", argument);
    axis->key = arena_printf(a, "%.*s", (int)(equals - argument), argument);
    if (!axis->key)
        return error_memory(e, "the jobs");
    for (const char *start = equals + 1, *end;; start = end + 1) {
        end = item_end(start);
        if (!end)
            return error_input(e, "command line: \"%s\": a bracket or quote is not closed",
                               argument);
        if (end == start && (*end || start > equals + 1))
            return error_input(
                e, "command line: \"%s\": a value is missing before or after a comma", argument);
        const char *part = arena_printf(a, "%.*s", (int)(end - start), start);
        if (add_part(axis, argument, part, a, e) != 0)
            return -1;
        if (!*end)
            return 0;
    }
}

/* Gives each axis the last part of its key as its name, or the whole key if another axis has the
 * same last part. */
static void set_names(struct grid *g) {
    for (int i = 0; i < g->count; i++) {
        struct grid_axis *axis = &g->axes[i];
        axis->name = flat_json_last(axis->key);
        for (int k = 0; k < g->count; k++)
            if (k != i && strcmp(flat_json_last(g->axes[k].key), axis->name) == 0)
                axis->name = axis->key;
    }
}

int grid_read(struct grid *g, char *const *arguments, struct arena *a, struct error *e) {
    *g = (struct grid){.jobs = 1, .seeds = 1};
    g->axes = arena_alloc(a, (size_t)command_count(arguments), sizeof *g->axes);
    if (!g->axes)
        return error_memory(e, "the jobs");
    for (; arguments[g->count]; g->count++) {
        struct grid_axis *axis = &g->axes[g->count];
        if (read_axis(axis, arguments[g->count], a, e) != 0)
            return -1;
        for (int i = 0; i < g->count; i++)
            if (strcmp(g->axes[i].key, axis->key) == 0)
                return error_input(e, "command line: \"%s\" is given twice", axis->key);
        if (g->jobs > GRID_JOBS / axis->count)
            return error_input(e, "command line: this sweep has more jobs than the limit of %d",
                               GRID_JOBS);
        g->jobs *= axis->count;
        axis->is_seed = strcmp(axis->key, "seed") == 0;
        if (axis->is_seed)
            g->seeds = axis->count;
    }
    g->combinations = g->jobs / g->seeds;
    set_names(g);
    return 0;
}

void grid_overrides(const struct grid *g, int job, const char **overrides) {
    int left = job / g->seeds;
    overrides[g->count] = NULL;
    for (int i = g->count - 1; i >= 0; i--) {
        const struct grid_axis *axis = &g->axes[i];
        overrides[i] = axis->overrides[axis->is_seed ? job % g->seeds : left % axis->count];
        left /= axis->is_seed ? 1 : axis->count;
    }
}

const char *grid_value(const char *override) {
    return strchr(override, '=') + 1;
}
