#include "runs/metrics.h"
#include "base/file.h"

#include <float.h>

enum { COLUMNS = 7, MAX_FILE = 200 * 1000 * 1000 };

const char metrics_header[] = "epoch,step,learning_rate,train_loss,train_accuracy,validation_loss,"
                              "validation_accuracy\n";

void metrics_write(const struct train_epoch *row, struct text *out) {
    text_printf(out, "%d,%lld", row->epoch, row->step);
    const double figures[] = {row->learning_rate, row->train_loss, row->train_accuracy,
                              row->validation_loss, row->validation_accuracy};
    for (int i = 0; i < COLUMNS - 2; i++) {
        text_add(out, ",", 1);
        if (isfinite(figures[i]))
            text_number(out, figures[i]);
    }
    text_add(out, "\n", 1);
}

/* Reads the numbers of a line, an empty one as NaN. Returns the next line, or NULL if this one is
 * damaged. The characters are checked first because strtod also accepts spaces, hex and "inf". */
static const char *read_line(const char *at, double *x) {
    for (int i = 0; i < COLUMNS; i++) {
        char close = i + 1 < COLUMNS ? ',' : '\n';
        size_t length = strspn(at, "0123456789.e+-");
        char *end = (char *)at;
        x[i] = length > 0 ? strtod(at, &end) : NAN;
        if (end != at + length || *end != close || fabs(x[i]) > (double)FLT_MAX)
            return NULL;
        at = end + 1;
    }
    return at;
}

long long metrics_count(const char *text, size_t size) {
    long long count = -1;
    for (size_t i = 0; i < size; i++)
        count += text[i] == '\n';
    return count;
}

int metrics_read(struct metrics *m, const char *directory, bool finished, struct arena *a,
                 struct error *e) {
    char path[FILE_PATH];
    const char *name = finished ? "metrics.csv" : "metrics.partial.csv";
    size_t size, header = strlen(metrics_header);
    *m = (struct metrics){0};
    if (file_join(path, sizeof path, directory, name, e) != 0)
        return -1;
    SCOPED_MEMORY char *text = file_read(path, MAX_FILE, &size, e);
    if (!text)
        return -1;
    if (strlen(text) != size)
        return error_input(e, "%s: contains a zero byte", path);
    if (strncmp(text, metrics_header, header) != 0)
        return error_input(e, "%s: does not begin with the header of metrics.csv", path);
    m->rows = arena_alloc(a, (size_t)metrics_count(text, size), sizeof *m->rows);
    if (!m->rows)
        return error_memory(e, path);
    for (const char *at = text + header; *at;) {
        double x[COLUMNS];
        at = read_line(at, x);
        if (!at || x[0] != m->count + 1 || !(x[1] >= 1 && x[1] < 1e18))
            return error_input(e, "%s: line %d is damaged", path, m->count + 2);
        m->rows[m->count++] =
            (struct train_epoch){(int)x[0], (long long)x[1], x[2], x[3], x[4], x[5], x[6], 0, 0};
    }
    return 0;
}
