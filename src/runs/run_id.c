#include "runs/training.h"
#include "train/train.h"

#include <stdio.h>

static int add_file(struct text *identity, const char *what, const char *path, struct error *e) {
    char hex[SHA256_HEX];
    if (sha256_file(path, hex, e) != 0)
        return -1;
    text_printf(identity, "%s %s\n", what, hex);
    return 0;
}

int run_id_make(const struct config *c, const char *digest, char id[SHA256_HEX],
                char directory[FILE_PATH], struct error *e) {
    struct text identity = {0};
    char teacher[FILE_PATH];
    config_write_short(c, &identity);
    text_printf(&identity, "\ndataset %s\nnumerics %s\n", digest, TRAIN_NUMERICS);
    const char *start = c->start_from.path;
    int result = start[0] ? add_file(&identity, "start_from", start, e) : 0;
    if (result == 0)
        result = teacher_find(c, teacher, e);
    if (result == 0 && teacher[0])
        result = add_file(&identity, "teacher", teacher, e);
    if (identity.failed)
        result = error_memory(e, "the run");
    if (result == 0)
        sha256_hex(identity.data, identity.size, id);
    text_free(&identity);
    if (result != 0)
        return -1;
    int size = c->output[0] ? snprintf(directory, FILE_PATH, "%s", c->output)
                            : snprintf(directory, FILE_PATH, "runs/%s-%.8s", c->name, id);
    return size < FILE_PATH - 64 ? 0 : error_input(e, "the run directory's path is too long");
}
