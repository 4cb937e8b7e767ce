#include "runs/run_record.h"
#include "runs/safetensors.h"

/* Returns 0 if there is no difference. Compares bits: -0 is not 0, and a NaN equals itself. */
static int diff_tensors(const struct safetensors_entry *then, const struct safetensors_entry *now,
                        struct error *e) {
    if (then->dims != now->dims ||
        memcmp(then->shape, now->shape, (size_t)now->dims * sizeof *now->shape) != 0)
        return error_run(e, "tensor \"%s\" has a different shape", now->name);
    size_t n = safetensors_elements(now), first = n, count = 0;
    for (size_t k = 0; k < n; k++)
        if (memcmp(&then->data[k], &now->data[k], sizeof *now->data) != 0 && count++ == 0)
            first = k;
    if (count == 0)
        return 0;
    SCOPED(text) place = {0};
    for (size_t d = 0, k = first, below = n; d < (size_t)now->dims; d++, k %= below) {
        below /= now->shape[d];
        text_printf(&place, "[%zu]", k / below);
    }
    return error_run(
        e, "tensor \"%s\" differs in %zu of %zu elements, first in %s: it was %.9g and is now %.9g",
        now->name, count, n, place.data ? place.data : "?", (double)then->data[first],
        (double)now->data[first]);
}

static int diff_models(const struct safetensors *then, const struct safetensors *now,
                       struct error *e) {
    for (int i = 0; i < now->count; i++) {
        const struct safetensors_entry *t = safetensors_find(then, now->tensors[i].name);
        if (!t)
            return error_run(e, "tensor \"%s\" is new", now->tensors[i].name);
        if (diff_tensors(t, &now->tensors[i], e) != 0)
            return -1;
    }
    if (then->count != now->count)
        return error_run(e, "there were %d tensors, and now there are %d", then->count, now->count);
    for (int i = 0; i < now->pairs; i++) {
        const char *value = safetensors_get(then, now->metadata[i].key);
        if (!value || strcmp(value, now->metadata[i].value) != 0)
            return error_run(e, "all tensors are the same, but the metadata \"%s\" differs",
                             now->metadata[i].key);
    }
    return error_run(e, "all tensors are the same, but the file's header differs");
}

void run_diff_models(const char *then, const char *now, struct error *e) {
    SCOPED(safetensors) a = {0}, b = {0};
    if (safetensors_read(&a, then, e) == 0 && safetensors_read(&b, now, e) == 0)
        diff_models(&a, &b, e);
}

/* Reports the first field in which two different texts differ. */
static int diff_rows(const char *a, const char *b, struct error *e) {
    const char *name = b;
    int row = 0;
    size_t start = 0;
    for (size_t i = 0; a[i] && a[i] == b[i]; i++)
        if (a[i] == '\n') {
            row++;
            start = i + 1;
        }
    a += start;
    b += start;
    if (row == 0)
        return error_run(e, "its header line differs");
    if (!*a || !*b)
        return error_run(e, "row %d is %s", row, *a ? "gone" : "new");
    for (;;) {
        int n = (int)strcspn(name, ",\n"), p = (int)strcspn(a, ",\n"), q = (int)strcspn(b, ",\n");
        if (p != q || memcmp(a, b, (size_t)p) != 0)
            return error_run(e, "row %d: %.*s was %.*s and is now %.*s", row, n < 40 ? n : 40, name,
                             p < 40 ? p : 40, a, q < 40 ? q : 40, b);
        if (name[n] != ',' || a[p] != ',' || b[q] != ',')
            return error_run(e, "row %d differs after its last column", row);
        name += n + 1;
        a += p + 1;
        b += q + 1;
    }
}

void run_diff_metrics(const char *then, const char *now, struct error *e) {
    size_t size;
    SCOPED_MEMORY char *a = file_read(then, SIZE_MAX, &size, e);
    SCOPED_MEMORY char *b = a ? file_read(now, SIZE_MAX, &size, e) : NULL;
    if (b)
        diff_rows(a, b, e);
}
