#include "base/file.h"
#include "data/pictures/image_sheet.h"

#define MAX_TEXT ((size_t)1 << 30)

/* The number at `at`: returns its end, or NULL unless it is in 0 .. 1 and followed by a space, the
 * end of the line or of the file. The characters are checked first because strtof also takes
 * spaces, hex and "inf". (onehot never calls setlocale: the decimal point is a point.) */
static const char *read_number(const char *at, float *y) {
    size_t length = strspn(at, "0123456789.e+-");
    char *end = (char *)at;
    *y = length > 0 ? strtof(at, &end) + 0 : -1; /* + 0 turns -0 into 0 */
    return end == at + length && strchr(" \n", *end) && *y >= 0 && *y <= 1 ? end : NULL;
}

/* Reads line n, 1 .., into y, and moves *at to its end. Returns the label, or -1. */
static int read_targets(const char **at, float *y, int classes, bool multi_label, const char *path,
                        int n, struct error *e) {
    double sum = 0;
    for (int j = 0; j < classes; j++) {
        int length = (int)strcspn(*at, " \n");
        const char *end = read_number(*at, &y[j]);
        if (!end || (multi_label && y[j] > 0 && y[j] < 1))
            return error_input(e, "%s: line %d: \"%.*s\" is not %s", path, n,
                               length < 20 ? length : 20, *at,
                               multi_label ? "0 or 1" : "a number from 0 to 1");
        bool last = j + 1 == classes;
        if ((*end == ' ') == last)
            return error_input(e, "%s: line %d: has %s than %d numbers, one per class", path, n,
                               last ? "more" : "fewer", classes);
        *at = end + !last;
        sum += (double)y[j];
    }
    return multi_label || fabs(sum - 1) <= DATASET_ROUNDING
               ? dataset_label(y, classes)
               : error_input(e, "%s: line %d: its numbers sum to %.4g, not 1", path, n, sum);
}

static int read_label(const char **at, int classes, const char *path, int n, struct error *e) {
    size_t length = strcspn(*at, "\n");
    long label = strtol(*at, NULL, 10); /* LONG_MAX if it is larger */
    if (length == 0 || strspn(*at, "0123456789") != length || label >= classes)
        return error_input(e, "%s: line %d: \"%.*s\" is not a class index from 0 to %d", path, n,
                           length < 20 ? (int)length : 20, *at, classes - 1);
    *at += length;
    return (int)label;
}

int targets_read(struct dataset *d, int k, const int *class, int classes, const char *path,
                 struct error *e) {
    struct split *s = &d->split[k];
    size_t size;
    SCOPED_MEMORY char *text = file_read(path, MAX_TEXT, &size, e);
    const char *at = text;
    int n = 0;
    if (!text)
        return -1;
    /* A number and its separator take 2 bytes or more, so the file's size bounds the allocation. */
    if (!class && (size + 1) / 2 / (size_t)classes < (size_t)s->count)
        return error_input(e, "%s: is too short for %d samples of %d numbers", path, s->count,
                           classes);
    if (!class && dataset_reserve_targets(d, k, path, e) != 0)
        return -1;
    for (; n < s->count && at < text + size; n++) {
        float *y = class ? NULL : s->targets + (size_t)n * (size_t)classes;
        int label = class ? read_label(&at, classes, path, n + 1, e)
                          : read_targets(&at, y, classes, s->multi_label, path, n + 1, e);
        if (label < 0)
            return -1;
        s->labels[n] = class ? class[label] : label;
        at += *at == '\n';
    }
    return n == s->count && at == text + size
               ? 0
               : error_input(e, "%s: has %s lines than the %d samples", path,
                             n < s->count ? "fewer" : "more", s->count);
}

/* The shortest decimal that reads back as exactly y, which is a float. */
static void add_number(struct text *t, float y) {
    char digits[32];
    int precision = 0;
    do
        snprintf(digits, sizeof digits, "%.*g", ++precision, (double)y);
    while (precision < 9 && strtof(digits, NULL) != y);
    text_add(t, digits, strlen(digits));
}

int targets_write(const struct dataset *d, int k, const char *path, struct error *e) {
    const struct split *s = &d->split[k];
    int classes = d->classes.count;
    struct text t = {0};
    for (int i = 0; i < s->count; i++) {
        for (int j = 0; j < classes && s->targets; j++) {
            add_number(&t, dataset_target(s, i, j, classes));
            text_add(&t, j + 1 < classes ? " " : "\n", 1);
        }
        if (!s->targets)
            text_printf(&t, "%d\n", s->labels[i]);
    }
    return file_write_text(path, &t, 0, e);
}
