#include "programs/sweep/sweep.h"
#include "ui/command.h"
#include "json/flat_json.h"

enum { MAX_NUMBER = 1000000000 }; /* in a range, as in a config */

/* The first comma outside brackets, braces and quotes, or the end of the text. NULL if a bracket,
 * brace or quote is not closed. */
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

/* Adds an override, which is NULL if memory ran out. */
static int add_override(struct grid_axis *axis, const char *argument, const char *override,
                        struct error *e) {
    if (axis->count == GRID_JOBS)
        return error_input(e, "command line: \"%.60s\" has more than %d values", argument,
                           GRID_JOBS);
    axis->overrides[axis->count++] = override;
    return override ? 0 : error_memory(e, "the jobs");
}

/* Adds the values of one part between commas: those of a range of whole numbers, LOW..HIGH or
 * LOW..HIGH..STEP, or the part itself; "../data" and "0.1..0.5" are no ranges. */
static int add_part(struct grid_axis *axis, const char *argument, const char *part, struct arena *a,
                    struct error *e) {
    long low, high, step = 1;
    int end = 0, step_end = 0;
    if (part[strspn(part, "-.0123456789")] != '\0' || /* no blanks, no + */
        sscanf(part, "%ld..%ld%n..%ld%n", &low, &high, &end, &step, &step_end) < 2 ||
        (part[end] != '\0' && (step_end == 0 || part[step_end] != '\0')))
        return add_override(axis, argument, arena_printf(a, "%s=%s", axis->key, part), e);
    if (low < -MAX_NUMBER || high > MAX_NUMBER || step > MAX_NUMBER)
        return error_input(e, "command line: \"%s\": a range must lie within -%d and %d, got %s",
                           argument, MAX_NUMBER, MAX_NUMBER, part);
    if (high < low || step < 1)
        return error_input(e, "command line: \"%s\": the range %s must be ascending", argument,
                           part);
    for (long n = low; n <= high; n += step)
        if (add_override(axis, argument, arena_printf(a, "%s=%ld", axis->key, n), e) != 0)
            return -1;
    return 0;
}

static int read_axis(struct grid_axis *axis, const char *argument, struct arena *a,
                     struct error *e) {
    const char *equals = strchr(argument, '=');
    if (!equals || equals == argument)
        return error_input(e, "command line: \"%s\" is not of the form key=value", argument);
    axis->key = arena_printf(a, "%.*s", (int)(equals - argument), argument);
    axis->overrides = arena_alloc(a, GRID_JOBS, sizeof *axis->overrides); /* 80 KB */
    if (!axis->key || !axis->overrides)
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
        if (!part)
            return error_memory(e, "the jobs");
        if (add_part(axis, argument, part, a, e) != 0)
            return -1;
        if (!*end)
            return 0;
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
    for (struct grid_axis *x = g->axes; x < g->axes + g->count; x++)
        x->name = flat_json_title(x->key, g->axes, g->count, sizeof *x);
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

const char *grid_value(const char *override) { return strchr(override, '=') + 1; }

/* ---- the ranking ---- */

struct summary grid_summary(const double *x, int n) {
    struct summary s = {0, NAN, NAN, NAN, NAN};
    double sum = 0, squares = 0;
    for (int i = 0; i < n; i++)
        if (!isnan(x[i])) {
            s.min = fmin(s.min, x[i]); /* fmin and fmax ignore a NaN */
            s.max = fmax(s.max, x[i]);
            sum += x[i];
            s.count++;
        }
    s.mean = sum / s.count;
    for (int i = 0; i < n; i++)
        if (!isnan(x[i]))
            squares += (x[i] - s.mean) * (x[i] - s.mean);
    if (s.count > 1)
        s.stddev = sqrt(squares / (s.count - 1));
    return s;
}

void grid_rank(const struct summary *s, int n, struct ranked *order) {
    for (int i = 0; i < n; i++)
        ranked_add(order, i, n, (struct ranked){i, isnan(s[i].mean) ? -INFINITY : s[i].mean});
}
