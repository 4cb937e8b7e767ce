#include "runs/safetensors.h"
#include "base/file.h"
#include "runs/bytes.h"
#include "json/json.h"
#include "json/json_parse.h"

enum { MAX_HEADER = 100 * 1000 * 1000 }; /* the format's own limit */

/* Both structs begin with their name. */
static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t safetensors_elements(const struct safetensors_entry *t) {
    size_t n = 1;
    for (int i = 0; i < t->dims; i++)
        n *= t->shape[i];
    return n;
}

static void write_header(const struct safetensors *s, struct text *header) {
    struct json j = {.out = header};
    json_add(&j, "{ __metadata__={");
    for (int i = 0; i < s->pairs; i++)
        json_string(&j, s->metadata[i].key, s->metadata[i].value);
    json_add(&j, "}");
    size_t offset = 0;
    for (const struct safetensors_entry *t = s->tensors; t < s->tensors + s->count; t++) {
        size_t end = offset + 4 * safetensors_elements(t);
        json_open(&j, t->name, '{');
        json_add(&j, "dtype=%s shape=[", "F32");
        for (int d = 0; d < t->dims; d++)
            json_int(&j, NULL, (long long)t->shape[d]);
        json_add(&j, "] data_offsets=[ %zu %zu ] }", offset, end);
        offset = end;
    }
    json_add(&j, "}");
    while (header->size % 8 != 0 && !header->failed)
        text_add(header, " ", 1); /* aligns the data if the file is mapped */
}

void safetensors_write(struct safetensors *s, struct text *out) {
    qsort(s->tensors, (size_t)s->count, sizeof *s->tensors, by_name);
    qsort(s->metadata, (size_t)s->pairs, sizeof *s->metadata, by_name);
    struct text header = {0};
    write_header(s, &header);
    uint64_t size = htole64(header.size);
    text_add(out, &size, 8);
    text_add(out, header.data ? header.data : "", header.size);
    text_done(&header, out);
    for (int i = 0; i < s->count; i++)
        for (size_t k = 0; k < safetensors_elements(&s->tensors[i]); k++)
            bytes_add_float(out, s->tensors[i].data[k]);
}

/* An integer in 0 .. max, or -1. (JSON numbers are doubles.) */
static long long whole(const cJSON *value, size_t max) {
    if (!cJSON_IsNumber(value) || value->valuedouble < 0 || value->valuedouble > (double)max ||
        value->valuedouble != floor(value->valuedouble))
        return -1;
    return (long long)value->valuedouble;
}

static int read_entry(const cJSON *item, size_t data_size, struct safetensors_entry *t,
                      const char *path, struct error *e) {
    const cJSON *dtype = cJSON_GetObjectItemCaseSensitive(item, "dtype");
    const cJSON *shape = cJSON_GetObjectItemCaseSensitive(item, "shape");
    const cJSON *offsets = cJSON_GetObjectItemCaseSensitive(item, "data_offsets");
    if (!cJSON_IsString(dtype) || !cJSON_IsArray(shape) || !cJSON_IsArray(offsets) ||
        cJSON_GetArraySize(item) != 3 || cJSON_GetArraySize(offsets) != 2)
        return error_input(e, "%s: tensor \"%s\" is not described by dtype, shape and data_offsets",
                           path, t->name);
    if (strcmp(dtype->valuestring, "F32") != 0)
        return error_input(e, "%s: tensor \"%s\" has dtype %s; only F32 is supported", path,
                           t->name, dtype->valuestring);
    if (cJSON_GetArraySize(shape) > SAFETENSORS_DIMS)
        return error_input(e, "%s: tensor \"%s\" has more than %d dimensions", path, t->name,
                           SAFETENSORS_DIMS);
    size_t bytes = sizeof(float);
    const cJSON *dim;
    cJSON_ArrayForEach(dim, shape) {
        long long n = whole(dim, data_size);
        if (n < 0 || __builtin_mul_overflow(bytes, (size_t)n, &bytes))
            return error_input(e, "%s: tensor \"%s\" has an impossible shape", path, t->name);
        t->shape[t->dims++] = (size_t)n;
    }
    long long begin = whole(cJSON_GetArrayItem(offsets, 0), data_size);
    long long end = whole(cJSON_GetArrayItem(offsets, 1), data_size);
    if (begin < 0 || end < begin)
        return error_input(e, "%s: tensor \"%s\" has data_offsets outside the file", path, t->name);
    if ((size_t)(end - begin) != bytes)
        return error_input(e, "%s: tensor \"%s\" has %lld bytes of data, but its shape needs %zu",
                           path, t->name, end - begin, bytes);
    t->begin = (size_t)begin;
    return 0;
}

/* An empty tensor sorts before another at the same position. */
static int by_begin(const void *a, const void *b) {
    const struct safetensors_entry *p = a, *q = b;
    size_t m = safetensors_elements(p), n = safetensors_elements(q);
    if (p->begin != q->begin)
        return p->begin < q->begin ? -1 : 1;
    return m < n ? -1 : m > n;
}

static int read_metadata(struct safetensors *s, const cJSON *object, struct error *e) {
    if (!cJSON_IsObject(object))
        return error_input(e, "%s: its __metadata__ is not an object", s->path);
    s->metadata =
        arena_alloc(&s->arena, (size_t)cJSON_GetArraySize(object) + 1, sizeof *s->metadata);
    const cJSON *item;
    cJSON_ArrayForEach(item, object) {
        if (!cJSON_IsString(item))
            return error_input(e, "%s: its metadata \"%s\" is not a string", s->path, item->string);
        struct safetensors_pair pair = {arena_string(&s->arena, item->string),
                                        arena_string(&s->arena, item->valuestring)};
        if (!s->metadata || !pair.key || !pair.value)
            return error_memory(e, s->path);
        s->metadata[s->pairs++] = pair;
    }
    return 0;
}

static int read_entries(struct safetensors *s, const cJSON *root, size_t data_size,
                        struct error *e) {
    const cJSON *item;
    s->tensors = arena_alloc(&s->arena, (size_t)cJSON_GetArraySize(root), sizeof *s->tensors);
    if (!s->tensors)
        return error_memory(e, s->path);
    cJSON_ArrayForEach(item, root) {
        if (strcmp(item->string, "__metadata__") == 0) {
            if (read_metadata(s, item, e) != 0)
                return -1;
            continue;
        }
        struct safetensors_entry *t = &s->tensors[s->count++];
        t->name = arena_string(&s->arena, item->string);
        if (!t->name)
            return error_memory(e, s->path);
        if (read_entry(item, data_size, t, s->path, e) != 0)
            return -1;
    }
    return 0;
}

/* Copies the tensors in the order of their positions. They must follow each other to the end of the
 * file: overlapping ones could need the memory of many files. */
static int copy_data(struct safetensors *s, const char *data, size_t size, struct error *e) {
    size_t at = 0;
    qsort(s->tensors, (size_t)s->count, sizeof *s->tensors, by_begin);
    for (struct safetensors_entry *t = s->tensors; t < s->tensors + s->count; t++) {
        size_t n = safetensors_elements(t);
        if (t->begin != at)
            return error_input(e, "%s: the tensors' data %s at byte %zu", s->path,
                               t->begin < at ? "overlap" : "leave a hole", at);
        float *values = arena_alloc(&s->arena, n, sizeof *values);
        if (!values)
            return error_memory(e, s->path);
        for (size_t k = 0; k < n; k++, at += sizeof *values)
            values[k] = bytes_float(data + at);
        t->data = values;
    }
    return at == size ? 0
                      : error_input(e, "%s: has %zu bytes of data, but its tensors need %zu",
                                    s->path, size, at);
}

/* The length of the header, from the first 8 bytes. */
static uint64_t header_length(const char *file) {
    uint64_t n;
    memcpy(&n, file, sizeof n);
    return le64toh(n);
}

void safetensors_weights(const struct text *file, char hex[SHA256_HEX]) {
    size_t header = 8 + (size_t)header_length(file->data);
    sha256_hex(file->data + header, file->size - header, hex);
}

int safetensors_parse(struct safetensors *s, const char *file, size_t size, const char *path,
                      struct error *e) {
    *s = (struct safetensors){.path = path};
    uint64_t length = size < 8 ? 0 : header_length(file);
    if (length == 0 || length > size - 8 || length > MAX_HEADER || file[8] != '{')
        return error_input(e, "%s: is not a safetensors file", path);
    SCOPED_MEMORY char *header = strndup(file + 8, length);
    if (!header)
        return error_memory(e, path);
    SCOPED_JSON root = json_parse(header, length, path, e);
    if (!root || read_entries(s, root, size - 8 - length, e) != 0)
        return -1;
    return copy_data(s, file + 8 + length, size - 8 - length, e);
}

int safetensors_read(struct safetensors *s, const char *path, struct error *e) {
    size_t size;
    SCOPED_MEMORY char *file = file_read(path, SIZE_MAX, &size, e);
    *s = (struct safetensors){0};
    return file ? safetensors_parse(s, file, size, path, e) : -1;
}

void safetensors_free(struct safetensors *s) { arena_free(&s->arena); }

const char *safetensors_get(const struct safetensors *s, const char *key) {
    for (int i = 0; i < s->pairs; i++)
        if (strcmp(s->metadata[i].key, key) == 0)
            return s->metadata[i].value;
    return NULL;
}

const struct safetensors_entry *safetensors_find(const struct safetensors *s, const char *name) {
    for (int i = 0; i < s->count; i++)
        if (strcmp(s->tensors[i].name, name) == 0)
            return &s->tensors[i];
    return NULL;
}
